package rules

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/devices"
)

const (
	// retryAfter is how long a rule rests that erred, so that a costly one costs
	// little in all.
	retryAfter = time.Minute
	// moving and calm are the longest that Next puts a look off: while something
	// is counted, and otherwise. So much later than it says may a rule fire that
	// compares a time which is none of the windows'.
	moving = time.Second
	calm   = 10 * time.Second
	// beforeWindow is how long before its window a gate is opened for it.
	beforeWindow = 5 * time.Minute
)

const hazard alerting.Kind = "hazard"

// Post is what the duty roster knows of the post at a gate.
type Post struct{ Known, Manned, Below bool }

// Point is what is known of one gate of a school, and how the rules stand
// there. One goroutine owns it.
type Point struct {
	set    *Set
	gate   Gate
	track  track
	rules  []*Rule // those that look at a gate of this type
	phases []phase
	paused []bool
	muted  []bool
	lost   time.Time // since when nobody hears it; zero where it is heard
	fresh  bool      // something has changed since the latest Memory

	of    Clock // whose hours are today's
	today hours
}

// Change is what has become of a rule at a gate.
type Change struct {
	At   time.Time
	Gate string
	Rule *Rule
	What string // Raised, Urgent, Cleared, Unknown, Broken, Mended, Paused, Resumed
	Err  error  // of Broken
	Shut bool   // the school is closed that day, and nobody lives there
}

// Facts are what a raised rule knows: the findings of its sensors.
func (c Change) Facts() []string {
	out := append([]string{alerting.FactSensor}, c.Rule.Facts...)
	if c.What == Urgent {
		out = append(out, alerting.FactUrgent)
	}
	if c.Shut && c.Rule.Kind == hazard { // which is graver then
		out = append(out, alerting.FactClosedDay)
	}
	return out
}

// NewPoint begins with a gate of which nothing is known.
func (s *Set) NewPoint(device string) *Point { return s.point(s.Gate(device)) }

// NewCounters begins with the counters of the whole school: it takes in the
// readings of every gate.
func (s *Set) NewCounters() *Point { return s.point(Gate{Type: Counters}) }

func (s *Set) point(g Gate) *Point {
	p := &Point{set: s, gate: g, track: newTrack()}
	for _, r := range s.Rules() {
		if slices.Contains(r.Of, g.Type) {
			p.rules = append(p.rules, r)
		}
	}
	p.phases, p.paused, p.muted = make([]phase, len(p.rules)), make([]bool, len(p.rules)), make([]bool, len(p.rules))
	return p
}

// Adopt carries what is known of the gate over to another set of rules: the
// readings, and how the rules stand whose id stays the same.
func (p *Point) Adopt(from *Point) {
	p.track, p.lost, p.fresh = from.track, from.lost, true
	for i, r := range p.rules {
		if k := slices.IndexFunc(from.rules, func(o *Rule) bool { return o.ID == r.ID }); k >= 0 {
			p.phases[i], p.paused[i] = from.phases[k], from.paused[k]
			p.phases[i].broken = time.Time{}
		}
	}
}

// Read takes a reading in, which counts from when it was measured. It is false
// for one that was there before.
func (p *Point) Read(r devices.Reading, c Clock) bool {
	if p.gate.Type != Counters && p.track.repeated(r.Boot, r.Seq) {
		return false
	}
	at := r.ReceivedAt.Add(-r.Age)
	p.begin(c, r.ReceivedAt)
	p.fresh = true
	_, in := p.hours(c, at).in(at)
	p.track.take(r.Values, at, p.atWindow(c, at), in >= 0)
	return true
}

// Tamper takes in what the device says of itself.
func (p *Point) Tamper(on bool, at time.Time) {
	p.fresh = p.fresh || !p.track.known["tamper"] || on != p.track.tamper
	p.track.tell(on, at)
}

// atWindow reports whether a gate that opens at a time opens for a window: guards
// open it up to beforeWindow earlier.
func (p *Point) atWindow(c Clock, at time.Time) bool {
	h := p.hours(c, at)
	_, n := h.in(at)
	_, soon := h.in(at.Add(beforeWindow))
	return n >= 0 || soon >= 0
}

// hours are the gate's windows of a day; they are worked out once a day.
func (p *Point) hours(c Clock, now time.Time) hours {
	date := calendar.On(now, c.Zone)
	if p.of != c || p.today.day.Date != date {
		p.of, p.today = c, c.hours(p.set, p.gate, now)
	}
	return p.today
}

