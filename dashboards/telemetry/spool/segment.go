package spool

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// segment is one file of a log. Only the newest of a log is written to.
type segment struct {
	path    string
	first   uint64 // index of its first record
	next    uint64 // index behind its last record
	size    int64  // bytes, whole records only
	created time.Time
	file    *os.File // of the newest only
	dirty   bool     // written to since the last sync
}

// create makes an empty segment. Its name is its first index.
func create(path string, first uint64, now time.Time) (*segment, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create segment: %w", err)
	}
	if _, err := f.Write(header{first, now}.encode()); err != nil {
		return nil, errors.Join(fmt.Errorf("begin segment %s: %w", path, err), f.Close(), os.Remove(path))
	}
	return &segment{path: path, first: first, next: first, size: headerSize, created: now, file: f, dirty: true}, nil
}

// load reads what a segment is. The end is known by whoever lists them all.
func load(path string) (*segment, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open segment: %w", err)
	}
	defer func() { _ = f.Close() }() // it is only read
	b := make([]byte, headerSize)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, fmt.Errorf("read segment %s: %w", path, errTorn)
	}
	h, err := decodeHeader(b)
	if err != nil {
		return nil, fmt.Errorf("read segment %s: %w", path, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read segment %s: %w", path, err)
	}
	return &segment{path: path, first: h.first, next: h.first, size: info.Size(), created: h.created}, nil
}

// recover opens the newest segment of a log for writing: it counts its
// records and cuts a torn tail off.
func (s *segment) recover() error {
	b, err := os.ReadFile(s.path) // one segment, a few MiB
	if err != nil {
		return fmt.Errorf("recover segment: %w", err)
	}
	at := headerSize
	for {
		_, n, err := nextFrame(b[at:])
		if n == 0 || err != nil {
			break
		}
		at += n
		s.next++
	}
	f, err := os.OpenFile(s.path, os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("recover segment: %w", err)
	}
	if err := f.Truncate(int64(at)); err != nil {
		return errors.Join(fmt.Errorf("cut segment %s: %w", s.path, err), f.Close())
	}
	s.file, s.size, s.dirty = f, int64(at), true
	return nil
}

// append writes whole frames. What a failed write left is cut off; where that
// fails too the next write goes over it, and the next start cuts it.
func (s *segment) append(frames []byte, records int) error {
	if _, err := s.file.WriteAt(frames, s.size); err != nil {
		return errors.Join(fmt.Errorf("append to segment %s: %w", s.path, err), s.file.Truncate(s.size))
	}
	s.size += int64(len(frames))
	s.next += uint64(records)
	s.dirty = true
	return nil
}

// empty gives up the records of the segment that is written to, and keeps
// their indexes.
func (s *segment) empty() error {
	if err := s.file.Truncate(headerSize); err != nil {
		return fmt.Errorf("empty segment %s: %w", s.path, err)
	}
	s.first, s.size = s.next, headerSize
	if _, err := s.file.WriteAt(header{s.first, s.created}.encode(), 0); err != nil {
		return fmt.Errorf("empty segment %s: %w", s.path, err)
	}
	return nil
}

// seal ends writing.
func (s *segment) seal() error {
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.file.Sync(), s.file.Close())
	s.file, s.dirty = nil, false
	if err != nil {
		return fmt.Errorf("seal segment %s: %w", s.path, err)
	}
	return nil
}

// remove deletes the segment. A reader that has it open goes on reading.
func (s *segment) remove() error {
	if s.file != nil {
		_ = s.file.Close() // it is about to go
		s.file = nil
	}
	if err := os.Remove(s.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove segment: %w", err)
	}
	return nil
}
