package load

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

// dialers is how many connections are made at once: fewer than a hub lets one
// address have before they have signed in.
const dialers = 24

// Config says who is connected.
type Config struct {
	Target
	// Receipts makes terminals send the application's receipt for each alert.
	Receipts bool
	// Lights makes buttons subscribe to their commands, as firmware does, and
	// measures when the light says stored.
	Lights bool
}

// Fleet is a set of connected buttons and terminals.
type Fleet struct {
	config    Config
	epoch     time.Time
	ids       numbering
	buttons   []*button
	terminals []*terminal

	tally  atomic.Pointer[tally] // the stage that runs, or the last one
	late   atomic.Int64          // arrivals of an earlier stage's presses
	other  atomic.Int64          // alerts about something else
	broken atomic.Int64          // connections that ended by themselves

	readers sync.WaitGroup
	stop    chan struct{}
	pressed int // press numbers given out; Press alone uses it
	cursor  int // the button whose turn is next; Press alone uses it
}

// Open connects the terminals, then the buttons. The caller closes the fleet.
func Open(ctx context.Context, c Config) (*Fleet, error) {
	if len(c.Devices) == 0 {
		return nil, errors.New("open fleet: no buttons")
	}
	return open(ctx, c)
}

func open(ctx context.Context, c Config) (*Fleet, error) {
	now := time.Now()
	f := &Fleet{config: c, epoch: now, ids: newNumbering(now), stop: make(chan struct{}), buttons: make([]*button, len(c.Devices))}
	f.tally.Store(newTally(0, 0, 0, len(c.Terminals)))
	if err := f.connect(ctx); err != nil {
		f.Close()
		return nil, fmt.Errorf("open fleet: %w", err)
	}
	f.readers.Go(f.keepAlive)
	return f, nil
}

func (f *Fleet) now() time.Duration { return time.Since(f.epoch) }

func (f *Fleet) connect(ctx context.Context) error {
	for i, who := range f.config.Terminals {
		if err := f.addTerminal(ctx, i, who); err != nil {
			return err
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(dialers)
	for i, d := range f.config.Devices {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error { return f.addButton(ctx, i, d) })
	}
	return g.Wait()
}

func (f *Fleet) addTerminal(ctx context.Context, i int, who Terminal) error {
	c, err := dial(ctx, f.config.Address, packet.Login{ClientID: who.Username, Username: who.Username, Password: who.Password}, inboxBuffer)
	if err != nil {
		return err
	}
	t := &terminal{conn: c, fleet: f, index: i}
	f.terminals = append(f.terminals, t)
	if err := c.subscribe(who.Filter, func(p packet.Packet) { _ = t.take(p) }); err != nil {
		return err
	}
	f.readers.Go(func() { f.watch(t.read) })
	return nil
}

func (f *Fleet) addButton(ctx context.Context, i int, d Device) error {
	c, err := dial(ctx, f.config.Address, packet.Login{ClientID: d.Username, Username: d.Username, Password: d.Password}, readBuffer)
	if err != nil {
		return err
	}
	b := &button{conn: c, fleet: f, topic: d.topic("alarm"), waits: map[uint16]int{}}
	f.buttons[i] = b
	if f.config.Lights {
		if err := c.subscribe(d.topic("command"), func(p packet.Packet) { _ = b.take(p) }); err != nil {
			return err
		}
	}
	f.readers.Go(func() { f.watch(b.read) })
	return nil
}

// watch counts a connection that ends before the fleet is closed.
func (f *Fleet) watch(read func() error) {
	_ = read()
	select {
	case <-f.stop:
	default:
		f.broken.Add(1)
	}
}

func (f *Fleet) keepAlive() {
	tick := time.NewTicker(keepAlive / 2)
	defer tick.Stop()
	for {
		select {
		case <-f.stop:
			return
		case <-tick.C:
			for c := range f.conns {
				_ = c.ping() // one that is gone is counted by its reader
			}
		}
	}
}

// conns yields every connection that was made.
func (f *Fleet) conns(yield func(*conn) bool) {
	for _, t := range f.terminals {
		if !yield(t.conn) {
			return
		}
	}
	for _, b := range f.buttons {
		if b != nil && !yield(b.conn) {
			return
		}
	}
}

// Close ends every connection and waits for the readers. It is called once.
func (f *Fleet) Close() {
	close(f.stop)
	for c := range f.conns {
		c.leave()
	}
	f.readers.Wait()
	for c := range f.conns {
		_ = c.net.Close()
	}
}
