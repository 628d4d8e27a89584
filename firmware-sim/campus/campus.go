package campus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/firmware-sim/board"
)

// The errors of a campus's methods.
var (
	ErrUnknown = errors.New("unknown")
	ErrKind    = errors.New("has no button")
)

// Finger is how long a virtual finger stays on a button.
const Finger = 150 * time.Millisecond

// Campus is a virtual school, or several.
type Campus struct {
	config    Config
	devices   []*device
	terminals []*Terminal
}

// device is one board with its firmware; what its kind does not have is nil.
type device struct {
	credential DeviceCredential
	radio      *board.Radio
	link       *trackedLink
	run        func(context.Context) error

	button *firmware.Button
	finger *board.Contact
	gate   *gateParts
	cards  *board.Cards
	leave  *board.Contact // a reader's key for leaving
	point  bool           // a reader on the way of a patrol, and of nobody else
}

// trackedLink knows whether it is connected.
type trackedLink struct {
	firmware.Link
	up atomic.Bool
}

// Run implements firmware.Link.
func (l *trackedLink) Run(ctx context.Context, events firmware.Events) error {
	connected, lost := events.Connected, events.Lost
	events.Connected = func() { l.up.Store(true); connected() }
	events.Lost = func() { l.up.Store(false); lost() }
	return l.Link.Run(ctx, events)
}

// New builds the boards and puts the firmware on them. Nothing runs yet.
func New(c Config) (*Campus, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("build campus: %w", err)
	}
	campus := &Campus{config: c}
	for _, credential := range c.Devices {
		d, err := newDevice(c, credential)
		if err != nil {
			return nil, fmt.Errorf("build device %s: %w", credential.Address, err)
		}
		campus.devices = append(campus.devices, d)
	}
	for _, credential := range c.Terminals {
		t, err := newTerminal(c, credential)
		if err != nil {
			return nil, fmt.Errorf("build terminal %s: %w", credential.Username, err)
		}
		campus.terminals = append(campus.terminals, t)
	}
	for _, p := range c.Patrols {
		for _, reader := range p.Readers {
			d, err := campus.find(reader)
			if err != nil || d.cards == nil {
				return nil, fmt.Errorf("build patrol: %q is no reader", reader)
			}
			d.point = true
		}
	}
	return campus, nil
}

// Run works until ctx ends or a part fails.
func (c *Campus) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, d := range c.devices {
		g.Go(func() error { return d.run(ctx) })
	}
	for _, t := range c.terminals {
		g.Go(func() error { return t.run(ctx) })
	}
	if !c.config.Still {
		g.Go(func() error { c.live(ctx); return nil })
		for _, p := range c.config.Patrols {
			g.Go(func() error { c.patrol(ctx, p); return nil })
		}
	}
	return g.Wait()
}

// Connected reports whether every device and terminal has its hub.
func (c *Campus) Connected() bool {
	for _, d := range c.devices {
		if !d.link.up.Load() {
			return false
		}
	}
	for _, t := range c.terminals {
		if !t.link.up.Load() {
			return false
		}
	}
	return true
}

// Press puts a finger on a button and returns at once. A device is named by
// "school/device", or by its id alone where no other school has the same.
func (c *Campus) Press(device string) error { return c.Hold(device, Finger) }

// Hold keeps a finger on a button for as long, and returns at once.
func (c *Campus) Hold(device string, d time.Duration) error {
	b, err := c.button(device)
	if err != nil {
		return err
	}
	b.finger.CloseFor(d)
	return nil
}

// Card holds a card to a reader. It fails where there is none of that name, or
// where another card is at it.
func (c *Campus) Card(device string, number []byte) error {
	d, err := c.reader(device)
	if err != nil {
		return err
	}
	return d.cards.Hold(number)
}

// Leave presses a reader's key for leaving and returns when it is up again: the next
// card that is held within firmware.LeaveFor is that of somebody who leaves.
func (c *Campus) Leave(device string) error {
	d, err := c.reader(device)
	if err != nil {
		return err
	}
	d.leave.CloseFor(Finger)
	time.Sleep(2 * Finger)
	return nil
}

func (c *Campus) reader(name string) (*device, error) {
	d, err := c.find(name)
	if err == nil && d.cards == nil {
		err = fmt.Errorf("device %s: %w", name, ErrKind)
	}
	return d, err
}

// Indicator is what a button's light shows.
func (c *Campus) Indicator(device string) (devices.Indicator, error) {
	s, err := c.Status(device)
	return s.Indicator, err
}

// Status is a button's status.
func (c *Campus) Status(device string) (firmware.ButtonStatus, error) {
	b, err := c.button(device)
	if err != nil {
		return firmware.ButtonStatus{}, err
	}
	return b.button.Status(), nil
}

// Radio is a device's way to its hub, to be cut and restored.
func (c *Campus) Radio(device string) (*board.Radio, error) {
	d, err := c.find(device)
	if err != nil {
		return nil, err
	}
	return d.radio, nil
}

// Terminal finds a terminal by "audience/id", or by its id alone where no
// other audience has the same.
func (c *Campus) Terminal(name string) (*Terminal, error) {
	return find(c.terminals, "terminal", name, func(t *Terminal) (string, string) {
		return t.credential.Audience, t.credential.ID
	})
}

func (c *Campus) button(name string) (*device, error) {
	d, err := c.find(name)
	if err == nil && d.button == nil {
		err = fmt.Errorf("device %s: %w", name, ErrKind)
	}
	return d, err
}

func (c *Campus) find(name string) (*device, error) {
	return find(c.devices, "device", name, func(d *device) (string, string) {
		return d.credential.Address.School, d.credential.Address.Device
	})
}

// find looks a name up, whole or its last part where that is one thing's only.
func find[T any](all []T, what, name string, parts func(T) (string, string)) (found T, err error) {
	matches := 0
	for _, one := range all {
		group, id := parts(one)
		if name == group+"/"+id || (!strings.Contains(name, "/") && name == id) {
			found = one
			matches++
		}
	}
	switch matches {
	case 0:
		return found, fmt.Errorf("%s %q: %w", what, name, ErrUnknown)
	case 1:
		return found, nil
	}
	return found, fmt.Errorf("%s %q: there are %d: %w", what, name, matches, ErrUnknown)
}
