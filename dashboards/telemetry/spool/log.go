package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// records is the log of one class: its segments, oldest first. There is
// always one that is written to, the last.
type records struct {
	dir      string
	segments []*segment
	full     []*os.File // written to no more, and not synced yet; Sync closes them
}

const suffix = ".seg"

func (l *records) name(first uint64) string {
	return filepath.Join(l.dir, fmt.Sprintf("%020d%s", first, suffix))
}

// openRecords lists the segments of a folder. One that cannot be read is
// removed and counted: it is damage, or the torn birth of a segment.
func openRecords(dir string, now time.Time) (l *records, damaged int, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, 0, fmt.Errorf("make spool: %w", err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return nil, 0, fmt.Errorf("list spool: %w", err)
	}
	slices.Sort(paths)
	l = &records{dir: dir}
	for _, path := range paths {
		s, err := load(path)
		if errors.Is(err, errTorn) {
			damaged++
			if err := os.Remove(path); err != nil {
				return nil, 0, fmt.Errorf("remove damaged segment: %w", err)
			}
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		l.segments = append(l.segments, s)
	}
	return l, damaged, l.finish(now)
}

// finish says where each segment ends, and opens the newest.
func (l *records) finish(now time.Time) error {
	for i := 1; i < len(l.segments); i++ {
		l.segments[i-1].next = l.segments[i].first
	}
	if n := len(l.segments); n > 0 {
		return l.segments[n-1].recover()
	}
	return l.roll(0, now)
}

// roll begins a new segment whose first record has this index.
func (l *records) roll(first uint64, now time.Time) error {
	s, err := create(l.name(first), first, now)
	if err != nil {
		return err
	}
	if len(l.segments) > 0 {
		a := l.active()
		l.full = append(l.full, a.file)
		a.file, a.dirty = nil, false
	}
	l.segments = append(l.segments, s)
	return nil
}

func (l *records) active() *segment { return l.segments[len(l.segments)-1] }
func (l *records) first() uint64    { return l.segments[0].first }
func (l *records) next() uint64     { return l.active().next }

func (l *records) bytes() int64 {
	var n int64
	for _, s := range l.segments {
		n += s.size
	}
	return n
}

// ended says when the last record of the i-th segment can have come at the
// latest: when the one behind it began.
func (l *records) ended(i int) time.Time { return l.segments[i+1].created }

// drop removes the i-th segment.
func (l *records) drop(i int) error {
	s := l.segments[i]
	l.segments = slices.Delete(l.segments, i, i+1)
	return s.remove()
}
