package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Format names the layout of a bundle.
const Format = "campushub evidence 1"

// The files of a bundle that have fixed names.
const (
	ManifestName = "manifest.json"
	AuditName    = "audit.json"
	IncidentName = "incident.json"
)

// File is one file of a bundle.
type File struct {
	Name    string
	Content []byte
}

// Listed is a file as the manifest names it.
type Listed struct {
	Name   string `json:"name"`
	SHA256 Hash   `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Manifest says what a bundle is and has.
type Manifest struct {
	Format   string    `json:"format"`
	Incident string    `json:"incident"`
	School   string    `json:"school"`
	Number   int64     `json:"number"` // of the incident's latest update
	State    string    `json:"state"`
	MadeAt   time.Time `json:"made_at"`
	MadeBy   string    `json:"made_by"` // the account that took it
	Role     string    `json:"role"`
	Reason   string    `json:"reason"` // what it was taken for
	Files    []Listed  `json:"files"`
}

// Write makes the zip: the files, the slice of the chain, and the manifest,
// which it completes. made is the manifest's own SHA-256, by which the journal
// knows the bundle.
func Write(w io.Writer, m Manifest, s Slice, files ...File) (made Hash, err error) {
	audit, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", AuditName, err)
	}
	m.Format, m.Files = Format, nil
	files = append(files[:len(files):len(files)], File{AuditName, audit})
	for _, f := range files {
		sum := sha256.Sum256(f.Content)
		m.Files = append(m.Files, Listed{Name: f.Name, SHA256: sum[:], Bytes: int64(len(f.Content))})
	}
	manifest, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", ManifestName, err)
	}
	out := zip.NewWriter(w)
	for _, f := range append([]File{{ManifestName, manifest}}, files...) {
		part, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: m.MadeAt})
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", f.Name, err)
		}
		if _, err := part.Write(f.Content); err != nil {
			return nil, fmt.Errorf("write %s: %w", f.Name, err)
		}
	}
	if err := out.Close(); err != nil {
		return nil, fmt.Errorf("write bundle: %w", err)
	}
	sum := sha256.Sum256(manifest)
	return sum[:], nil
}

// MaxFile bounds each file of a bundle that is read. Overflow: the bundle is
// refused.
const MaxFile = 64 << 20

// MaxFiles bounds how many there are. Overflow: the same.
const MaxFiles = 64

// Finding is what a bundle says of itself, and what is wrong with it.
type Finding struct {
	Manifest Manifest
	// Made is the manifest's SHA-256.
	Made  Hash
	Audit Slice
	// Bare is how many entries are without their content.
	Bare   int
	Faults []string
}

// OK reports whether nothing is wrong.
func (f Finding) OK() bool { return len(f.Faults) == 0 }

// Verify checks a bundle alone: that each file is as the manifest says and
// none is missing or added, and that the audit entries hold. The error says
// that it is no bundle at all.
func Verify(r io.ReaderAt, size int64) (Finding, error) {
	files, err := read(r, size)
	if err != nil {
		return Finding{}, err
	}
	var f Finding
	raw, ok := files[ManifestName]
	if !ok {
		return f, fmt.Errorf("no bundle: %s is missing", ManifestName)
	}
	if err := json.Unmarshal(raw, &f.Manifest); err != nil {
		return f, fmt.Errorf("decode %s: %w", ManifestName, err)
	}
	if f.Manifest.Format != Format {
		return f, fmt.Errorf("format %q is not %q", f.Manifest.Format, Format)
	}
	sum := sha256.Sum256(raw)
	f.Made = sum[:]
	f.files(files)
	f.audit(files[AuditName])
	f.incident(files[IncidentName])
	return f, nil
}

func read(r io.ReaderAt, size int64) (map[string][]byte, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("open bundle: %w", err)
	}
	if len(z.File) > MaxFiles {
		return nil, fmt.Errorf("open bundle: %d files, at most %d", len(z.File), MaxFiles)
	}
	files := map[string][]byte{}
	for _, part := range z.File {
		if _, twice := files[part.Name]; twice {
			return nil, fmt.Errorf("open bundle: %s is in it twice", part.Name)
		}
		if files[part.Name], err = readPart(part); err != nil {
			return nil, fmt.Errorf("read %s: %w", part.Name, err)
		}
	}
	return files, nil
}

func readPart(part *zip.File) ([]byte, error) {
	open, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer open.Close()
	content, err := io.ReadAll(io.LimitReader(open, MaxFile+1))
	if err == nil && len(content) > MaxFile {
		err = fmt.Errorf("more than %d bytes", MaxFile)
	}
	return content, err
}

func (f *Finding) fault(format string, args ...any) {
	f.Faults = append(f.Faults, fmt.Sprintf(format, args...))
}

func (f *Finding) files(files map[string][]byte) {
	listed := map[string]bool{ManifestName: true}
	for _, l := range f.Manifest.Files {
		content, ok := files[l.Name]
		sum := sha256.Sum256(content)
		switch {
		case listed[l.Name]:
			f.fault("%s: the manifest names it twice", l.Name)
		case !ok:
			f.fault("%s: is missing", l.Name)
		case !bytes.Equal(sum[:], l.SHA256):
			f.fault("%s: was changed", l.Name)
		}
		listed[l.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !listed[name] {
			f.fault("%s: the manifest does not name it", name)
		}
	}
	for _, name := range []string{AuditName, IncidentName} {
		if !listed[name] {
			f.fault("%s: the manifest does not name it", name)
		}
	}
}

func (f *Finding) audit(raw []byte) {
	if err := json.Unmarshal(raw, &f.Audit); err != nil {
		f.fault("%s: %v", AuditName, err)
		return
	}
	if f.Audit.Incident != f.Manifest.Incident || f.Audit.School != f.Manifest.School {
		f.fault("%s: is of another incident than the manifest", AuditName)
	}
	f.Faults = append(f.Faults, f.Audit.Faults()...)
	for _, e := range f.Audit.Entries {
		if e.Payload == "" {
			f.Bare++
		}
	}
}

func (f *Finding) incident(raw []byte) {
	var said struct{ ID, School string }
	if err := json.Unmarshal(raw, &said); err != nil {
		f.fault("%s: %v", IncidentName, err)
		return
	}
	if said.ID != f.Manifest.Incident || said.School != f.Manifest.School {
		f.fault("%s: is of another incident than the manifest", IncidentName)
	}
}
