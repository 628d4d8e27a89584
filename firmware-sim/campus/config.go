package campus

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
)

// Config says which devices and terminals a virtual school has.
type Config struct {
	Hub       string // tcp://host:port
	Devices   []DeviceCredential
	Terminals []TerminalCredential
	// Patrols are walked on a calm day.
	Patrols []Patrol
	// Still: nobody walks through a gate and nobody holds a card.
	Still bool
	// Hours is from when to when gates are open on the day of a moment, in order;
	// none on any day where it is nil.
	Hours func(now time.Time) [][2]time.Time
	// Open is from when to when the school is open on the day of a moment, which is
	// longer than its gates are; twice the zero time on a day on which it is not.
	// Never, where it is nil.
	Open func(now time.Time) [2]time.Time
	// Seed draws what happens at the gates: the same one, the same day.
	Seed uint64
	// Link is a device's way to its hub, where that is not MQTT.
	Link func(DeviceCredential) firmware.Link
	Log  *slog.Logger
}

// DeviceCredential is a device and how its hub knows it.
type DeviceCredential struct {
	Address  devices.Address
	Kind     devices.Kind
	Username string // school/device, where it is empty
	Password string
	// Power is the supply; mains where it is empty.
	Power devices.Power
	// Post is where a reader stands; the reader's own id where it is empty.
	Post string
	// Gate is what a gate is for; Pedestrian where it is empty.
	Gate string
	// Silent marks a button that gives nobody away.
	Silent bool
}

// TerminalCredential is a terminal and how its hub knows it.
type TerminalCredential struct {
	Audience string // police, school, guards or staff
	ID       string
	Username string // audience/id, where it is empty
	Password string
}

// checkInEvery is the pace of a calm day, on average, at each reader.
const checkInEvery = 4 * time.Minute

// withDefaults fills what was left empty in.
func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Devices = append([]DeviceCredential(nil), c.Devices...)
	for i := range c.Devices {
		d := &c.Devices[i]
		if d.Username == "" {
			d.Username = d.Address.String()
		}
		if d.Power == "" {
			d.Power = devices.PowerMains
		}
		if d.Post == "" {
			d.Post = d.Address.Device
		}
	}
	c.Terminals = append([]TerminalCredential(nil), c.Terminals...)
	for i := range c.Terminals {
		if t := &c.Terminals[i]; t.Username == "" {
			t.Username = t.Audience + "/" + t.ID
		}
	}
	return c
}

// check reports every fault, not just the first.
func (c Config) check() error {
	var faults []error
	seen := map[string]bool{}
	for _, d := range c.Devices {
		if _, err := devices.ParseAddress(d.Address.String()); err != nil {
			faults = append(faults, err)
		}
		if d.Power != devices.PowerMains && d.Power != devices.PowerBattery {
			faults = append(faults, fmt.Errorf("device %s: unknown supply %q", d.Address, d.Power))
		}
		if seen[d.Username] {
			faults = append(faults, fmt.Errorf("device %s: user %s is there twice", d.Address, d.Username))
		}
		seen[d.Username] = true
	}
	for _, t := range c.Terminals {
		if !devices.ValidName(t.Audience) || !devices.ValidName(t.ID) {
			faults = append(faults, fmt.Errorf("terminal %s/%s: want audience/id, each of a-z, 0-9 and -", t.Audience, t.ID))
		}
		if seen[t.Username] {
			faults = append(faults, fmt.Errorf("terminal %s/%s: user %s is there twice", t.Audience, t.ID, t.Username))
		}
		seen[t.Username] = true
	}
	for _, p := range c.Patrols {
		if len(p.Card) == 0 || p.Zone == nil || len(p.At) == 0 {
			faults = append(faults, errors.New("patrol: want a card, times of day and their zone"))
		}
	}
	return errors.Join(faults...)
}
