package rules

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/devices"
)

// Replay plays a recording through its rules and lists what changed, in order.
// It looks at every gate after each of its readings and whenever Next says so,
// as the hub does.
func (r *Recording) Replay() []Change {
	p := replay{r: r, points: map[string]*Point{}, due: map[string]time.Time{}, posts: map[string]Post{}}
	start := r.lines[0].at
	for _, g := range r.Set.Gates() {
		p.point(g.Device, start)
	}
	p.points[""], p.due[""] = r.Set.NewCounters(), start
	p.names = append(p.names, "")
	for _, l := range r.lines {
		p.pass(l.at)
		p.take(l)
	}
	p.pass(r.Until)
	return p.out
}

type replay struct {
	r      *Recording
	names  []string // the points, in the order in which they were met
	points map[string]*Point
	due    map[string]time.Time
	posts  map[string]Post
	out    []Change
}

func (p *replay) point(device string, now time.Time) *Point {
	if p.points[device] == nil {
		p.points[device], p.due[device] = p.r.Set.NewPoint(device), now
		p.names = append(p.names, device)
	}
	return p.points[device]
}

// pass lets the time until now pass, now included.
func (p *replay) pass(now time.Time) {
	for len(p.out) < mostEvents {
		name, at := p.first()
		if at.After(now) {
			return
		}
		p.look(name, at)
	}
}

// first is the point that is to be looked at next.
func (p *replay) first() (name string, at time.Time) {
	for i, n := range p.names {
		if i == 0 || p.due[n].Before(at) {
			name, at = n, p.due[n]
		}
	}
	return name, at
}

func (p *replay) look(name string, now time.Time) {
	point := p.points[name]
	if name == "" {
		point.Lose(p.uncounted(now), now)
	}
	p.out = append(p.out, point.Step(p.r.Clock, p.posts[point.gate.Post], now)...)
	p.due[name] = point.Next(p.r.Clock, now)
}

// uncounted reports whether people may have passed a gate whom nobody counted.
func (p *replay) uncounted(now time.Time) bool {
	return slices.ContainsFunc(p.names, func(n string) bool { return n != "" && p.points[n].Uncounted(now) })
}

func (p *replay) take(l line) {
	if id, ok := strings.CutPrefix(l.device, "@"); ok {
		p.posts[id] = Post{Known: true, Manned: l.values["manned"] > 0, Below: l.values["below"] > 0}
		for _, n := range p.names {
			p.look(n, l.at)
		}
		return
	}
	p.point(l.device, l.at).Lose(l.lost, l.at)
	if l.lost {
		p.look(l.device, l.at)
		return
	}
	reading := devices.Reading{From: devices.Address{Device: l.device}, Values: l.values, ReceivedAt: l.at}
	p.points[l.device].Read(reading, p.r.Clock)
	p.points[""].Read(reading, p.r.Clock)
	p.look(l.device, l.at)
}
