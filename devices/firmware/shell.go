package firmware

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices/wire"
)

// The shell's queues.
const (
	// inputs: whoever watches a pin waits for room, and the pin remembers.
	inputs = 16
	// commands: a further one is dropped; the hub answers each repeated press.
	commands = 64
	// poll bounds a wait for an edge, so that an edge that was missed, and the
	// end of the program, are seen.
	poll = 200 * time.Millisecond
	// countEvery is how often a waiting area is counted.
	countEvery = time.Second
	// dateEvery is how often it is looked whether the board's clock has been set.
	dateEvery = time.Second
)

// shell runs a core: it stamps what happens, hands it over one at a time, and
// does what the core says.
type shell struct {
	core    core
	link    Link
	store   Store // nil where nothing is kept
	log     *slog.Logger
	perform func(e effect) // effects beyond the link
	stepped func()         // after each step: the status for others
	watch   []func(ctx context.Context)
	inputs  chan stamped
	// connection holds the latest news of the link; a newer one replaces it.
	connection chan stamped
	commands   chan stamped
}

type stamped struct {
	at time.Time
	in input
}

func newShell(l Link, log *slog.Logger) *shell {
	return &shell{
		link: l, log: log,
		perform:    func(effect) {},
		stepped:    func() {},
		inputs:     make(chan stamped, inputs),
		connection: make(chan stamped, 1),
		commands:   make(chan stamped, commands),
	}
}

// run works until ctx ends. The link goes last: what the core sent is on its
// way before the good-bye.
func (s *shell) run(ctx context.Context) error {
	linkCtx, stopLink := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLink()
	var linked errgroup.Group
	linked.Go(func() error { return s.link.Run(linkCtx, s.events()) })

	var g errgroup.Group
	for _, w := range s.watch {
		g.Go(func() error { w(ctx); return nil })
	}
	s.loop(ctx)
	err := g.Wait()
	stopLink()
	if linkErr := linked.Wait(); linkErr != nil && !errors.Is(linkErr, context.Canceled) {
		err = errors.Join(err, fmt.Errorf("run link: %w", linkErr))
	}
	return err
}

// loop is the goroutine that owns the core.
func (s *shell) loop(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var now time.Time
	for {
		var got stamped
		select {
		case <-ctx.Done():
			return
		case got = <-s.connection:
		case got = <-s.commands:
		case got = <-s.inputs:
		case <-timer.C:
			got.at = time.Now()
		}
		if got.at.After(now) {
			now = got.at
		}
		for _, e := range s.core.step(now, got.in) {
			s.effect(e)
		}
		s.stepped()
		if next := s.core.next(now); next.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(time.Until(next))
		}
	}
}

func (s *shell) effect(e effect) {
	var err error
	switch e := e.(type) {
	case sendEffect:
		if err := s.link.Publish(e.Message); err != nil {
			s.log.Warn("message was not sent", "topic", e.Topic, "error", err)
		}
	case keepEffect:
		// A store that fails holds up nothing: the press is sent all the same.
		err = s.store.SavePress(e.press)
	case holdEffect:
		err = s.store.SaveCheckIn(e.checkIn, e.at)
	case forgetEffect:
		err = s.store.Remove(e.id)
	case dropEffect:
		s.store.Drop(e.Dropped)
		s.log.Error("there was no room", "presses", e.Presses, "check_ins", e.CheckIns)
	default:
		s.perform(e)
	}
	if err != nil {
		s.log.Error("store did not do as told", "effect", fmt.Sprintf("%T", e), "error", err)
	}
}

// keep loads what a store kept, and has the core told what becomes of it.
func (s *shell) keep(store Store) (Kept, error) {
	s.store = store
	dropped := make(chan string, maxCheckIns)
	kept, err := store.Load(func(checkIn string) {
		select {
		case dropped <- checkIn:
		default: // it is sent, and counted as dropped
		}
	})
	if err != nil {
		return Kept{}, err
	}
	s.watch = append(s.watch, func(ctx context.Context) {
		for {
			select {
			case id := <-dropped:
				s.post(ctx, droppedInput{checkIn: id})
			case <-ctx.Done():
				return
			}
		}
	})
	if kept.undated() {
		s.watch = append(s.watch, s.date)
	}
	return kept, nil
}

// date waits for somebody to set the board's clock.
func (s *shell) date(ctx context.Context) {
	tick := time.NewTicker(dateEvery)
	defer tick.Stop()
	for {
		if wall, ok := s.store.Wall(); ok {
			s.post(ctx, dateInput{wall: wall})
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// undated reports whether the date would tell more of anything.
func (k Kept) undated() bool {
	return slices.ContainsFunc(k.Presses, func(p Press) bool { return p.Undated }) ||
		slices.ContainsFunc(k.CheckIns, func(c KeptCheckIn) bool { return c.Undated })
}

func (s *shell) events() Events {
	return Events{
		Connected: func() { s.connected(true) },
		Lost:      func() { s.connected(false) },
		Message:   s.command,
	}
}

// connected hands on the link's latest news. Lost and found again between two
// steps is found: the core then sends everything anew, as it must.
func (s *shell) connected(up bool) {
	select {
	case <-s.connection:
	default:
	}
	s.connection <- stamped{at: time.Now(), in: linkInput{up: up}}
}

func (s *shell) command(_ string, payload []byte) {
	c, err := wire.DecodeCommand(payload)
	if err != nil {
		s.log.Warn("command was refused", "error", err)
		return
	}
	select {
	case s.commands <- stamped{at: time.Now(), in: c}:
	default:
		s.log.Warn("command was dropped, too many at once")
	}
}

func (s *shell) post(ctx context.Context, in input) {
	select {
	case s.inputs <- stamped{at: time.Now(), in: in}:
	case <-ctx.Done():
	}
}

// watchPin hands the core the level that a pin has at first, and every one that
// it is seen to take. A contact pulls its pin to ground.
func (s *shell) watchPin(pin gpio.PinIn, number int) error {
	if err := pin.In(gpio.PullUp, gpio.BothEdges); err != nil {
		return fmt.Errorf("set up pin %s: %w", pin, err)
	}
	s.watch = append(s.watch, func(ctx context.Context) {
		var last gpio.Level
		for seen := false; ctx.Err() == nil; seen = true {
			if level := pin.Read(); level != last || !seen {
				last = level
				s.post(ctx, pinInput{pin: number, closed: level == gpio.Low})
			}
			pin.WaitForEdge(poll)
		}
	})
	return nil
}
