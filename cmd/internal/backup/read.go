package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"example.org/campushub/alerting/evidence"
)

// Fault is something that a backup does not hold.
type Fault struct {
	File string `json:"file"` // "" is the tar itself
	// At and Size are the bytes of the backup among which the fault lies; Size 0
	// is behind At.
	At   int64  `json:"at"`
	Size int64  `json:"size"`
	Says string `json:"says"`
}

func (f Fault) String() string {
	file := f.File
	if file == "" {
		file = "the tar itself"
	}
	if f.Size > 0 {
		return fmt.Sprintf("%s: %s (bytes %d to %d of the backup)", file, f.Says, f.At, f.At+f.Size-1)
	}
	return fmt.Sprintf("%s: %s (from byte %d of the backup)", file, f.Says, f.At)
}

// Found is what a backup says of itself, and what of it does not hold.
type Found struct {
	Manifest Manifest
	SHA256   evidence.Hash // of the manifest
	Faults   []Fault
	// Whole reports whether there is a manifest that can be read.
	Whole bool
}

// OK reports whether the backup is whole and nothing of it was changed.
func (f Found) OK() bool { return f.Whole && len(f.Faults) == 0 }

func (f *Found) fault(file string, at, size int64, format string, args ...any) {
	f.Faults = append(f.Faults, Fault{file, at, size, fmt.Sprintf(format, args...)})
}

// maxManifest bounds what is read into memory.
const maxManifest = 256 << 20

// part is a file as it stands in the tar.
type part struct {
	File
	at int64 // where its bytes begin
}

// nothing is done with the files that are read.
func nothing(string) (io.WriteCloser, error) { return nil, nil }

// read holds every byte of a backup against its manifest, and gives each file
// to whoever wants it. The tar is made anew beside what is read, so that also
// what no reader of a tar looks at is found where it was changed.
func read(ctx context.Context, f io.ReaderAt, size int64, into func(name string) (io.WriteCloser, error), p *pace) (found Found, err error) {
	r := &reading{found: &found, parts: map[string]part{}, into: into, pace: p}
	r.same = &mirror{to: bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 1<<20), differs: -1}
	r.tar = tar.NewReader(bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 1<<20))
	r.again = tar.NewWriter(r.same)
	if err := r.all(ctx); err != nil {
		return found, err
	}
	r.judge(size)
	return found, nil
}

// reading is a backup that is being read.
type reading struct {
	found         *Found
	tar           *tar.Reader
	again         *tar.Writer
	same          *mirror
	into          func(name string) (io.WriteCloser, error)
	pace          *pace
	parts         map[string]part
	manifest, sum []byte
	last          string // the file whose bytes were read last
	ended         bool   // the tar's end was reached
}

func (r *reading) all(ctx context.Context) error {
	for {
		h, err := r.tar.Next()
		if errors.Is(err, io.EOF) {
			r.ended = true
			_ = r.again.Close() // it writes to memory
			return nil
		}
		if err != nil { // cut off, or changed
			return nil //nolint:nilerr // it is a finding
		}
		if done, err := r.one(ctx, h); err != nil || done {
			return err
		}
	}
}

// one reads one file of the tar; done says that nothing behind it can be read.
func (r *reading) one(ctx context.Context, h *tar.Header) (done bool, err error) {
	if h.Typeflag != tar.TypeReg || h.Size < 0 {
		return true, nil
	}
	if _, twice := r.parts[h.Name]; twice {
		r.found.fault(h.Name, r.same.at, 0, "is in it twice")
		return true, nil
	}
	if err := r.again.WriteHeader(header(h.Name, h.Size, h.ModTime)); err != nil {
		return true, nil //nolint:nilerr // no backup has such a header: it is a finding
	}
	at, s := r.same.at, newSums()
	to := []io.Writer{r.again, s}
	var kept bytes.Buffer
	if h.Name == manifestName || h.Name == sumName {
		if h.Size > maxManifest {
			r.found.fault(h.Name, at, h.Size, "is longer than %d bytes", maxManifest)
			return true, nil
		}
		to = append(to, &kept)
	}
	wanted, err := r.into(h.Name)
	if err != nil {
		return true, err
	}
	if wanted != nil {
		to = append(to, wanted)
	}
	whole, err := r.copy(ctx, io.MultiWriter(to...))
	if wanted != nil {
		err = errors.Join(err, wanted.Close())
	}
	r.parts[h.Name], r.last = part{s.file(h.Name), at}, h.Name
	switch h.Name {
	case manifestName:
		r.manifest = kept.Bytes()
	case sumName:
		r.sum = kept.Bytes()
	}
	return !whole, err
}

