package spool

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// chunk is how much of a segment is read at once, in bytes.
const chunk = 1 << 20

// errEnd says that a segment holds less than up to the one behind it: one
// between them was given up before the last start.
var errEnd = errors.New("end of segment")

// Batch is some records in their order.
type Batch struct {
	Records [][]byte // valid until the reader's next call
	Next    uint64   // the index behind the last; to go on from
	Damaged uint64   // records that could not be read and were left out
}

// Reader reads one class's records in their order. It is of one goroutine.
type Reader struct {
	spool *Spool
	class Class

	file  *os.File
	seg   *segment
	first uint64 // of seg when it was opened
	index uint64 // of the record at offset
	at    int64
	buf   []byte
}

// NewReader returns a reader; it is to be closed.
func (s *Spool) NewReader(c Class) *Reader { return &Reader{spool: s, class: c} }

// Read returns the records from an index on: at most limit, and none that is
// at or behind before. A batch without records says by Next where the next
// ones may be: at the index itself where there are none yet.
func (r *Reader) Read(from, before uint64, limit int) (Batch, error) {
	view, ok := r.place(from, before)
	if !ok {
		return Batch{Next: view.from}, nil
	}
	if err := r.open(view); err != nil {
		if errors.Is(err, os.ErrNotExist) { // given up meanwhile
			return Batch{Next: view.end}, nil
		}
		return Batch{}, err
	}
	b, err := r.collect(view, limit)
	switch {
	case errors.Is(err, errEnd):
		b.Next, err = view.end, nil
	case errors.Is(err, errTorn):
		r.close()
		b.Damaged, b.Next, err = view.end-b.Next, view.end, nil
	}
	return b, err
}

// view is one segment as it is now.
type view struct {
	seg       *segment
	first     uint64
	from, end uint64 // the indexes to read
	size      int64
	path      string
}

// place finds the segment that holds from, or the first one behind it.
func (r *Reader) place(from, before uint64) (view, bool) {
	s := r.spool
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, seg := range s.logs[r.class].segments {
		if start := max(from, seg.first); start < min(seg.next, before) {
			return view{seg, seg.first, start, min(seg.next, before), seg.size, seg.path}, true
		}
	}
	return view{from: max(from, min(s.logs[r.class].first(), before))}, false
}

// open has the segment open and stands before its record from.
func (r *Reader) open(v view) error {
	if r.seg != v.seg || r.first != v.first || r.index > v.from {
		r.close()
		f, err := os.Open(v.path)
		if err != nil {
			return fmt.Errorf("read spool: %w", err)
		}
		r.file, r.seg, r.first, r.index, r.at = f, v.seg, v.first, v.first, headerSize
	}
	return nil
}

// collect reads until it has enough, and copies nothing: what does not fit
// into one chunk is left for the next call.
func (r *Reader) collect(v view, limit int) (Batch, error) {
	b := Batch{Next: v.from}
	for b.Next < v.end && len(b.Records) == 0 {
		part, err := r.load(v.size)
		if err != nil {
			return b, err
		}
		used := 0
		for r.index < v.end && len(b.Records) < limit {
			record, n, err := nextFrame(part[used:])
			if err != nil {
				return b, err
			}
			if n == 0 {
				break
			}
			used += n
			if r.index >= v.from {
				b.Records, b.Next = append(b.Records, record), r.index+1
			}
			r.index++
		}
		if r.at += int64(used); used == 0 {
			return b, errTorn // the file ends before the records that it should have
		}
	}
	return b, nil
}

// load reads a chunk, and never beyond what has been written whole.
func (r *Reader) load(size int64) ([]byte, error) {
	if r.buf == nil {
		r.buf = make([]byte, chunk)
	}
	n := min(size-r.at, chunk)
	if n <= 0 {
		return nil, errEnd
	}
	got, err := r.file.ReadAt(r.buf[:n], r.at)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read spool: %w", err)
	}
	return r.buf[:got], nil
}

func (r *Reader) close() {
	if r.file != nil {
		_ = r.file.Close() // only read from
	}
	r.file, r.seg = nil, nil
}

// Close lets the open segment go.
func (r *Reader) Close() { r.close() }

// Progress says how far delivery of a class got.
func (s *Spool) Progress(c Class) Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.progress[c]
}

// SetProgress notes how far delivery got, on disk with save. It survives a kill then.
func (s *Spool) SetProgress(c Class, p Progress, save bool) error {
	s.mu.Lock()
	l := s.logs[c]
	s.progress[c] = p.within(l.first(), l.next())
	all := s.progress
	s.mu.Unlock()
	if !save {
		return nil
	}
	return writeProgress(s.note, all)
}

// Bounds are the index of the oldest record and the one behind the newest.
func (s *Spool) Bounds(c Class) (first, next uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logs[c].first(), s.logs[c].next()
}
