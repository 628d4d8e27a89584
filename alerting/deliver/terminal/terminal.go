package terminal

import (
	"errors"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/devices/wire"
)

// window is how many messages that are sent again may be without a PUBACK at
// one terminal. It leaves most of the broker's own bound to new alarms.
const window = 32

// ErrNoRoom says that a terminal owes so many acknowledgements that it gets
// nothing more for now. A Broker's other errors mean that there is no
// connection.
var ErrNoRoom = errors.New(alerting.NoRoom)

// Broker writes to the live subscription of a topic without blocking. acked
// is called once, when the far side has answered: with an error where it did
// not take the message; before Send returns and with the zero time where the
// subscription's quality of service knows no acknowledgement. It is never
// called if the connection ends first.
type Broker interface {
	Send(topic string, payload []byte, acked func(at time.Time, err error)) error
}

// Terminals is the Sink of one audience's terminals.
type Terminals struct {
	broker Broker
	report deliver.Reporter

	mu    sync.Mutex // guards desks and everything in them
	desks map[string]*desk
}

// desk is what one terminal still has to be sent.
type desk struct {
	epoch    int // counts connections, so that a late PUBACK of an old one is told apart
	unacked  int // sent, not yet acknowledged
	underWay int // of these, sent again
	// crowded holds new alarms that found no room, oldest first; again holds
	// what is sent once more, behind them. Each holds one message an incident,
	// the latest, because an older one is superseded: both are bounded by the
	// number of unresolved incidents.
	crowded []deliver.Message
	again   []deliver.Message
}

// New returns the sink.
func New(b Broker, r deliver.Reporter) *Terminals {
	return &Terminals{broker: b, report: r, desks: map[string]*desk{}}
}

// Connected begins a terminal's new connection: what waited for the old one
// is dropped, because the engine tells everything unresolved again.
func (t *Terminals) Connected(recipient string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.desks[recipient] = &desk{epoch: t.desk(recipient).epoch + 1}
}

// Tell sends a new alarm at once, and queues one that is sent again.
func (t *Terminals) Tell(m deliver.Message) {
	t.mu.Lock()
	d := t.desk(m.Recipient)
	epoch := d.epoch
	if m.Again {
		d.enqueue(m)
		t.mu.Unlock()
		t.pump(m.Recipient)
		return
	}
	d.drop(m.Incident)
	d.unacked++
	t.mu.Unlock()
	if err := t.send(m, epoch); err != nil {
		t.postpone(m, epoch, err, false)
	}
}

// send writes a message that next or Tell has counted.
func (t *Terminals) send(m deliver.Message, epoch int) error {
	return t.broker.Send(wire.AlertTopic(string(m.Audience), m.Recipient), payload(m), func(at time.Time, err error) {
		if at.IsZero() { // it was written and nothing more will be heard; send is still running
			t.release(m, epoch)
			return
		}
		said := m.Progress(alerting.Handed, "", at)
		if err != nil {
			said = m.Failed(err.Error(), alerting.WhyRefused, at)
		}
		t.report.Report(said)
		t.release(m, epoch)
		t.pump(m.Recipient)
	})
}

// postpone keeps a message that the terminal had no room for until an
// acknowledgement makes some; one that has waited already keeps its place.
// Without a connection nothing is kept: the engine tells everything again
// after the next one.
func (t *Terminals) postpone(m deliver.Message, epoch int, cause error, waited bool) {
	t.report.Report(m.Progress(alerting.Planned, cause.Error(), time.Now()))
	if t.kept(m, epoch, errors.Is(cause, ErrNoRoom), waited) {
		t.pump(m.Recipient) // the last acknowledgement has come meanwhile
	}
}

// kept puts the message back; it reports whether nothing is under way any more
// that would bring it out again.
func (t *Terminals) kept(m deliver.Message, epoch int, connected, waited bool) (idle bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.desk(m.Recipient)
	if d.epoch != epoch {
		return false
	}
	d.uncount(m)
	switch {
	case !connected:
		d.crowded, d.again = nil, nil
		return false
	case d.holds(m.Incident): // a newer update waits already
	case m.Again:
		d.again = slices.Insert(d.again, 0, m)
	case waited:
		d.crowded = slices.Insert(d.crowded, 0, m)
	default:
		d.crowded = append(d.crowded, m)
	}
	return d.unacked == 0
}

// release takes a message off the ones under way.
func (t *Terminals) release(m deliver.Message, epoch int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d := t.desk(m.Recipient); d.epoch == epoch {
		d.uncount(m)
	}
}

// pump sends what waits, as far as there is room.
func (t *Terminals) pump(recipient string) {
	for {
		m, epoch, ok := t.next(recipient)
		if !ok {
			return
		}
		if err := t.send(m, epoch); err != nil {
			t.postpone(m, epoch, err, true)
			return
		}
	}
}

func (t *Terminals) next(recipient string) (m deliver.Message, epoch int, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.desk(recipient)
	switch {
	case len(d.crowded) > 0:
		m, d.crowded = d.crowded[0], d.crowded[1:]
	case len(d.again) > 0 && d.underWay < window:
		m, d.again = d.again[0], d.again[1:]
		d.underWay++
	default:
		return m, 0, false
	}
	d.unacked++
	return m, d.epoch, true
}

// desk finds a terminal's record; the caller holds mu.
func (t *Terminals) desk(recipient string) *desk {
	d, ok := t.desks[recipient]
	if !ok {
		d = &desk{}
		t.desks[recipient] = d
	}
	return d
}

// uncount takes a message off the counts.
func (d *desk) uncount(m deliver.Message) {
	d.unacked--
	if m.Again {
		d.underWay--
	}
}

// enqueue lets a message that is sent again wait. Where a new alarm of the same
// incident waits for room it takes that one's place, ahead of what is sent
// again.
func (d *desk) enqueue(m deliver.Message) {
	for i, w := range d.crowded {
		if w.Incident == m.Incident {
			m.Again = false
			d.crowded[i] = m
			return
		}
	}
	d.drop(m.Incident)
	d.again = append(d.again, m)
}

// holds reports whether something of an incident waits.
func (d *desk) holds(incident string) bool {
	same := func(m deliver.Message) bool { return m.Incident == incident }
	return slices.ContainsFunc(d.crowded, same) || slices.ContainsFunc(d.again, same)
}

// drop removes what waits for an incident.
func (d *desk) drop(incident string) {
	same := func(m deliver.Message) bool { return m.Incident == incident }
	d.crowded = slices.DeleteFunc(d.crowded, same)
	d.again = slices.DeleteFunc(d.again, same)
}

// payload is the message on the wire, built by hand: it is in the way of
// every alarm.
func payload(m deliver.Message) []byte {
	return wire.AppendAlert(make([]byte, 0, 768), wire.Alert{
		Delivery: m.Delivery, Incident: m.Incident, Number: m.Number, Press: m.Press,
		School: wire.SchoolRef{ID: m.School.ID, Name: m.School.Name}, Place: m.Place,
		Device: m.Device, Kind: string(m.Kind), Severity: string(m.Severity), Mode: m.Mode,
		Silent: m.Silent, State: string(m.State), PressedAt: m.PressedAt,
		AgeMS: m.Age.Milliseconds(), Text: m.Text, Sound: m.Sound(),
	})
}
