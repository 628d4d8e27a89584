package firmware

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices"
)

// ButtonConfig says what a button is.
type ButtonConfig struct {
	Identity Identity
	Alarm    devices.Alarm // what its presses are about; an emergency by default
	Silent   bool          // gives nobody away: its light stays dark
	// SilentPattern: two pushes within debounce.Pair are one silent press. It
	// costs every other press of the button that time.
	SilentPattern bool
	// AlwaysLive: no drill window makes its press a drill. For the dry contact
	// of a fire panel.
	AlwaysLive bool
}

// ButtonPins are a button's pins. The contact closes to ground.
type ButtonPins struct {
	Contact gpio.PinIn
	Lamp    gpio.PinOut
	Siren   gpio.PinOut // nil where there is none
}

// ButtonStatus is a button as others see it.
type ButtonStatus struct {
	Indicator devices.Indicator
	Latched   bool // pressed, and not yet reset by a person
	Waiting   int  // presses that the hub has not confirmed
	Connected bool
	// DrillUntil is the end of the window in which the next press is a drill's;
	// zero where none is open.
	DrillUntil time.Time
}

// Button is a one-press alarm button.
type Button struct {
	shell  *shell
	pins   ButtonPins
	log    *slog.Logger
	status atomic.Pointer[ButtonStatus]
}

// NewButton sets a button's pins up and loads the presses that its store
// kept.
func NewButton(c ButtonConfig, pins ButtonPins, link Link, store Store, log *slog.Logger) (*Button, error) {
	if c.Alarm == "" {
		c.Alarm = devices.Emergency
	}
	b := &Button{pins: pins, log: log.With("device", c.Identity.Address.String())}
	b.shell = newShell(link, b.log)
	kept, err := b.shell.keep(store)
	if err != nil {
		return nil, fmt.Errorf("load presses of button %s: %w", c.Identity.Address, err)
	}
	machine := newButtonCore(c, newUUID, kept, time.Now())
	b.shell.core, b.shell.perform = machine, b.perform
	b.shell.stepped = func() { b.status.Store(machine.status()) }
	b.status.Store(machine.status())
	if err := b.shell.watchPin(pins.Contact, 0); err != nil {
		return nil, err
	}
	for _, out := range []gpio.PinOut{pins.Lamp, pins.Siren} {
		if err := setLow(out); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Run works until ctx ends.
func (b *Button) Run(ctx context.Context) error { return b.shell.run(ctx) }

// Status is the button after its latest step.
func (b *Button) Status() ButtonStatus { return *b.status.Load() }

func (b *Button) perform(e effect) {
	var err error
	switch e := e.(type) {
	case lampEffect:
		err = b.pins.Lamp.Out(gpio.Level(e.on))
	case sirenEffect:
		if b.pins.Siren != nil {
			err = b.pins.Siren.Out(gpio.Level(e.on))
		}
	}
	if err != nil {
		b.log.Error("button did not do as told", "effect", fmt.Sprintf("%T", e), "error", err)
	}
}

func (b *buttonCore) status() *ButtonStatus {
	s := &ButtonStatus{Indicator: b.shown, Latched: b.latched, Waiting: b.outbox.unconfirmed(), Connected: b.connected}
	if b.drill != nil {
		s.DrillUntil = b.drill.until
	}
	return s
}

// Gate is a gate with a contact, counters, and what else there is to sense.
type Gate struct{ shell *shell }

// NewGate sets a gate's pins up. It fails where there are none.
func NewGate(i Identity, pins GatePins, link Link, log *slog.Logger) (*Gate, error) {
	machine := newGateCore(i, pins, newBoot(), time.Now())
	g := &Gate{shell: newShell(link, log.With("device", i.Address.String()))}
	g.shell.core = machine
	for number, pin := range pins.all() {
		if pin == nil {
			continue
		}
		if err := g.shell.watchPin(pin, number); err != nil {
			return nil, err
		}
	}
	if pins.Area != nil {
		g.shell.watchArea(pins.Area)
	}
	if len(g.shell.watch) == 0 {
		return nil, fmt.Errorf("gate %s has no inputs", i.Address)
	}
	return g, nil
}

// Run works until ctx ends.
func (g *Gate) Run(ctx context.Context) error { return g.shell.run(ctx) }

// Reader is a card reader at a guard post.
type Reader struct{ shell *shell }

// NewReader returns the reader of a post, sets its key up where it has one, and
// loads the check-ins that its store kept.
func NewReader(i Identity, post string, pins ReaderPins, link Link, store Store, log *slog.Logger) (*Reader, error) {
	if !devices.ValidName(post) {
		return nil, fmt.Errorf("reader %s: %q is no name of a post", i.Address, post)
	}
	r := &Reader{shell: newShell(link, log.With("device", i.Address.String()))}
	kept, err := r.shell.keep(store)
	if err != nil {
		return nil, fmt.Errorf("load check-ins of reader %s: %w", i.Address, err)
	}
	r.shell.core = newReaderCore(i, post, newUUID, kept)
	r.shell.watchCards(pins.Cards)
	if pins.Leave != nil {
		if err := r.shell.watchPin(pins.Leave, 0); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Run works until ctx ends.
func (r *Reader) Run(ctx context.Context) error { return r.shell.run(ctx) }

// watchCards hands the core every card. A reader that fails at once, instead
// of waiting, is asked again after a pause.
func (s *shell) watchCards(cards Cards) {
	s.watch = append(s.watch, func(ctx context.Context) {
		for ctx.Err() == nil {
			uid, err := cards.ReadUID(poll)
			if err == nil {
				s.post(ctx, cardInput{uid: uid})
				continue
			}
			select {
			case <-time.After(poll / 4):
			case <-ctx.Done():
			}
		}
	})
}

// watchArea hands the core every number that is another one. One that cannot be
// counted is said to be unknown, and logged once.
func (s *shell) watchArea(area Area) {
	s.watch = append(s.watch, func(ctx context.Context) {
		var last areaInput
		tick := time.NewTicker(countEvery)
		defer tick.Stop()
		for ctx.Err() == nil {
			people, err := area.People()
			now := areaInput{people: people, counted: err == nil && people >= 0}
			if !now.counted {
				now.people = 0
			}
			if now != last {
				if !now.counted {
					s.log.Warn("the waiting area is not counted", "people", people, "error", err)
				}
				last = now
				s.post(ctx, now)
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	})
}

func setLow(out gpio.PinOut) error {
	if out == nil {
		return nil
	}
	if err := out.Out(gpio.Low); err != nil {
		return fmt.Errorf("set up pin %s: %w", out, err)
	}
	return nil
}

func newUUID() string { return uuid.Must(uuid.NewV7()).String() }

// newBoot names one run of the firmware.
func newBoot() string {
	var b [4]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
