package board

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"example.org/campushub/devices/firmware/store"
)

// ErrPower is what a disk says once its power is cut.
var ErrPower = errors.New("disk: no power")

// ErrWorn is what a disk says that takes nothing more.
var ErrWorn = errors.New("disk: worn out")

// Disk is an SD card: what was not synced may be gone after a power cut, or
// half there. It implements store.Disk.
type Disk struct {
	mu     sync.Mutex           // guards what follows
	names  map[string]*diskFile // as a program sees them
	synced map[string]*diskFile // as a power cut leaves them
	moves  []func(map[string]*diskFile)
	off    bool
	worn   bool
	fuse   int // steps until the power is cut by itself; below zero: never
	steps  int
	syncs  int
}

// diskFile is one file's content, and how much of it is synced.
type diskFile struct {
	content []byte
	synced  int
}

var _ store.Disk = (*Disk)(nil)

// NewDisk returns an empty disk.
func NewDisk() *Disk {
	return &Disk{names: map[string]*diskFile{}, synced: map[string]*diskFile{}, fuse: -1}
}

// CutAfter cuts the power before the step after so many: a step is a create, a
// write, a sync or a rename.
func (d *Disk) CutAfter(steps int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fuse = steps
}

// Cut cuts the power now.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.off = true
}

// Wear has the disk take nothing more, or again.
func (d *Disk) Wear(worn bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.worn = worn
}

// Steps is how many steps the disk has done, Syncs how many of these were syncs
// of a file: each is an erase block or two of an SD card.
func (d *Disk) Steps() int { d.mu.Lock(); defer d.mu.Unlock(); return d.steps }

// Syncs is how often a file was synced.
func (d *Disk) Syncs() int { d.mu.Lock(); defer d.mu.Unlock(); return d.syncs }

// Loss says what a power cut leaves of what was not synced.
type Loss struct {
	Moves  int    // creates and renames that are kept, in their order
	Bytes  int    // of what was written to each file that are kept
	Torn   bool   // the last of them is another one
	Filler []byte // stands where the rest was: blocks that were never written
}

// After is the disk as it is when the power is back.
func (d *Disk) After(l Loss) *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	names := maps.Clone(d.synced)
	for _, move := range d.moves[:min(l.Moves, len(d.moves))] {
		move(names)
	}
	out := NewDisk()
	for name, f := range names {
		kept := min(len(f.content), f.synced+l.Bytes)
		content := slices.Clone(f.content[:kept])
		if l.Torn && kept > f.synced {
			content[kept-1] ^= 0x20
		}
		if kept < len(f.content) {
			content = append(content, l.Filler...)
		}
		whole := &diskFile{content: content, synced: len(content)}
		out.names[name], out.synced[name] = whole, whole
	}
	return out
}

// Unsynced is how many creates and renames a power cut may take back, and how
// many bytes of one file.
func (d *Disk) Unsynced() (moves, bytes int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.names {
		bytes = max(bytes, len(f.content)-f.synced)
	}
	return len(d.moves), bytes
}

// step is one step; it is called with the lock held.
func (d *Disk) step() error {
	if d.fuse == 0 {
		d.off = true
	}
	switch {
	case d.off:
		return ErrPower
	case d.worn:
		return ErrWorn
	}
	d.fuse--
	d.steps++
	return nil
}

func (d *Disk) move(m func(map[string]*diskFile)) {
	m(d.names)
	d.moves = append(d.moves, m)
}

// Read implements store.Disk.
func (d *Disk) Read(name string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f, ok := d.names[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(f.content), nil
}

// Create implements store.Disk.
func (d *Disk) Create(name string) (store.Handle, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return nil, err
	}
	f := &diskFile{}
	d.move(func(names map[string]*diskFile) { names[name] = f })
	return &diskHandle{disk: d, file: f}, nil
}

// Rename implements store.Disk.
func (d *Disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	if _, ok := d.names[from]; !ok {
		return fs.ErrNotExist
	}
	d.move(func(names map[string]*diskFile) {
		names[to] = names[from]
		delete(names, from)
	})
	return nil
}

// Sync implements store.Disk.
func (d *Disk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	d.synced, d.moves = maps.Clone(d.names), nil
	return nil
}

// diskHandle is an open file.
type diskHandle struct {
	disk *Disk
	file *diskFile
}

// Write implements io.Writer.
func (h *diskHandle) Write(b []byte) (int, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if err := h.disk.step(); err != nil {
		return 0, err
	}
	h.file.content = append(h.file.content, b...)
	return len(b), nil
}

// Sync implements store.Handle.
func (h *diskHandle) Sync() error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if err := h.disk.step(); err != nil {
		return err
	}
	h.disk.syncs++
	h.file.synced = len(h.file.content)
	return nil
}

// Close implements store.Handle.
func (h *diskHandle) Close() error { return nil }
