package console

import (
	"time"

	"example.org/campushub/dashboards/telemetry"
)

// The bounds of what is drawn.
const (
	courseLong = 24 * time.Hour
	coursePart = 30 * time.Minute // of a bar
	// doorHolds is how long what a gate said holds: it says it once a minute, and
	// the points are two minutes apart. Behind that nobody knows.
	doorHolds = 6 * time.Minute
)

// value is what was said at a time.
type value struct {
	at time.Time
	v  float64
}

// part is one bar: passages within half an hour.
type part struct {
	from, to time.Time
	in, out  float64
}

// span is a time in which a gate stood one way.
type span struct {
	from, to time.Time
	open     bool
}

// day is the last day of one device.
type day struct {
	from, to time.Time
	recorded time.Time // from when on it is whole; before nobody knows
	parts    []part    // nil where no passages were said
	inside   occupancy
	door     []span
	battery  []value
	radio    []value
	online   []value
}

// occupancy is who came in and has not gone out since the school's midnight, by
// what was counted.
type occupancy struct {
	// values are at least so many: never below zero.
	values []value
	// before is how many more went out than had come in: they were inside before,
	// or nobody counted them as they came in.
	before float64
	since  time.Time // from when on it was counted; zero for the whole day
	cut    bool      // a gate was lost, and what passed it may never be heard
}

// known reports whether it is how many are inside, and not only at least so many.
func (o occupancy) known() bool { return o.before == 0 && o.since.IsZero() && !o.cut }

// dayOf sorts a device's series, which are whole from recorded on.
func dayOf(series []telemetry.Series, from, to, recorded time.Time, zone *time.Location) day {
	d := day{from: from, to: to, recorded: recorded}
	var in, out []telemetry.Point
	for _, s := range series {
		switch s.Of + " " + s.Name {
		case "reading passages_in":
			in = s.Points
		case "reading passages_out":
			out = s.Points
		case "reading open":
			d.door = spans(s.Points, to)
		case "device battery":
			d.battery = lasts(s.Points)
		case "device rssi":
			d.radio = lasts(s.Points)
		case "device online":
			d.online = lasts(s.Points)
		}
	}
	if len(in)+len(out) > 0 {
		d.parts = partsOf(in, out, from, to)
		d.inside = inside(in, out, midnight(to, zone), recorded)
		d.inside.cut = lost(d.online, midnight(to, zone))
	}
	return d
}

// lostFor is the shortest loss that a course shows for certain: the points are two
// minutes apart. What passed in a shorter one a gate says afterwards.
const lostFor = 4 * time.Minute

// lost reports whether a device was lost for a while after a time, or is now.
func lost(online []value, since time.Time) bool {
	for i, v := range online {
		switch {
		case v.v > 0:
		case i+1 == len(online):
			return true
		case online[i+1].at.After(since) && online[i+1].at.Sub(v.at) >= lostFor:
			return true
		}
	}
	return false
}

func midnight(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

func lasts(points []telemetry.Point) (out []value) {
	for _, p := range points {
		out = append(out, value{p.At, p.Last})
	}
	return out
}

// spans joins what a gate said. Within one step open counts: that it was open
// is never hidden.
func spans(points []telemetry.Point, end time.Time) (out []span) {
	for i, p := range points {
		until := end
		if i+1 < len(points) {
			until = points[i+1].At
		}
		if p.At.Add(doorHolds).Before(until) {
			until = p.At.Add(doorHolds)
		}
		s := span{p.At, until, p.Max > 0}
		if last := len(out) - 1; last >= 0 && out[last].to.Equal(s.from) && out[last].open == s.open {
			out[last].to = s.to
			continue
		}
		out = append(out, s)
	}
	return out
}

// partsOf are the bars from one end to the other.
func partsOf(in, out []telemetry.Point, from, to time.Time) []part {
	var all []part
	for at := from.Truncate(coursePart); at.Before(to); at = at.Add(coursePart) {
		all = append(all, part{from: at, to: at.Add(coursePart)})
	}
	add := func(points []telemetry.Point, to func(*part) *float64) {
		for _, p := range points {
			if i := int(p.At.Sub(all[0].from) / coursePart); i >= 0 && i < len(all) {
				*to(&all[i]) += p.Sum
			}
		}
	}
	add(in, func(p *part) *float64 { return &p.in })
	add(out, func(p *part) *float64 { return &p.out })
	return all
}

// inside counts from a time on, or from when on it was recorded. Where more went
// out than had come in, as many as that were inside before: so it is never below
// zero, and only at least so many.
func inside(in, out []telemetry.Point, since, recorded time.Time) (o occupancy) {
	n, lowest := 0.0, 0.0
	for i, j := 0, 0; i < len(in) || j < len(out); {
		var p telemetry.Point
		sign := 1.0
		if j == len(out) || i < len(in) && !out[j].At.Before(in[i].At) {
			p, i = in[i], i+1
		} else {
			p, j, sign = out[j], j+1, -1
		}
		if p.At.Before(since) {
			continue
		}
		n += sign * p.Sum
		if last := len(o.values) - 1; last >= 0 && o.values[last].at.Equal(p.At) {
			o.values[last].v = n
			continue
		}
		o.values = append(o.values, value{p.At, n})
	}
	for _, v := range o.values {
		lowest = min(lowest, v.v)
	}
	if lowest < 0 {
		o.before = -lowest
	}
	for i := range o.values {
		o.values[i].v += o.before
	}
	if recorded.After(since) {
		o.since = recorded
	}
	return o
}

// merged are several days as one: the gates of a school.
func merged(days []day) (out day) {
	for i, d := range days {
		if i == 0 {
			out.from, out.to, out.recorded = d.from, d.to, d.recorded
		}
		for k, p := range d.parts {
			if len(out.parts) <= k {
				out.parts = append(out.parts, part{from: p.from, to: p.to})
			}
			out.parts[k].in += p.in
			out.parts[k].out += p.out
		}
	}
	return out
}

// at is what held at a time; false where nothing had been said.
func at(values []value, t time.Time) (float64, bool) {
	var found bool
	var v float64
	for _, one := range values {
		if one.at.After(t) {
			break
		}
		v, found = one.v, true
	}
	return v, found
}

// openFor is how long a gate stood open between two times; known says for how
// long anybody knew.
func (d day) openFor(from, to time.Time) (open, known time.Duration) {
	for _, s := range d.door {
		a, b := s.from, s.to
		if a.Before(from) {
			a = from
		}
		if b.After(to) {
			b = to
		}
		if long := b.Sub(a); long > 0 {
			known += long
			if s.open {
				open += long
			}
		}
	}
	return open, known
}
