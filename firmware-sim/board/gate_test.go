package board_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/board"
)

var at = devices.Address{School: "riverside-primary", Device: "g-1"}

// line is a link that keeps what is sent over it.
type line struct {
	mu  sync.Mutex // guards got
	got []map[string]float64
}

func (l *line) Run(ctx context.Context, e firmware.Events) error {
	e.Connected()
	<-ctx.Done()
	return ctx.Err()
}

func (l *line) Publish(m firmware.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m.Topic == wire.ReadingTopic(at) {
		r, err := wire.DecodeReading(at, m.Payload, time.Time{})
		if err != nil {
			return err
		}
		l.got = append(l.got, r.Values)
	}
	return nil
}

// since gives the values of one name that have been sent since it was last
// asked, d later.
func (l *line) since(d time.Duration, name string) (out []float64) {
	time.Sleep(d)
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, values := range l.got {
		out = append(out, values[name])
	}
	l.got = nil
	return out
}

// input is one of a gate's, how long it rests before it counts, and what is
// sent when its contact opens and closes.
type input struct {
	name           string
	pins           func(c *board.Contact) firmware.GatePins
	rest           time.Duration
	opened, closed []float64
}

func inputs() []input {
	const quick, motor, path = 20 * time.Millisecond, 200 * time.Millisecond, 2 * time.Second
	state, up := []float64{1}, []float64{0}
	return []input{
		{"open", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Contact: c} }, quick, state, up},
		{"passages_in", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{In: c} }, quick + firmware.Gather, nil, []float64{1}},
		{"passages_out", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Out: c} }, quick + firmware.Gather, nil, []float64{1}},
		{"released", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Release: c} }, quick, nil, []float64{1}},
		{"vehicles", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Vehicle: c} }, quick, nil, []float64{1}},
		{"barrier_up", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Barrier: c} }, motor, state, up},
		{"bollards_up", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Bollards: c} }, motor, up, state},
		{"locked", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Lock: c} }, motor, state, up},
		{"blocked", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Path: c} }, path, state, up},
		{"tamper", func(c *board.Contact) firmware.GatePins { return firmware.GatePins{Tamper: c} }, quick, state, up},
	}
}

// Each input is sent once, as soon as it has rested, however much its contact
// bounces; interference is not sent, and a contact that sticks says nothing
// until it comes free.
func TestEveryInputOfAGateIsToldOnceItRests(t *testing.T) {
	for _, in := range inputs() {
		t.Run(in.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, l := board.NewContact(in.name), &line{}
				c.Close()
				gate, err := firmware.NewGate(firmware.Identity{Address: at, Power: devices.PowerMains}, in.pins(c), l, slog.New(slog.DiscardHandler))
				require.NoError(t, err)
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- gate.Run(ctx) }()
				defer func() { stop(); assert.NoError(t, <-done) }()
				require.Len(t, l.since(firmware.Gather, in.name), 1, "how it stands at first")

				const moment, bounces = time.Millisecond, 3
				c.Bounce(bounces, moment)
				still := 2*bounces*moment + in.rest
				c.Open()
				assert.Empty(t, l.since(still-moment, in.name), "it has not rested yet")
				assert.Equal(t, in.opened, l.since(moment, in.name))
				c.Close()
				assert.Empty(t, l.since(still-moment, in.name))
				assert.Equal(t, in.closed, l.since(moment, in.name))

				c.Bounce(0, 0)
				c.Glitch(15 * moment)
				assert.Empty(t, l.since(2*in.rest, in.name), "interference")

				c.Stick()
				c.Open()
				assert.Empty(t, l.since(2*in.rest, in.name), "it sticks")
				c.Free()
				assert.Equal(t, in.opened, l.since(in.rest, in.name))

				assert.Len(t, l.since(firmware.Repeat, in.name), 1, "and with every periodic reading")
			})
		})
	}
}

func TestAnAreaIsCountedUnlessItsCounterIsBlind(t *testing.T) {
	a := board.NewArea()
	a.Wait(31)
	n, err := a.People()
	require.NoError(t, err)
	assert.Equal(t, 31, n)
	a.Blind(true)
	_, err = a.People()
	require.ErrorIs(t, err, board.ErrBlind)
}

func TestAContactThatSticksKnowsWhereItWasMoved(t *testing.T) {
	c := board.NewContact("c")
	c.Stick()
	c.Close()
	assert.True(t, c.Closed())
	assert.True(t, bool(c.Read()))
	c.Free()
	assert.False(t, bool(c.Read()))
}
