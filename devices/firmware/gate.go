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

// gateCore is a gate with those inputs that it has. A reading tells how they
// stand, and what was counted since the reading before it.
type gateCore struct {
	identity  Identity
	boot      string
	seq       uint64
	senses    [gatePins]sense
	area      areaInput // as it was counted last
	trail     trail
	connected bool
	report    time.Time // when the next reading is due
	effects   []effect
}

func newGateCore(i Identity, pins GatePins, boot string, now time.Time) *gateCore {
	g := &gateCore{
		identity: i, boot: boot, report: now.Add(Gather),
		trail: trail{limit: maxReadings, hold: settled(i.Power)},
	}
	is := meanings()
	for number, pin := range pins.all() {
		g.senses[number] = sense{is: is[number], there: pin != nil}
	}
	return g
}

// settled is how long a connection must outlive a message for the message to
// have arrived: in that time the hub has answered a ping that was sent after
// it, or the link has noticed that it did not.
func settled(p devices.Power) time.Duration { return 3 * p.KeepAlive() }

func (g *gateCore) step(now time.Time, in input) []effect {
	g.effects = nil
	ready := g.ready()
	var changed [gatePins]bool
	switch in := in.(type) {
	case pinInput:
		changed[in.pin] = g.senses[in.pin].take(in, now)
	case areaInput:
		g.area = in
		g.report = earliest(g.report, now.Add(Gather))
	case linkInput:
		g.connected = in.up
		g.trail.lost() // a new connection knows nothing of the old one's
		g.tell()
	}
	if !ready {
		g.tell()
	}
	g.watch(now, changed)
	if g.ready() && !now.Before(g.report) {
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
	var at time.Time
	if g.ready() {
		at = g.report
	}
	for i := range g.senses {
		at = earliest(at, g.senses[i].Due())
	}
	if g.connected {
		at = earliest(at, g.trail.next(now))
	}
	return at
}

// ready: every pin has been read, so that nothing is told of how it stands that
// nobody has looked at.
func (g *gateCore) ready() bool {
	for i := range g.senses {
		if g.senses[i].there && !g.senses[i].known {
			return false
		}
	}
	return true
}

// watch reports what changed at once, passages when they have gathered.
func (g *gateCore) watch(now time.Time, changed [gatePins]bool) {
	for pin := range g.senses {
		s := &g.senses[pin]
		if !s.known {
			continue
		}
		_, ticked := s.Tick(now)
		if !changed[pin] && !ticked || s.is.counts && !s.Closed() {
			continue
		}
		if s.is.counts {
			s.count++
		}
		if s.is.gathers {
			g.report = earliest(g.report, now.Add(Gather))
			continue
		}
		g.report = now
		if pin == pinTamper {
			g.tell()
		}
	}
}

// tell says what the gate says of itself, its housing included: the one message
// that is kept for those who come later.
func (g *gateCore) tell() {
	if g.connected && g.ready() {
		tamper := &g.senses[pinTamper]
		g.effects = append(g.effects, sendEffect{online(g.identity, devices.State{Tamper: tamper.there && !tamper.Closed()})})
	}
}

// read makes a reading; where nothing is known there is none.
func (g *gateCore) read(now time.Time) {
	g.report = now.Add(Repeat)
	values := map[string]float64{}
	for i := range g.senses {
		if s := &g.senses[i]; s.there {
			values[s.is.value] = s.say()
		}
	}
	if g.area.counted {
		values["waiting"] = float64(g.area.people)
	}
	if len(values) == 0 {
		return
	}
	g.seq++
	r := devices.Reading{Seq: g.seq, Boot: g.boot, Values: values}
	g.trail.add(report{at: now, encode: func(age time.Duration) Message {
		r := r
		r.Age = age
		return Message{Topic: wire.ReadingTopic(g.identity.Address), Payload: wire.EncodeReading(r)}
	}})
}
