package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Class says what is given up first.
type Class int

// The classes. Alarm is what the way of an alarm is told by; it goes last.
const (
	Reading Class = iota
	Alarm
	classes
)

// Classes lists both.
func Classes() []Class { return []Class{Reading, Alarm} }

// String is the class's name, which is also its folder's.
func (c Class) String() string {
	if c == Alarm {
		return "alarm"
	}
	return "reading"
}

// The defaults.
const (
	DefaultMaxAge   = 72 * time.Hour
	DefaultMaxBytes = 1 << 30
)

// framesKept is the largest buffer, in bytes, that is kept for the next write:
// what comes in 10 ms of a storm fits ten times.
const framesKept = 256 << 10

// Config says where the spool lies and how much it keeps.
type Config struct {
	Dir      string
	MaxBytes int64         // both classes together; DefaultMaxBytes where 0
	MaxAge   time.Duration // DefaultMaxAge where 0
	Segment  int64         // bytes of one segment; 4 MiB where 0, and at most a sixteenth of MaxBytes
	// KeepOnly says that nothing is delivered: what goes was kept for its time,
	// and is not counted as dropped.
	KeepOnly bool
}

func (c Config) withDefaults() Config {
	if c.MaxBytes == 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.MaxAge == 0 {
		c.MaxAge = DefaultMaxAge
	}
	if c.Segment == 0 {
		c.Segment = 4 << 20
	}
	c.Segment = max(min(c.Segment, c.MaxBytes/16), 4<<10)
	return c
}

// Dropped counts what was given up before it had been delivered, by class.
type Dropped [classes]uint64

// Spool is both logs. It can be used by several goroutines.
type Spool struct {
	config Config
	lock   *os.File
	note   *os.File // how far delivery got

	mu       sync.Mutex // guards what follows; held over a write to the page cache, never over a sync
	logs     [classes]*records
	progress [classes]Progress
	dropped  Dropped
	damaged  int
	grown    chan struct{}
	frames   []byte // of framed alone
}

// Open opens the spool, or makes it. A torn tail is cut off. There is one
// spool a folder at a time.
func Open(c Config, now time.Time) (*Spool, error) {
	s := &Spool{config: c.withDefaults(), grown: make(chan struct{}, 1)}
	if err := os.MkdirAll(c.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("make spool: %w", err)
	}
	var err error
	if s.lock, err = acquire(filepath.Join(c.Dir, "lock")); err != nil {
		return nil, err
	}
	for _, class := range Classes() {
		l, damaged, err := openRecords(filepath.Join(c.Dir, class.String()), now)
		if err != nil {
			return nil, errors.Join(err, s.lock.Close())
		}
		s.logs[class], s.damaged = l, s.damaged+damaged
	}
	if s.note, err = os.OpenFile(filepath.Join(c.Dir, "progress"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("open progress: %w", err), s.lock.Close())
	}
	s.progress = readProgress(s.note)
	for _, class := range Classes() {
		s.progress[class] = s.progress[class].within(s.logs[class].first(), s.logs[class].next())
	}
	return s, nil
}

// acquire keeps a second process out. The kernel releases the lock when the
// process ends, however it ends.
func acquire(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock spool: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("lock spool %s: in use by another hub: %w", path, err), f.Close())
	}
	return f, nil
}

// Append adds records, in their order, in one write. When it returns nil they
// survive a kill of this process. It makes room first: what is over the
// bounds goes, the oldest first. Where the disk is full, the oldest segment
// goes too; ENOSPC comes back only where there is nothing left to give up.
func (s *Spool) Append(c Class, batch [][]byte, now time.Time) error {
	if len(batch) == 0 {
		return nil
	}
	for _, r := range batch {
		if len(r) == 0 || len(r) > MaxRecord {
			return fmt.Errorf("append to spool: a record of %d bytes; want 1 to %d", len(r), MaxRecord)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	frames := s.framed(batch)
	for {
		err := s.append(c, frames, len(batch), now)
		if errors.Is(err, syscall.ENOSPC) && s.giveUpOldest(c) {
			continue
		}
		if err == nil {
			s.notify()
		}
		return err
	}
}

// framed is a batch as it is written, valid until the next call: a storm of
// readings would leave the heap a copy of each write. s.mu is held.
func (s *Spool) framed(batch [][]byte) []byte {
	frames := s.frames[:0]
	for _, r := range batch {
		frames = appendFrame(frames, r)
	}
	if s.frames = frames; cap(frames) > framesKept {
		s.frames = nil
	}
	return frames
}

func (s *Spool) append(c Class, frames []byte, n int, now time.Time) error {
	l := s.logs[c]
	a := l.active()
	full := a.size+int64(len(frames)) > s.config.Segment || now.Sub(a.created) > s.config.MaxAge/72
	if full && a.next > a.first {
		if err := l.roll(a.next, now); err != nil {
			return err
		}
		s.expire(now)
	}
	for s.bytes()+int64(len(frames)) > s.config.MaxBytes {
		if !s.giveUpOldest(c) {
			break // what alarms left fills it: it is over by this one write, which is the first to go
		}
	}
	return l.active().append(frames, n)
}

func (s *Spool) notify() {
	select {
	case s.grown <- struct{}{}:
	default:
	}
}

// Grown has a value when records were added since it was last read.
func (s *Spool) Grown() <-chan struct{} { return s.grown }

// Sync makes what was appended so far survive a power cut, and lets go of the
// segments that are full. It is to be called every few seconds, and does not
// hold up Append.
func (s *Spool) Sync() error {
	s.mu.Lock()
	var files, full []*os.File
	for _, l := range s.logs {
		full, l.full = append(full, l.full...), nil
		if a := l.active(); a.dirty {
			files, a.dirty = append(files, a.file), false
		}
	}
	s.mu.Unlock()
	var errs error
	for _, f := range full {
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			errs = errors.Join(errs, fmt.Errorf("sync spool: %w", err))
		}
	}
	for _, f := range files {
		if err := f.Sync(); err != nil && !errors.Is(err, os.ErrClosed) { // given up meanwhile
			errs = errors.Join(errs, fmt.Errorf("sync spool: %w", err))
		}
	}
	return errs
}

// Close writes down how far delivery got and lets the folder go.
func (s *Spool) Close() error {
	synced := s.Sync()
	s.mu.Lock()
	defer s.mu.Unlock()
	err := errors.Join(synced, writeProgress(s.note, s.progress), s.note.Close())
	for _, l := range s.logs {
		err = errors.Join(err, l.active().seal())
	}
	return errors.Join(err, s.lock.Close())
}
