package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// input is a command with what it takes to decide it: what the policy says of
// the kind that was chosen, and the other incident.
func (e *Engine) input(r *record, c *alerting.Command, now time.Time) (alerting.Input, error) {
	in := alerting.Input{Command: c}
	v := &r.view
	switch c.Verb {
	case alerting.VerbClassify:
		o := e.occasion(v, v.Knowing(c.Facts, nil))
		o.Kind, o.At, o.Named = c.Kind, now, policy.NamedIn(v.Plan)
		in.Opening = policy.Open(e.deps.People(), o)
		in.KindName = policy.KindText(c.Kind)
		in.Named = e.named(c.Actor)
	case alerting.VerbReveal:
		in.Opening, in.Named = e.revealing(v, c, now), e.named(c.Actor)
		in.KindName = policy.KindText(in.Opening.Kind)
	case alerting.VerbVerify:
		if e.matters(v, c.Facts) {
			in.Opening = e.knowing(r, c.Facts, c.Withdrawn, now)
		}
		in.KindName = policy.KindText(v.Kind)
	case alerting.VerbRefer:
		o := e.occasion(v, v.Facts)
		o.At = now
		in.Opening, in.Left = policy.Refer(e.deps.People(), o, c.Audience)
	case alerting.VerbReal:
		in.Opening = e.really(v, now)
		if o, ok := e.records[v.Real]; ok {
			in.Other = &o.view
		}
	case alerting.VerbLink, alerting.VerbUnlink:
		o, ok := e.records[c.Other]
		if !ok && c.Other != "" {
			return in, notResident{c.Other}
		}
		if ok {
			in.Other = &o.view
		}
	}
	return in, nil
}

// elsewhere carries out what a command does to another incident. What opens
// one is an alarm and told before its commit. One that was told before, and
// is told again because the hub stopped in between, is there already.
func (e *Engine) elsewhere(ev alerting.Event, now time.Time) {
	if ev.Type != alerting.EventOpened {
		if o, ok := e.records[ev.Incident]; ok {
			e.submit(o, e.append(o, ev))
		}
		return
	}
	from := devices.Address{School: ev.School}
	if _, known := e.known(from, ev.Press.ID); known {
		return
	}
	r, t := e.open(from, ev)
	e.showNow(r, t, now)
}

// open makes the record of an incident that no button opened. Nobody sees it
// yet.
func (e *Engine) open(from devices.Address, ev alerting.Event) (*record, *tracked) {
	e.metrics.pressed(ev.School, ev.Opening.Confidential, ev.Opening.Mode)
	r := newRecord()
	e.stamp(&ev)
	t := e.append(r, ev)
	e.records[ev.Incident] = r
	e.remember(from, ev.Press.ID, ev.Incident)
	e.exercisedBy(ev)
	return r, t
}

// widen tells those whom a classification or a referral added, and hushes those
// who may know no more.
func (e *Engine) widen(r *record, t *tracked, now time.Time) {
	r.refers(t.Event)
	b := e.briefing(r, t, now)
	if t.Referral != nil { // they are told as whoever hears of it first
		b.asOpened(r)
	}
	var planned []alerting.Delivery
	for _, leg := range t.Added() {
		if _, begun := r.begun(leg.Key()); !begun && leg.AtOnce() {
			planned = e.tellLeg(r, leg, b, planned)
		}
	}
	if t.Class != nil {
		planned = append(planned, e.hush(r, t, now)...)
	}
	if len(planned) > 0 {
		e.keep(r, planned)
		e.watchBudgets(r, planned, now)
	}
	e.delayed(r, t.At, now)
}

// hush gives those who knew of an incident before it became confidential
// their last line: that it is, and not what or where. They are in its plan no
// more, so that nothing else reaches them.
func (e *Engine) hush(r *record, t *tracked, now time.Time) []alerting.Delivery {
	masked := r.view
	masked.Place, masked.Device, masked.Kind = alerting.Place{}, "", ""
	b := e.briefing(r, t, now)
	b.view = &masked
	for _, a := range alerting.Audiences() {
		b.texts[a] = policy.LastLine(r.view.Mode)
	}
	var planned []alerting.Delivery
	for _, leg := range masked.Hushed {
		if _, begun := r.begun(leg.Key()); begun && slices.Contains(t.Class.Hushed, leg.Key()) {
			planned = e.tellLeg(r, leg, b, planned)
		}
	}
	return planned
}
