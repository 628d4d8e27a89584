package store

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/campushub/devices"
)

// The bounds of the file.
const (
	// MaxEntries is how many presses and check-ins wait at most, of all devices of
	// the board.
	MaxEntries = 1024
	// MaxBytes bounds the file; made anew, with MaxEntries of the longest lines, it
	// has a third of them.
	MaxBytes = 1 << 20
	// compactAt: from here on a file is made anew once half of it is of no use.
	compactAt = 64 << 10
)

// ErrFull says that the file has no room for a press beside other presses.
var ErrFull = errors.New("the file is full of presses")

// File keeps what a board's devices have not told their hub.
type File struct {
	disk Disk
	name string
	log  *slog.Logger
	wake chan struct{} // holds one token while something waits to be written

	mu      sync.Mutex // guards what follows
	life    life
	entries []line // presses and check-ins, in their order
	bytes   int    // of these, as lines
	dropped line
	pending []line // to be appended
	urgent  bool   // a press is among them
	changes uint64 // counts what was asked for
	onDrop  map[string]func(id string)

	writing sync.Mutex // one writes at a time; guards what follows
	handle  Handle     // nil: the file has to be made anew
	size    int        // of the file, in bytes

	stored uint64     // changes that are safe; guarded by mu
	failed error      // why the file could not be written; guarded by mu
	safe   *sync.Cond // on mu
}

// Open reads a file, or makes it, and writes down that the board has started.
// It fails where there is a file that cannot be read: somebody has to look. A
// disk that cannot be written to holds up nobody; Fault says so.
func Open(disk Disk, name string, clock Clock, log *slog.Logger) (*File, error) {
	raw, err := disk.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read store %s: %w", name, err)
	}
	all, damaged := lines(raw)
	f := &File{
		disk: disk, name: name, log: log.With("store", name), wake: make(chan struct{}, 1),
		onDrop: map[string]func(string){}, dropped: line{Kind: kindDropped},
	}
	f.safe = sync.NewCond(&f.mu)
	f.replay(all, clock)
	if damaged > 0 {
		f.log.Warn("damaged lines were left out", "lines", damaged)
	}
	if err := f.write(); err != nil {
		f.log.Error("store was not written", "error", err)
	}
	return f, nil
}

// replay takes in what the file says. The board's life goes on where its last
// line left it; the same boot again is a restart of the program alone.
func (f *File) replay(all []line, clock Clock) {
	var last line
	lived := int64(0)
	for _, l := range all {
		lived = max(lived, l.Lived)
		switch l.Kind {
		case kindBoot:
			last = l
		case kindPress, kindCheckIn:
			if !slices.ContainsFunc(f.entries, func(e line) bool { return same(e, l) }) {
				f.entries = append(f.entries, l)
			}
		case kindDone:
			f.entries = slices.DeleteFunc(f.entries, func(e line) bool { return same(e, l) })
		case kindDropped:
			f.dropped = l
		}
	}
	f.life = life{clock: clock, before: time.Duration(lived) * time.Millisecond, number: last.Boot + 1}
	if last.Name == clock.Boot() && last.Name != "" {
		f.life.before, f.life.number = time.Duration(last.Lived)*time.Millisecond, last.Boot
	}
	f.bytes = 0
	for _, e := range f.entries {
		f.bytes += len(e.encode())
	}
}

func same(a, b line) bool { return a.ID == b.ID && a.Device == b.Device }

// save takes an entry in. Where there is no room the oldest check-ins yield; a
// check-in that finds none of its kind to yield is dropped itself.
func (f *File) save(e line) error {
	f.mu.Lock()
	evicted, err := f.admit(e)
	f.mu.Unlock()
	for _, drop := range evicted {
		drop()
	}
	f.nudge()
	return err
}

func (f *File) admit(e line) (evicted []func(), err error) {
	size := len(e.encode())
	for len(f.entries) >= MaxEntries || 3*(f.bytes+size) > MaxBytes {
		i := slices.IndexFunc(f.entries, func(o line) bool { return o.Kind == kindCheckIn })
		if i < 0 {
			if e.Kind == kindCheckIn {
				f.count(0, 1)
				return nil, ErrFull
			}
			return nil, ErrFull
		}
		old := f.entries[i]
		f.remove(i)
		f.count(0, 1)
		if tell := f.onDrop[old.Device]; tell != nil {
			evicted = append(evicted, func() { tell(old.ID) })
		}
	}
	f.entries = append(f.entries, e)
	f.bytes += size
	f.append(e)
	f.urgent = f.urgent || e.Kind == kindPress
	return evicted, nil
}

// forget ends an entry; one that is not there is no error.
func (f *File) forget(device, id string) {
	f.mu.Lock()
	i := slices.IndexFunc(f.entries, func(e line) bool { return e.ID == id && e.Device == device })
	if i >= 0 {
		f.remove(i)
	}
	f.mu.Unlock()
	f.nudge()
}

// remove takes an entry out. One that was not written yet never is: a press
// whose receipt came before the disk wears nothing.
func (f *File) remove(i int) {
	e := f.entries[i]
	f.entries = slices.Delete(f.entries, i, i+1)
	f.bytes -= len(e.encode())
	n := len(f.pending)
	f.pending = slices.DeleteFunc(f.pending, func(p line) bool { return p.Kind != kindDone && same(p, e) })
	if len(f.pending) == n {
		f.append(line{Kind: kindDone, Device: e.Device, ID: e.ID, moment: moment{Lived: f.life.now().Milliseconds(), Boot: f.life.number}})
	}
}

func (f *File) count(presses, checkIns int) {
	f.dropped.Presses += presses
	f.dropped.CheckIns += checkIns
	f.append(f.dropped)
}

func (f *File) append(l line) {
	f.pending = append(f.pending, l)
	f.changes++
}

func (f *File) nudge() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Waiting is how many presses and check-ins of a device wait in the file.
func (f *File) Waiting(a devices.Address) (presses, checkIns int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.entries {
		switch {
		case e.Device != a.String():
		case e.Kind == kindPress:
			presses++
		default:
			checkIns++
		}
	}
	return presses, checkIns
}
