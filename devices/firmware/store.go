package firmware

import (
	"slices"
	"sync"
	"time"

	"example.org/campushub/devices"
)

// Press is a press on its way out of the device.
type Press struct {
	ID        string // UUID
	Alarm     devices.Alarm
	Mode      devices.Mode
	Silent    bool
	PressedAt time.Time
}

// Store keeps the presses that the hub has not confirmed over a restart of the
// device.
type Store interface {
	// Load returns the presses kept, the oldest first.
	Load() ([]Press, error)
	Save(p Press) error
	Remove(id string) error
}

// Memory is a Store for a device without one: it outlives the program's parts,
// not the program.
type Memory struct {
	mu      sync.Mutex // guards presses
	presses []Press
}

// NewMemory returns an empty store.
func NewMemory() *Memory { return &Memory{} }

// Load implements Store.
func (m *Memory) Load() ([]Press, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.presses), nil
}

// Save implements Store.
func (m *Memory) Save(p Press) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.presses = append(m.presses, p)
	return nil
}

// Remove implements Store.
func (m *Memory) Remove(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.presses = slices.DeleteFunc(m.presses, func(p Press) bool { return p.ID == id })
	return nil
}
