package firmware

import (
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// The times of a gate.
const (
	// Gather is how long passages are counted into one reading.
	Gather = 1 * time.Second
	// Repeat is how often a gate reports with nothing new to say.
	Repeat = 60 * time.Second
)

// maxReadings is how many unconfirmed readings a gate holds: an hour's with
// nothing new.
const maxReadings = 64

// The input pins of a gate.
const (
	pinOpen = iota
	pinIn
	pinOut
	gatePins
)

// gateCore is a gate with a contact and a counter for each direction. A
// reading tells the passages since the reading before it.
type gateCore struct {
	identity  Identity
	boot      string
	seq       uint64
	contacts  [gatePins]contact
	passages  [gatePins]int
	trail     trail
	connected bool
	report    time.Time // when the next reading is due
	effects   []effect
}

func newGateCore(i Identity, boot string, now time.Time) *gateCore {
	return &gateCore{
		identity: i, boot: boot, report: now.Add(Gather),
		trail: trail{limit: maxReadings, hold: settled(i.Power)},
	}
}

// settled is how long a connection must outlive a message for the message to
// have arrived: in that time the hub has answered a ping that was sent after
// it, or the link has noticed that it did not.
func settled(p devices.Power) time.Duration { return 3 * p.KeepAlive() }

func (g *gateCore) step(now time.Time, in input) []effect {
	g.effects = nil
	switch in := in.(type) {
	case pinInput:
		g.contacts[in.pin].edge(in.closed, now)
	case linkInput:
		g.connected = in.up
		g.trail.lost() // a new connection knows nothing of the old one's
		if in.up {
			g.effects = append(g.effects, sendEffect{online(g.identity)})
		}
	}
	g.watch(now)
	if !now.Before(g.report) {
		g.read(now)
	}
	if g.connected {
		for _, m := range g.trail.due(now) {
			g.effects = append(g.effects, sendEffect{m})
		}
	}
	return g.effects
}

func (g *gateCore) next(now time.Time) time.Time {
	at := g.report
	for i := range g.contacts {
		at = earliest(at, g.contacts[i].due())
	}
	if g.connected {
		at = earliest(at, g.trail.next(now))
	}
	return at
}

// watch reports a gate that opened or closed at once, passages when they have
// gathered.
func (g *gateCore) watch(now time.Time) {
	for pin := range g.contacts {
		if !g.contacts[pin].settle(now) {
			continue
		}
		switch {
		case pin == pinOpen:
			g.report = now
		case g.contacts[pin].closed:
			g.passages[pin]++
			g.report = earliest(g.report, now.Add(Gather))
		}
	}
}

func (g *gateCore) read(now time.Time) {
	open := 1.0 // the contact closes with the gate
	if g.contacts[pinOpen].closed {
		open = 0
	}
	g.seq++
	r := devices.Reading{Seq: g.seq, Boot: g.boot, Values: map[string]float64{
		"open":         open,
		"passages_in":  float64(g.passages[pinIn]),
		"passages_out": float64(g.passages[pinOut]),
	}}
	g.passages = [gatePins]int{}
	g.report = now.Add(Repeat)
	g.trail.add(now, func(age time.Duration) Message {
		r := r
		r.Age = age
		return Message{Topic: wire.ReadingTopic(g.identity.Address), Payload: wire.EncodeReading(r)}
	})
}
