package alerting

import (
	"slices"

	"example.org/campushub/devices"
)

// PassedOver is why a plan does not ask somebody who answers for it.
type PassedOver string

// Why they are passed over; "" is that they are off shift.
const (
	OnLeave    PassedOver = "on-leave"
	OnIncident PassedOver = "on-incident" // signed for a critical one of another school, which is open
)

var passedTexts = map[PassedOver]Text{
	OnLeave:    {ZH: "休假", EN: "on leave"},
	OnIncident: {ZH: "正在处置另一起特急事件", EN: "on another critical incident"},
}

// Text says it in words; of who is off shift nothing.
func (p PassedOver) Text() Text { return passedTexts[p] }

// passedText says whom a plan passed over, and whom it tells all the same: by
// what they answer for and by their contact. Who is off shift stands in the plan
// alone. It is empty where there is nobody.
func passedText(all []OffShift) Text {
	var passed, told []Text
	for _, o := range all {
		if o.Why == "" {
			continue
		}
		why := o.Why.Text()
		t := Text{ZH: Typeset(o.Title.ZH) + "（" + o.Contact + "，" + why.ZH + "）", EN: o.Title.EN + " (" + o.Contact + ", " + why.EN + ")"}
		if o.Told == "" {
			passed = append(passed, t)
		} else {
			told = append(told, t)
		}
	}
	var out Text
	if len(passed) > 0 {
		zh, en := joined(passed)
		out = Text{ZH: "。略过：" + zh, EN: ". Passed over: " + en}
	}
	if len(told) > 0 {
		zh, en := joined(told)
		out = Text{ZH: out.ZH + "。别无他人，仍通知：" + zh, EN: out.EN + ". Told all the same, as there is nobody else: " + en}
	}
	return out
}

// remarkPassed adds to a sentence whom the event's plan passed over.
func remarkPassed(e Event, t Text) Text {
	who := passedText(e.passes())
	return Text{ZH: t.ZH + who.ZH, EN: t.EN + who.EN}
}

// passes are those who are not there for what an event plans.
func (e Event) passes() []OffShift {
	switch {
	case e.Opening != nil:
		return e.Opening.Plan.OffShift
	case e.Class != nil:
		return e.Class.OffShift
	case e.Referral != nil:
		return e.Referral.OffShift
	}
	return nil
}

// passing is the event with others who are not there; the given one stays as it
// is.
func (e Event) passing(all []OffShift) Event {
	switch {
	case e.Opening != nil:
		o := *e.Opening
		o.Plan.OffShift = all
		e.Opening = &o
	case e.Class != nil:
		c := *e.Class
		c.OffShift = all
		e.Class = &c
	case e.Referral != nil:
		r := *e.Referral
		r.OffShift = all
		e.Referral = &r
	}
	return e
}

// passing are those who are not there for a further plan of an incident, beside
// those whom it tells or knows of already.
func passing(cur *Incident, plan Plan) []OffShift {
	return slices.DeleteFunc(slices.Clone(plan.OffShift), func(o OffShift) bool {
		told := slices.ContainsFunc(cur.Plan.Legs, func(l Leg) bool { return l.Audience == o.Audience && l.Contact == o.Contact })
		return told || slices.ContainsFunc(cur.Plan.OffShift, func(p OffShift) bool { return p.Audience == o.Audience && p.Contact == o.Contact })
	})
}

// Engaged lists who has signed for an incident that keeps them from another: a
// live and critical one that is open.
func (i *Incident) Engaged() []string {
	if i.Resolved() || i.StoodDown || i.Mode != devices.Live || i.Severity != Critical {
		return nil
	}
	var out []string
	for _, k := range i.Acknowledgements {
		out = append(out, k.By)
	}
	return out
}
