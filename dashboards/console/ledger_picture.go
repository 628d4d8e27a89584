package console

import (
	"math"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// A delivery is drawn as one line of time, from left to right on a logarithmic
// scale: a terminal's receipt and a telephone call that rang for a minute stand
// on the same picture. What it says also stands in words and figures beside it.
const (
	drawnWidth  = 240.0
	drawnHeight = 18.0
	drawnEdge   = 14.0
	drawnFrom   = time.Millisecond
	drawnTo     = 100 * time.Second
)

// drawn is one delivery's line.
type drawn struct {
	Lines  []path
	Stamps []drawnStamp
}

func (d drawn) Width() string  { return unit(drawnWidth) }
func (d drawn) Height() string { return unit(drawnHeight) }

// drawnStamp is a sign on the line; each stage has a shape of its own.
type drawnStamp struct{ Of, X, Y string }

// drawnAt is where a time since the hub had read the press stands.
func drawnAt(after time.Duration) float64 {
	after = min(max(after, drawnFrom), drawnTo)
	part := math.Log(float64(after)/float64(drawnFrom)) / math.Log(float64(drawnTo)/float64(drawnFrom))
	return drawnEdge + part*(drawnWidth-2*drawnEdge)
}

// draw makes the line of a delivery: how far it came by when, and its targets and
// hard limit.
func (c card) draw(d alerting.Delivery) drawn {
	var out drawn
	for at := drawnFrom; at <= drawnTo; at *= 100 {
		out.edge("grid", at)
	}
	var wait time.Duration
	if d.Origin != nil {
		wait = d.Origin.Wait
	}
	middle := unit(drawnHeight / 2)
	if leg, ok := c.legOf(d); ok {
		out.edge("budget", leg.Handing)
		out.edge("budget", leg.Budget)
		out.edge("limit", leg.Limit)
	}
	last := drawnFrom
	for _, s := range []struct {
		of string
		at *time.Time
	}{{"handed", d.HandedAt}, {"received", d.ReceivedAt}, {"read", d.ReadAt}} {
		if s.at != nil {
			after := wait + s.at.Sub(d.PlannedAt)
			last = max(last, after)
			out.Stamps = append(out.Stamps, drawnStamp{s.of, unit(drawnAt(after)), middle})
		}
	}
	class := "came"
	if d.State == alerting.Planned || d.State == alerting.Failed || d.State == alerting.Expired {
		class = "waits"
		if d.State == alerting.Planned {
			last = max(last, wait+c.now.Sub(d.PlannedAt))
		}
		sign := string(d.State)
		out.Stamps = append(out.Stamps, drawnStamp{sign, unit(drawnAt(last) + 10), middle})
	}
	line := path{"M" + unit(drawnEdge/2) + " " + middle + "H" + unit(drawnAt(last)), class}
	out.Lines = append(out.Lines, line)
	return out
}

// edge draws a line across at a target or limit.
func (d *drawn) edge(class string, at time.Duration) {
	if at > 0 {
		d.Lines = append(d.Lines, path{"M" + unit(drawnAt(at)) + " 1V" + unit(drawnHeight-1), class})
	}
}

// legOf is the leg of the plan that a delivery follows.
func (c card) legOf(d alerting.Delivery) (alerting.Leg, bool) {
	at := slices.IndexFunc(c.Plan.Legs, func(l alerting.Leg) bool { return l.Key() == d.Key() })
	if at < 0 {
		return alerting.Leg{}, false
	}
	return c.Plan.Legs[at], true
}

// tick is a time on the scale.
type tick struct{ X, Text string }

type scale struct {
	Width string
	Ticks []tick
}

// Scale are the times of the picture: every second power of ten.
func (d *detail) Scale() scale {
	out := scale{Width: unit(drawnWidth)}
	for at := drawnFrom; at <= drawnTo; at *= 100 {
		text := d.Say("told.ms", "n", at.Milliseconds())
		if at >= time.Second {
			text = d.Say("told.s", "n", int(at.Seconds()))
		}
		out.Ticks = append(out.Ticks, tick{unit(drawnAt(at)), text})
	}
	return out
}

// keyLine is a sign of the picture, and its word.
type keyLine struct{ Of, Word string }

// Key says what each sign means.
func (d *detail) Key() []keyLine {
	var out []keyLine
	for _, s := range []alerting.DeliveryState{alerting.Handed, alerting.Received, alerting.Read, alerting.Failed, alerting.Planned, alerting.Expired} {
		out = append(out, keyLine{string(s), d.Say("delivery." + string(s))})
	}
	return append(out, keyLine{"budget", d.Say("ledger.budget")}, keyLine{"limit", d.Say("ledger.limit")})
}

// sum is how many of an audience were reached by an update, in words.
type sum struct {
	Text string
	Warn bool
}

// sums says it for each audience, in the order in which they matter.
func (c card) sums(all []alerting.Delivery) []sum {
	var out []sum
	for _, a := range alerting.Audiences() {
		of := slices.DeleteFunc(slices.Clone(all), func(d alerting.Delivery) bool { return d.Audience != a })
		if len(of) > 0 {
			out = append(out, c.sum(a, of))
		}
	}
	return out
}

// sum counts deliveries by what became of them. A failure is said as what it
// means: so many were not delivered.
func (c card) sum(a alerting.Audience, of []alerting.Delivery) sum {
	arrived, handed, failed, late := 0, 0, 0, 0
	for _, d := range of {
		switch d.State {
		case alerting.Received, alerting.Read:
			arrived++
		case alerting.Handed:
			handed++
		case alerting.Failed:
			failed++
		}
		if d.Missed != "" {
			late++
		}
	}
	s := sum{Text: c.Say("sum", "audience", c.Say("audience."+string(a)), "n", len(of), "arrived", arrived), Warn: failed+late > 0}
	for _, part := range []struct {
		n   int
		key string
	}{{handed, "sum.handed"}, {failed, "sum.failed"}, {late, "sum.late"}} {
		if part.n > 0 {
			s.Text += c.Say("list.comma") + c.Say(part.key, "n", part.n)
		}
	}
	return s
}
