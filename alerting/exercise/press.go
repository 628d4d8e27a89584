package exercise

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/devices"
)

// signals works off what others have said: what is real first.
func (x *Exercises) signals(now time.Time) {
	in := x.inbox.take()
	for _, l := range in.live {
		x.real(l, now)
	}
	for _, p := range in.presses {
		x.drillPress(p, now)
	}
	for _, r := range in.reports {
		x.reported(r)
	}
	for key := range in.ups {
		x.again(key, now)
	}
	if in.dropped > 0 {
		x.log.Error("signals were dropped, too many at once", "count", in.dropped)
	}
	if len(in.live)+len(in.presses)+len(in.reports) > 0 {
		x.publish()
	}
}

// real ends every drill that the school takes part in.
func (x *Exercises) real(l live, now time.Time) {
	for _, d := range x.underWay(l.school, now) {
		events, err := drill.Step(d.state, l.input(), now)
		if err != nil { // whoever said it: it is real
			x.log.Error("a person's word was no order to the drill", "drill", d.state.Plan.ID, "actor", l.by.Name, "error", err)
			events, _ = drill.Step(d.state, drill.Input{Press: l.asPress(now)}, now)
		}
		x.toldFirst(d, events, l, now)
	}
}

func (l live) input() drill.Input {
	if l.press != nil {
		return drill.Input{Press: l.press, Hushed: l.hushed}
	}
	if l.hushed {
		return drill.Input{Press: &devices.Press{From: devices.Address{School: l.school}, Mode: devices.Live}, Hushed: true}
	}
	return drill.Input{Command: &drill.Command{
		Verb: drill.VerbReal, School: l.school, By: drill.Person{Actor: l.by, Schools: []string{l.school}},
	}}
}

// asPress is something real that no button said.
func (l live) asPress(now time.Time) *devices.Press {
	return &devices.Press{From: devices.Address{School: l.school, Device: l.by.Name}, Mode: devices.Live, ReceivedAt: now}
}

// underWay lists the drills of a school in which people still act as in one.
// One that waits for its second person is among them: it will not begin.
func (x *Exercises) underWay(school string, now time.Time) []*running {
	var out []*running
	for _, id := range x.order {
		d := x.drills[id]
		s := d.state
		waits := s.Phase == drill.Stopped && now.Sub(s.EndedAt) <= outside
		if (s.Phase == drill.Running || s.Phase == drill.Pending || waits) && takesIn(s, school) {
			out = append(out, d)
		}
	}
	return out
}

// drillPress finds the drill that a drill press belongs to. Where there is
// none the press stays a drill, and is a fault to tell.
func (x *Exercises) drillPress(p devices.Press, now time.Time) {
	d := x.expecting(p)
	if d == nil {
		x.unexpected("", p)
		return
	}
	events, err := drill.Step(d.state, drill.Input{Press: &p}, now)
	if err != nil {
		x.log.Error("a drill press was not recorded", "drill", d.state.Plan.ID, "error", err)
		return
	}
	x.toldFirst(d, events, live{}, now)
	if !d.state.EndedAt.IsZero() { // it was on its way for longer than the drill ran
		x.publish()
		x.deps.Alarms.StandDownOver()
	}
	for _, e := range events {
		if e.Type == drill.EventUnexpected {
			x.unexpected(e.Drill, p)
		}
	}
}

// expecting is the drill whose window the press was made in, also where it
// came late; else the one that runs at the school.
func (x *Exercises) expecting(p devices.Press) *running {
	var runs *running
	for _, id := range slices.Backward(x.order) {
		d := x.drills[id]
		known := slices.ContainsFunc(d.state.Windows, func(w drill.Opened) bool {
			return w.School == p.From.School && w.Device == p.From.Device && w.Press == p.ID
		})
		if known || d.state.Expected(drill.Press{ID: p.ID, From: p.From, At: p.PressedAt()}) == devices.Drill {
			return d
		}
		if runs == nil && d.state.Phase == drill.Running && takesIn(d.state, p.From.School) {
			runs = d
		}
	}
	return runs
}

// unexpected tells people of a device that drills by itself, and the device
// that it is live.
func (x *Exercises) unexpected(id string, p devices.Press) {
	if id == "" {
		id = "over"
	}
	x.log.Warn("drill press that no drill expected", "device", p.From.String(), "press", p.ID, "drill", id)
	x.deps.Alarms.Unexpected(p.From)
	x.backToLive(id, p.From)
}

// resume looks at what happened while nobody owned the drills: what was
// pressed and told before the hub stopped is in the incidents.
func (x *Exercises) resume(now time.Time) {
	for _, i := range x.deps.Alarms.Unresolved() {
		if !peoples(i) {
			continue
		}
		for _, d := range x.underWay(i.School, now) {
			x.catchUp(d, i, now)
		}
	}
	x.publish()
}

func (x *Exercises) catchUp(d *running, i alerting.Incident, now time.Time) {
	for _, r := range i.Presses {
		if d.state.StartedAt.IsZero() || r.ReceivedAt.Before(d.state.StartedAt) {
			continue
		}
		p := devices.Press{
			ID: r.ID, From: devices.Address{School: i.School, Device: i.Device}, Alarm: devices.Alarm(i.Kind),
			Mode: i.Mode, ReceivedAt: r.ReceivedAt, Age: r.ReceivedAt.Sub(r.PressedAt),
		}
		l := live{school: i.School, kind: i.Kind, press: &p, hushed: i.Silent || i.Confidential}
		if events, err := drill.Step(d.state, l.input(), now); err == nil {
			x.toldFirst(d, events, l, now)
		}
	}
}

// peoples reports whether people raised an incident, and not the hub of its
// own accord: a fault of a device ends no drill and forbids none.
func peoples(i alerting.Incident) bool {
	return !i.Resolved() && slices.Contains(alerting.Kinds(), i.Kind)
}

func takesIn(s drill.State, school string) bool {
	return slices.ContainsFunc(s.Plan.Schools, func(site drill.Site) bool { return site.ID == school })
}
