package provision

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/devices"
)

// maxExtraButtons bounds the extra buttons: each is two small files.
const maxExtraButtons = 20_000

// Options is what a demonstration may be asked for.
type Options struct {
	ExtraButtons int            // buttons x-1 … x-N that nothing drives
	HTTP         string         // where the console listens, host:port
	MQTT         string         // where the broker listens, host:port
	Quiet        bool           // nothing but what a client does itself reaches a terminal: no path check
	Texts        string         // where text messages to parents are handed, as a URL; "": none go out
	Term         *calendar.Span // the school's only term; nil: every working day is a school day
}

// termAround is how far a made-up term reaches to either side of a day.
const termAround = 70 // days: half of a term

// TermOf is a made-up term that the day of a moment lies in the middle of.
func TermOf(now time.Time) (*calendar.Span, error) {
	zone, err := time.LoadLocation(schoolZone)
	if err != nil {
		return nil, fmt.Errorf("make up a term: %w", err)
	}
	today := calendar.On(now, zone)
	return &calendar.Span{From: today.Add(-termAround), To: today.Add(termAround)}, nil
}

// Campus is the demonstration's folder, ready to be served, with every
// secret in clear for demo.json and the virtual devices.
type Campus struct {
	Config    string // path of campus.yaml
	School    string
	Accounts  []Account
	Devices   []Device
	Terminals []Terminal
}

// Account is a person who can sign in to the console.
type Account struct {
	Name     string        `json:"name"`
	Role     alerting.Role `json:"role"`
	Schools  []string      `json:"schools"`
	Password string        `json:"password"`
	named    bool
}

// Device is a client of the broker that speaks for a device.
type Device struct {
	School   string       `json:"school"`
	ID       string       `json:"id"`
	Kind     devices.Kind `json:"kind"`
	Username string       `json:"username"`
	Password string       `json:"password"`
	// Gate is what a gate is for; "" is a pedestrian one.
	Gate string `json:"gate,omitempty"`
	// Power, Place and Extra are for who drives it; demo.json leaves them out.
	Power devices.Power `json:"-"`
	Place string        `json:"-"`
	Extra bool          `json:"-"` // nothing drives it
}

// Terminal is a client of the broker that is told about incidents.
type Terminal struct {
	Audience alerting.Audience `json:"audience"`
	ID       string            `json:"id"`
	Topic    string            `json:"topic"`
	Username string            `json:"username"`
	Password string            `json:"password"`
}

// Demo makes the folder at dir, or carries on with the one that is there:
// accounts and credentials stay, missing extra buttons are added, and those
// of earlier starts stay too.
func Demo(dir string, opt Options) (*Campus, error) {
	if opt.ExtraButtons < 0 || opt.ExtraButtons > maxExtraButtons {
		return nil, fmt.Errorf("extra buttons: want 0 to %d, found %d", maxExtraButtons, opt.ExtraButtons)
	}
	s, err := openSecrets(dir)
	if err != nil {
		return nil, err
	}
	known, err := s.extraButtons()
	if err != nil {
		return nil, err
	}
	c := &Campus{
		Config:    filepath.Join(dir, "campus.yaml"),
		School:    school,
		Accounts:  accounts(),
		Devices:   append(fixedDevices(), extraButtons(max(known, opt.ExtraButtons))...),
		Terminals: terminals(),
	}
	if err := s.fill(c); err != nil {
		return nil, err
	}
	text, err := render(c, opt)
	if err != nil {
		return nil, err
	}
	if err := replace(filepath.Join(dir, planFile), campusPlan, 0o644); err != nil {
		return nil, fmt.Errorf("write the school's plan: %w", err)
	}
	// It names secrets and holds none: who may enter the folder may read it.
	if err := replace(c.Config, text, 0o644); err != nil {
		return nil, fmt.Errorf("write configuration: %w", err)
	}
	return c, nil
}

// replace puts a file in place whole, or leaves the old one: a kill at any
// moment shows nobody half of it.
func replace(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error is the one to tell
	}
	return err
}
