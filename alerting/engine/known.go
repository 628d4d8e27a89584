package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

const (
	kindIntrusion alerting.Kind = "intrusion"
	kindTamper    alerting.Kind = "tamper"
)

// sensed is what the hub finds by itself about an alarm of a device: that a
// sensor gave it and no person, and whether another one at the school has done
// so and nobody has closed that yet.
func (e *Engine) sensed(dir *people.Directory, from devices.Address, k alerting.Kind, at time.Time) []string {
	d, ok := dir.Device(from)
	switch {
	case !ok:
		return nil
	case k == kindTamper && (d.Kind == devices.KindButton || d.Kind == devices.KindReader):
		return []string{alerting.FactAlarmDevice}
	case k != kindIntrusion || d.Kind != devices.KindGate:
		return nil
	}
	return e.bySensor(from, at)
}

// FollowDays puts in place who says whether a school is closed on a day, by its
// own calendar. It is called once, before Run, and stands in the way of alarms:
// it may not block. Without it a person says so.
func (e *Engine) FollowDays(closed func(school string, at time.Time) bool) { e.closed = closed }

// FollowExaminations puts in place who says whether there is an examination at a
// school on a day, by its own calendar. It is called once, before Run, and stands in
// the way of tests: it may not block. Without it there is none.
func (e *Engine) FollowExaminations(examined func(school string, at time.Time) bool) {
	e.examined = examined
}

// dayOf is what is known of a press by its day: whether a test is pressed on an
// examination day. Of any other press the day says nothing.
func (e *Engine) dayOf(p devices.Press) []string {
	if p.Mode != devices.Test {
		return nil
	}
	return e.today(p.From.School, p.ReceivedAt)
}

// today is what a school's calendar says of a day that is a fact of what the hub
// finds on it.
func (e *Engine) today(school string, at time.Time) []string {
	if !e.examination(school, at) {
		return nil
	}
	return []string{alerting.FactExamination}
}

func (e *Engine) examination(school string, at time.Time) bool {
	return e.examined != nil && e.examined(school, at)
}

// FollowPosts puts in place who says who stands at a place now: roles and
// numbers, or nothing. It is called once, before Run, and stands in the way of
// alarms: it may not block.
func (e *Engine) FollowPosts(onPost func(school, place string) alerting.Text) { e.onPost = onPost }

// posted says who stands at a place now.
func (e *Engine) posted(school string, at alerting.Place) alerting.Text {
	if e.onPost == nil {
		return alerting.Text{}
	}
	return e.onPost(school, at.ID)
}

// FollowGuards puts in place who says which guards stand at a place, for the
// lines that tell them alone. It is called once, before Run, and stands in the
// way of alarms: it may not block.
func (e *Engine) FollowGuards(there func(school, place string, at time.Time) []policy.Named) {
	e.guards = there
}

// guarded is an occasion with those who stand on guard at its place, where the
// policy asks for them.
func (e *Engine) guarded(o policy.Occasion) policy.Occasion {
	if e.guards != nil && policy.AsksThere(e.deps.People(), o) {
		o.Named = append(slices.Clip(o.Named), e.guards(o.School, o.Place.ID, o.At)...)
	}
	return o
}

// bySensor is what an intrusion is known to be that a sensor reported.
func (e *Engine) bySensor(from devices.Address, at time.Time) []string {
	facts := []string{alerting.FactSensor}
	if e.closed != nil && e.closed(from.School, at) {
		facts = append(facts, alerting.FactClosedDay)
	}
	for _, r := range e.records {
		v := &r.view
		if v.School == from.School && v.Device != from.Device && v.Kind == kindIntrusion && v.Mode == devices.Live &&
			!v.Resolved() && slices.Contains(v.Facts, alerting.FactSensor) {
			return append(facts, alerting.FactSecondSensor)
		}
	}
	return facts
}

// occasion is what a further plan of a running incident is made for.
func (e *Engine) occasion(v *alerting.Incident, facts []string) policy.Occasion {
	return policy.Occasion{
		School: v.School, Place: v.Place, Kind: v.Kind, Mode: v.Mode, Silent: v.Silent, Facts: policy.FactsOf(facts),
		Filed: e.drills != nil && v.Mode != devices.Live && e.drills.Filed(v.School), Engaged: e.elsewhereThan(v.School),
	}
}

// matters reports whether the plan of the incident depends on one of the facts.
// What it does not depend on changes nobody's part, whatever has been
// configured since it opened.
func (e *Engine) matters(v *alerting.Incident, facts []string) bool {
	for _, f := range policy.Asks(e.deps.People(), v.School, v.Kind) {
		if slices.Contains(facts, string(f)) && !slices.Contains(v.Facts, string(f)) {
			return true
		}
	}
	return false
}
