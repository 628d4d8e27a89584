package terminal_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/delivertest"
	"example.org/campushub/alerting/deliver/terminal"
	"example.org/campushub/devices/wire"
)

// room is how many messages without a PUBACK a terminal of the suite may owe.
const room = 512

// desks are a broker with terminals, each of which acknowledges by itself.
type desks struct {
	sink *terminal.Terminals

	mu  sync.Mutex // guards all and everything in it
	all map[string]*desk
}

type desk struct {
	stuck, gone bool
	hung        chan struct{}
	owed        []owed
	took        []delivertest.Taken
}

// owed is a message that waits for its PUBACK.
type owed struct {
	payload []byte
	acked   func(time.Time, error)
}

func TestTerminalsConform(t *testing.T) {
	m := message(7, false)
	m.School = alerting.Place{ID: "ziwei"}
	delivertest.ConformSink(t, delivertest.SinkHarness{
		New: func(_ *testing.T, r deliver.Reporter) (deliver.Sink, delivertest.Peers) {
			d := &desks{all: map[string]*desk{m.Recipient: {}, "desk-2": {}}}
			d.sink = terminal.New(d, r)
			return d.sink, d
		},
		Message: m, Other: "desk-2", Carries: true,
	})
}

// Send is the broker's.
func (d *desks) Send(topic string, payload []byte, acked func(time.Time, error)) error {
	to := d.of(topic[strings.LastIndexByte(topic, '/')+1:])
	if hung := d.hung(to); hung != nil {
		<-hung
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case to.gone:
		return errors.New("not connected")
	case len(to.owed) >= room:
		return terminal.ErrNoRoom
	}
	to.owed = append(to.owed, owed{payload, acked})
	if !to.stuck {
		go d.answer(to)
	}
	return nil
}

func (d *desks) of(recipient string) *desk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all[recipient]
}

func (d *desks) hung(to *desk) chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return to.hung
}

// answer acknowledges all that is owed.
func (d *desks) answer(to *desk) {
	for {
		d.mu.Lock()
		if len(to.owed) == 0 || to.stuck || to.gone {
			d.mu.Unlock()
			return
		}
		next := to.owed[0]
		to.owed = to.owed[1:]
		a, err := wire.DecodeAlert(next.payload)
		to.took = append(to.took, delivertest.Taken{Delivery: a.Delivery, Number: a.Number, All: string(next.payload)})
		d.mu.Unlock()
		next.acked(time.Now(), err)
	}
}

func (d *desks) change(recipient string, change func(*desk)) *desk {
	to := d.of(recipient)
	d.mu.Lock()
	defer d.mu.Unlock()
	change(to)
	return to
}

func (d *desks) Stick(recipient string) { d.change(recipient, func(to *desk) { to.stuck = true }) }

func (d *desks) Hang(recipient string) {
	d.change(recipient, func(to *desk) { to.hung = make(chan struct{}) })
}

func (d *desks) Loosen(recipient string) {
	d.answer(d.change(recipient, func(to *desk) {
		to.stuck = false
		if to.hung != nil {
			close(to.hung)
			to.hung = nil
		}
	}))
}

func (d *desks) Leave(recipient string) {
	d.change(recipient, func(to *desk) { to.gone, to.owed = true, nil })
}

func (d *desks) Come(recipient string) {
	d.change(recipient, func(to *desk) { to.gone = false })
	d.sink.Connected(recipient)
}

func (d *desks) Took(recipient string) (out []delivertest.Taken) {
	d.change(recipient, func(to *desk) { out = to.took })
	return out
}