// copy reads the rest of a file; whole is false where the tar ends before it.
func (r *reading) copy(ctx context.Context, to io.Writer) (whole bool, err error) {
	for {
		began := time.Now()
		switch n, err := io.CopyN(to, onlyRead{r.tar}, 16*BlockSize); {
		case errors.Is(err, io.EOF):
			return true, nil
		case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, tar.ErrHeader):
			return false, nil
		case err != nil:
			return false, err
		case n == 0:
			return true, nil
		}
		if err := r.pace.rest(ctx, began); err != nil {
			return false, err
		}
	}
}

// onlyRead hides what else a reader can do.
type onlyRead struct{ io.Reader }

// mirror compares what is written to it with what it was made from.
type mirror struct {
	to      io.Reader
	at      int64 // how much was written
	differs int64 // the first byte that is another one, -1 for none
	b       []byte
}

// Write never fails.
func (m *mirror) Write(p []byte) (int, error) {
	if m.differs >= 0 {
		m.at += int64(len(p))
		return len(p), nil
	}
	if cap(m.b) < len(p) {
		m.b = make([]byte, len(p))
	}
	b := m.b[:len(p)]
	n, _ := io.ReadFull(m.to, b)
	for i := range p {
		if i >= n || b[i] != p[i] {
			m.differs = m.at + int64(i)
			break
		}
	}
	m.at += int64(len(p))
	return len(p), nil
}

// judge says what of the parts does not hold.
func (r *reading) judge(size int64) {
	r.form(size)
	if r.manifest == nil || r.sum == nil {
		if len(r.found.Faults) == 0 || !r.ended {
			r.found.fault("", r.same.at, 0, "it is not whole: the manifest, which comes last, is missing; this backup was cut off, take another one")
		}
		return
	}
	if name, err := checkSum(r.manifest, r.sum); err != nil {
		p := r.parts[name]
		r.found.fault(name, p.at, p.Bytes, "%v", err)
		if name == manifestName {
			return // nothing that it says can be believed
		}
	}
	m, err := decode(r.manifest)
	if err != nil {
		r.found.fault(manifestName, r.parts[manifestName].at, 0, "%v", err)
		return
	}
	r.found.Manifest, r.found.SHA256, r.found.Whole = m, digest(r.manifest), true
	r.files(m)
}

// form says where the tar differs from how this program writes it.
func (r *reading) form(size int64) {
	switch {
	case r.same.differs >= 0:
		r.found.fault("", r.same.differs, 0, "was changed %s", r.behind())
	case !r.ended:
		r.found.fault("", r.same.at, 0, "was changed or cut off %s", r.behind())
	case r.same.at != size:
		r.found.fault("", r.same.at, size-r.same.at, "has %d bytes behind its end", size-r.same.at)
	}
}

func (r *reading) behind() string {
	if r.last == "" {
		return "at its beginning"
	}
	return "behind the file " + r.last + " began"
}

// files holds each file against what the manifest says of it.
func (r *reading) files(m Manifest) {
	known := map[string]bool{manifestName: true, sumName: true}
	for _, want := range m.Files {
		known[want.Name] = true
		have, ok := r.parts[want.Name]
		switch {
		case !ok:
			r.found.fault(want.Name, r.same.at, 0, "is missing")
		case have.Bytes != want.Bytes:
			r.found.fault(want.Name, have.at, have.Bytes, "has %d bytes, the manifest says %d", have.Bytes, want.Bytes)
		case !bytes.Equal(have.SHA256, want.SHA256):
			r.blocks(want, have)
		}
	}
	for name, p := range r.parts {
		if !known[name] {
			r.found.fault(name, p.at, p.Bytes, "the manifest does not name it")
		}
	}
}

// blocks says which blocks of a file were changed.
func (r *reading) blocks(want File, have part) {
	if len(want.Blocks) != len(have.Blocks) || len(want.Blocks) == 0 {
		r.found.fault(want.Name, have.at, have.Bytes, "was changed")
		return
	}
	before := len(r.found.Faults)
	for i := range want.Blocks {
		from := int64(i) * BlockSize
		if !bytes.Equal(want.Blocks[i], have.Blocks[i]) {
			size := min(BlockSize, have.Bytes-from)
			r.found.fault(want.Name, have.at+from, size, "bytes %d to %d of it were changed", from, from+size-1)
		}
	}
	if len(r.found.Faults) == before {
		r.found.fault(want.Name, have.at, have.Bytes, "its checksum in the manifest is not that of its blocks")
	}
}
