package simulation

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/terminal"
	payloads "example.org/campushub/devices/wire"
)

// line is the broker's side of a terminal's connection.
type line struct {
	epoch int // which of its connections
	owes  int // PUBACKs
	sent  int
	last  map[string]int64 // the number written last, by incident
}

// desk's room is smaller than the broker's, so that a day fills it.
const deskRoom = 5

var (
	errNotConnected = errors.New(alerting.NotConnected)
	errUnauthorized = errors.New("0x87 not authorized")
)

// radio is the broker of the district.
type radio struct{ w *world }

// Send writes to a terminal's connection: the bytes arrive in their order, or
// with the connection not at all.
func (r radio) Send(topic string, payload []byte, acked func(at time.Time, err error)) error {
	w := r.w
	alert, err := payloads.DecodeAlert(payload)
	if err != nil {
		return fmt.Errorf("%s: %w", topic, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	part := strings.Split(topic, "/")
	k := alerting.LegKey{Audience: alerting.Audience(part[1]), Recipient: part[2], Channel: alerting.ChannelMQTT}
	l := w.line(k)
	switch {
	case w.dead || !w.screens[k]:
		return errNotConnected
	case l.owes >= deskRoom:
		return terminal.ErrNoRoom
	}
	m := deliver.Message{
		Delivery: alert.Delivery, Incident: alert.Incident, Number: alert.Number, Audience: k.Audience, Recipient: k.Recipient, Channel: k.Channel,
	}
	l.sent++
	w.written(m, l)
	name := fmt.Sprintf("%s %d %d %d %06d", m.Delivery, m.Number, w.lives, l.epoch, l.sent)
	w.screen(m, l, name, acked)
	return nil
}

// line is a terminal's; w.mu is held.
func (w *world) line(k alerting.LegKey) *line {
	l := w.wires[k]
	if l == nil {
		l = &line{last: map[string]int64{}}
		w.wires[k] = l
	}
	return l
}

// latency is how long bytes take to a terminal.
const latency = time.Millisecond

// screen is what a terminal does about what it is sent.
func (w *world) screen(m deliver.Message, l *line, name string, acked func(at time.Time, err error)) {
	chance, epoch := w.draw("carry", name), l.epoch
	how := w.mood(string(alerting.ChannelMQTT), chance)
	takes := latency + time.Duration(1+chance%uint64(takesOf(m.Channel)))
	l.owes++
	switch how {
	case dead:
		w.acks(m, l, takes, name, acked, errUnauthorized)
		return
	case hung, deaf: // it never answers: somebody ends its connection
		w.hangs(keyOf(m), l, time.Duration(5+chance/11%40)*time.Second)
		if how == hung {
			return
		}
	case slow:
		w.acks(m, l, takes+5*time.Second, name, acked, nil)
	default:
		w.acks(m, l, takes, name, acked, nil)
	}
	w.plan(latency, "wire "+name[len(name)-6:]+name, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.dead && l.epoch == epoch && w.screens[keyOf(m)] {
			w.heard(m)
			w.reads(m, takes, name, how, chance)
		}
	})
}

// reads is a terminal's receipt, and that somebody has read it.
func (w *world) reads(m deliver.Message, takes time.Duration, name string, how temper, chance uint64) {
	if how == lost {
		return
	}
	if how == late {
		takes += 30 * time.Second
	}
	w.hears(takes+takesOf(m.Channel)/4, name, m, alerting.Received)
	if chance/13%4 == 0 {
		w.hears(takes+20*time.Second, name, m, alerting.Read)
	}
}

// acks is a terminal's PUBACK, over the connection that it was written to.
func (w *world) acks(m deliver.Message, l *line, after time.Duration, name string, acked func(at time.Time, err error), err error) {
	epoch := l.epoch
	w.plan(after, name+" acknowledges", func() {
		w.mu.Lock()
		over := w.dead || l.epoch != epoch || !w.screens[keyOf(m)]
		if !over {
			l.owes--
		}
		w.mu.Unlock()
		if !over {
			acked(time.Now(), err)
		}
	})
}

// hangs ends a connection that answers nothing any more. The terminal comes back
// a moment later.
func (w *world) hangs(k alerting.LegKey, l *line, after time.Duration) {
	epoch := l.epoch
	name := fmt.Sprintf("hangs %s/%s %d %d", k.Audience, k.Recipient, epoch, l.sent)
	w.plan(after, name, func() {
		w.mu.Lock()
		over := w.dead || l.epoch != epoch || !w.screens[k]
		w.mu.Unlock()
		if over {
			return
		}
		w.unplug(k)
		w.at(2*time.Second, name+" is back", func() { w.plugIn(k) })
	})
}

// connects begins a terminal's connection; w.mu is held.
func (w *world) connects(k alerting.LegKey) {
	l := w.line(k)
	l.epoch++
	l.owes = 0
	clear(l.last)
	w.ways.terminals[k.Audience].Connected(k.Recipient)
}