func (p *Point) begin(c Clock, now time.Time) hours {
	h := p.hours(c, now)
	p.fresh = p.fresh || p.track.today.day != h.day.Date.String()
	p.track.midnight(h.day.Date.String(), h.day.School(), p.set.Roll)
	return h
}

// Step lets the gate be looked at, and says what has changed, in the order of
// the rules.
func (p *Point) Step(c Clock, post Post, now time.Time) []Change {
	in := p.inputs(c, post, now)
	var out []Change
	for i := range p.rules {
		before := p.phases[i]
		if pauser := p.pauser(i); (pauser != nil) != p.paused[i] {
			p.paused[i] = pauser != nil
			p.phases[i].pending, p.phases[i].clearing = time.Time{}, time.Time{}
			out = append(out, p.change(i, pick(pauser != nil, Paused, Resumed), nil, now))
		}
		if !p.paused[i] && now.Sub(p.phases[i].broken) >= retryAfter {
			out = append(out, p.look(i, in, now)...)
		}
		p.fresh = p.fresh || p.phases[i] != before
	}
	p.fresh = p.fresh || len(out) > 0
	return out
}

// look evaluates one rule.
func (p *Point) look(i int, in map[string]any, now time.Time) []Change {
	r, waits := p.heeded(i)
	ph := &p.phases[i]
	if p.blind(r, now) {
		if what := ph.lose(r, now); what != "" {
			return []Change{p.change(i, what, nil, now)}
		}
		return nil
	}
	if !waits {
		ph.pending = time.Time{}
		return nil
	}
	holds, err := r.when.holds(in)
	over := !holds
	if err == nil && r.clear != nil && ph.stands() {
		over, err = r.clear.holds(in)
	}
	if err != nil {
		first := ph.broken.IsZero()
		ph.broken, ph.pending, ph.clearing = now, time.Time{}, time.Time{}
		if !first {
			return nil
		}
		return []Change{p.change(i, Broken, err, now)}
	}
	var out []Change
	if !ph.broken.IsZero() {
		ph.broken = time.Time{}
		out = append(out, p.change(i, Mended, nil, now))
	}
	if what := ph.step(r, holds, over, now); what != "" {
		out = append(out, p.change(i, what, nil, now))
	}
	return out
}

func (p *Point) change(i int, what string, err error, now time.Time) Change {
	return Change{At: now, Gate: p.gate.Device, Rule: p.rules[i], What: what, Err: err, Shut: p.hours(p.of, now).shut()}
}

// pauser is the rule that stands and says that a sensor of rule i cannot be
// trusted; nil where there is none.
func (p *Point) pauser(i int) *Rule {
	for k, r := range p.rules {
		if k != i && r.Pauses != "" && !p.phases[k].raised.IsZero() && slices.Contains(p.rules[i].sensors, r.Pauses) {
			return r
		}
	}
	return nil
}

func (p *Point) inputs(c Clock, post Post, now time.Time) map[string]any {
	in := make(map[string]any, len(inputs))
	h := p.begin(c, now)
	h.say(in, c, now)
	if p.gate.Type == Counters && !p.lost.IsZero() && h.occupied.Open(now) {
		p.track.today.broken = true
	}
	p.track.say(in, now)
	g := p.gate
	in["gate.type"], in["gate.width"], in["gate.area"], in["gate.apart"] = string(g.Type), g.Width, int64(g.Area), g.Apart
	in["school.level"], in["school.roll"] = string(c.level(p.set)), int64(p.set.Roll)
	in["post.known"], in["post.manned"], in["post.below"] = post.Known, post.Manned, post.Below
	return in
}

// Next is when the gate is to be looked at again if no reading comes before.
func (p *Point) Next(c Clock, now time.Time) time.Time {
	out := now.Add(pick(p.track.quiet(now), calm, moving))
	sooner := func(t time.Time) {
		if t.After(now) && t.Before(out) {
			out = t
		}
	}
	for i, r := range p.rules {
		if !p.paused[i] {
			sooner(p.phases[i].due(r))
		}
	}
	for _, t := range p.hours(c, now).edges {
		sooner(t)
	}
	sooner(p.track.counted.Add(blindAfter))
	return out
}

// Standing lists the rules that were raised and are not known to be over.
func (p *Point) Standing() []*Rule {
	var out []*Rule
	for i, r := range p.rules {
		if p.phases[i].stands() {
			out = append(out, r)
		}
	}
	return out
}

func pick[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}
