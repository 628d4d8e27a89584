package firmware

import (
	"slices"
	"sync"
	"time"

	"example.org/campushub/devices"
)

// UndatedAge is what a press from before a power cut is said to be old at least,
// where nobody knows its true age: old enough for the hub to mark it as late,
// so that it never looks like one of this moment, and young enough to be told
// and escalated like one, for it may be.
const UndatedAge = time.Minute

// Press is a press on its way out of the device.
type Press struct {
	ID        string // UUID
	Alarm     devices.Alarm
	Mode      devices.Mode
	Silent    bool
	PressedAt time.Time
	// Undated: it is older than PressedAt says, and nobody knows by how much.
	Undated bool
	Wall    time.Time // the date when it was pressed; zero where nobody knew it
}

// age is how old a press is said to be.
func (p Press) age(now time.Time) time.Duration {
	age := now.Sub(p.PressedAt)
	if p.Undated {
		return max(age, UndatedAge)
	}
	return age
}

// dated is what PressedAt should be, now that the date is known.
func dated(at, wallThen, now, wallNow time.Time) time.Time {
	if age := wallNow.Sub(wallThen); age > now.Sub(at) {
		return now.Add(-age)
	}
	return at
}

// KeptCheckIn is a check-in that was kept over a restart.
type KeptCheckIn struct {
	devices.CheckIn
	Moment
}

// Moment is when something was done.
type Moment struct {
	At      time.Time // at the latest
	Undated bool      // it was earlier, and nobody knows by how much
	Wall    time.Time // the date then; zero where nobody knew it
}

// Dropped is what was lost for want of room, since the device was new.
type Dropped struct{ Presses, CheckIns int }

// Kept is what a device had not told its hub when it ended.
type Kept struct {
	Presses  []Press       // the oldest first
	CheckIns []KeptCheckIn // the oldest first
	Dropped  Dropped
}

// Store keeps what the hub has not confirmed over a restart of the device. None
// of its methods waits for a disk.
type Store interface {
	// Load returns what was kept. Later drop is called, from any goroutine, with
	// each check-in that has to make room.
	Load(drop func(checkIn string)) (Kept, error)
	// SavePress takes a press in. An error says that it will not outlive a power
	// cut; it is sent all the same.
	SavePress(p Press) error
	SaveCheckIn(c devices.CheckIn, at time.Time) error
	// Remove forgets a press or a check-in; one that is not there is no error.
	Remove(id string) error
	// Drop counts what the device itself had no room for.
	Drop(d Dropped)
	// Wall is the date; ok is false while nobody has set the board's clock.
	Wall() (now time.Time, ok bool)
}

// Memory is a Store for a device without one: it outlives the program's parts,
// not the program.
type Memory struct {
	mu   sync.Mutex // guards kept
	kept Kept
}

// NewMemory returns an empty store.
func NewMemory() *Memory { return &Memory{} }

// Load implements Store.
func (m *Memory) Load(func(string)) (Kept, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.kept
	k.Presses, k.CheckIns = slices.Clone(k.Presses), slices.Clone(k.CheckIns)
	return k, nil
}

// SavePress implements Store.
func (m *Memory) SavePress(p Press) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept.Presses = append(m.kept.Presses, p)
	return nil
}

// SaveCheckIn implements Store.
func (m *Memory) SaveCheckIn(c devices.CheckIn, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept.CheckIns = append(m.kept.CheckIns, KeptCheckIn{CheckIn: c, Moment: Moment{At: at}})
	return nil
}

// Remove implements Store.
func (m *Memory) Remove(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept.Presses = slices.DeleteFunc(m.kept.Presses, func(p Press) bool { return p.ID == id })
	m.kept.CheckIns = slices.DeleteFunc(m.kept.CheckIns, func(c KeptCheckIn) bool { return c.ID == id })
	return nil
}

// Drop implements Store.
func (m *Memory) Drop(d Dropped) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept.Dropped.Presses += d.Presses
	m.kept.Dropped.CheckIns += d.CheckIns
}

// Wall implements Store: what is in memory is never undated.
func (m *Memory) Wall() (time.Time, bool) { return time.Time{}, false }
