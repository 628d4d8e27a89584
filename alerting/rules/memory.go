package rules

import (
	"maps"
	"slices"
	"time"
)

// Unbroken is the longest time without a hub over which what must hold, or be
// counted, without a break goes on. What devices could not say meanwhile they
// say afterwards, with its age; a restart takes a few seconds.
const Unbroken = 90 * time.Second

// Memory is what is known of a gate, as it outlives a restart. It is as bounded
// as what a Point keeps.
type Memory struct {
	Rules map[string]Stood `json:"rules,omitempty"` // by id: those that wait or stand

	Seen    time.Time          `json:"seen,omitzero"`
	Boot    string             `json:"boot,omitempty"`
	Seq     uint64             `json:"seq,omitempty"`
	Known   []string           `json:"known,omitempty"`
	Values  map[string]float64 `json:"values,omitempty"`
	Contact Contact            `json:"contact,omitzero"`
	Moved   time.Time          `json:"moved,omitzero"` // when the barrier was, last
	Release time.Time          `json:"release,omitzero"`
	Tamper  bool               `json:"tamper,omitempty"`
	Opened  time.Time          `json:"tampered,omitzero"` // when the tamper began

	Entered    []Bucket  `json:"entered,omitempty"`
	Left       []Bucket  `json:"left,omitempty"`
	Unreleased []Bucket  `json:"unreleased,omitempty"`
	Vehicles   []Bucket  `json:"vehicles,omitempty"`
	Watched    time.Time `json:"watched,omitzero"`
	Counted    time.Time `json:"counted,omitzero"` // when the waiting area was, last
	Today      Tally     `json:"today,omitzero"`
	Drift      int       `json:"drift,omitempty"`
}

// Stood is how a rule stood.
type Stood struct {
	Pending  time.Time `json:"pending,omitzero"`
	Raised   time.Time `json:"raised,omitzero"`
	Unknown  time.Time `json:"unknown,omitzero"`
	Clearing time.Time `json:"clearing,omitzero"`
	Urgent   bool      `json:"urgent,omitempty"`
	Paused   bool      `json:"paused,omitempty"`
}

// Contact is how a gate's contact stood.
type Contact struct {
	Open     bool        `json:"open,omitempty"`
	Changed  time.Time   `json:"changed,omitzero"`
	Changes  []time.Time `json:"changes,omitempty"`
	Released bool        `json:"released,omitempty"`
	InWindow bool        `json:"in_window,omitempty"`
	Forced   time.Time   `json:"forced,omitzero"`
}

// Bucket is what was counted within 5 s: the number of the bucket since 1970,
// and how many.
type Bucket [2]int64

// Tally is a day's passages.
type Tally struct {
	Day    string `json:"day"`
	School bool   `json:"school,omitempty"`
	In     int    `json:"in,omitempty"`
	Out    int    `json:"out,omitempty"`
	Broken bool   `json:"broken,omitempty"`
}

// Fresh reports whether something has changed since the latest Memory.
func (p *Point) Fresh() bool { return p.fresh }

// Memory is what is known of the gate now.
func (p *Point) Memory() Memory {
	p.fresh = false
	t := p.track
	m := Memory{
		Rules: map[string]Stood{}, Seen: t.seen, Boot: t.boot, Seq: t.seq,
		Known: slices.Sorted(maps.Keys(t.known)), Values: maps.Clone(t.values),
		Contact: Contact{t.open, t.changed, slices.Clone(t.changes), t.released, t.inWindow, t.forced}, Moved: t.moved,
		Release: t.release, Tamper: t.tamper, Opened: t.tampered,
		Entered: t.entered.kept(), Left: t.left.kept(), Unreleased: t.unreleased.kept(), Vehicles: t.vehicles.kept(),
		Watched: t.watched, Counted: t.counted, Today: Tally{t.today.day, t.today.school, t.today.in, t.today.out, t.today.broken}, Drift: t.drift,
	}
	for i, r := range p.rules {
		ph := p.phases[i]
		if s := (Stood{ph.pending, ph.raised, ph.unknown, ph.clearing, ph.urgent, p.paused[i]}); s != (Stood{}) {
			m.Rules[r.ID] = s
		}
	}
	return m
}

// Recall begins with what was known when the hub last looked, at until. Where
// it was away for longer than Unbroken, whatever must hold or be counted
// without a break begins anew; what stood still stands, and the contact is as
// it was last said. The time without a hub makes no counter blind. No instant is
// later than now: a clock may have been set.
func (p *Point) Recall(m Memory, until, now time.Time) {
	whole := !now.Before(until) && now.Sub(until) <= Unbroken
	p.track = m.track(now)
	if !m.Counted.IsZero() {
		p.track.counted = past(m.Counted.Add(max(now.Sub(until), 0)), now)
	}
	if !whole {
		p.track.watched, p.track.today.broken = time.Time{}, true
	}
	for i, r := range p.rules {
		s := m.Rules[r.ID]
		ph := phase{
			pending: past(s.Pending, now), raised: past(s.Raised, now), unknown: past(s.Unknown, now),
			clearing: past(s.Clearing, now), urgent: s.Urgent,
		}
		if !whole {
			ph.pending, ph.clearing = time.Time{}, time.Time{}
		}
		p.phases[i], p.paused[i] = ph, s.Paused
	}
}

func (m Memory) track(now time.Time) track {
	t := newTrack()
	t.seen, t.boot, t.seq = past(m.Seen, now), m.Boot, m.Seq
	for _, name := range m.Known[:min(len(m.Known), 2*mostValues)] {
		t.known[name] = true
	}
	for name, x := range m.Values {
		if len(t.values) < mostValues {
			t.values[name], t.taken[name] = x, t.seen // no later than that
		}
	}
	c := m.Contact
	t.open, t.changed, t.released, t.inWindow, t.forced = c.Open, past(c.Changed, now), c.Released, c.InWindow, past(c.Forced, now)
	for _, at := range c.Changes[max(0, len(c.Changes)-mostChanges):] {
		t.changes = append(t.changes, past(at, now))
	}
	t.moved, t.release, t.tamper, t.tampered = past(m.Moved, now), past(m.Release, now), m.Tamper, past(m.Opened, now)
	t.entered, t.left = countsOf(m.Entered, now), countsOf(m.Left, now)
	t.unreleased, t.vehicles = countsOf(m.Unreleased, now), countsOf(m.Vehicles, now)
	t.watched, t.drift = past(m.Watched, now), m.Drift
	t.today = tally{m.Today.Day, m.Today.School, m.Today.In, m.Today.Out, m.Today.Broken}
	return t
}

// past is a time, and now where it is still to come.
func past(t, now time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}

func (c *counts) kept() []Bucket {
	var out []Bucket
	for i, number := range c.at {
		if c.n[i] > 0 {
			out = append(out, Bucket{number, int64(c.n[i])})
		}
	}
	return out
}

// countsOf leaves out what is still to come, or none.
func countsOf(all []Bucket, now time.Time) (c counts) {
	last := now.UnixNano() / int64(bucket)
	for _, b := range all {
		if number := b[0]; number >= 0 && number <= last && number > c.at[number%buckets] {
			c.at[number%buckets], c.n[number%buckets] = number, int(min(max(b[1], 0), mostPassages))
		}
	}
	return c
}
