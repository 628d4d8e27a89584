package alerting

import (
	"maps"
	"slices"
	"time"
)

// applyMore folds what people do beyond taking on and closing. Each slice that
// it changes is replaced: several folds may stand on the same opening, whose
// arrays none of them may write to.
func (i *Incident) applyMore(e Event) {
	switch e.Type {
	case EventOverrun:
		i.overrun(e)
	case EventVerified:
		i.conceal(e)
		i.verify(e)
	case EventClassified:
		i.conceal(e)
		i.Facts = withFacts(i.Facts, e.Facts, nil)
		if e.Class != nil {
			i.classify(*e.Class, e.At)
		}
	case EventDispatched:
		i.Dispatched = slices.Concat(i.Dispatched, []Dispatch{{Stage: e.Stage, By: e.Actor.Name, At: e.At}})
	case EventArrived:
		if e.Arrival != nil {
			i.arrive(*e.Arrival)
		}
	case EventCalled:
		if e.Call != nil {
			i.Calls = slices.Concat(i.Calls, []Call{*e.Call})
			i.CallBack = i.CallBack && (e.Call.To != CallSchool || !e.Call.Reached)
		}
	case EventCallBack:
		i.CallBack = true
	case EventLinked:
		i.Links, i.Unlinked = with(i.Links, e.Other), without(i.Unlinked, e.Other)
	case EventUnlinked:
		i.Links, i.Unlinked = without(i.Links, e.Other), with(i.Unlinked, e.Other)
	case EventReferred:
		i.refer(e)
	case EventRevealed:
		i.reveal(e)
	case EventReported:
		if e.Submission != nil {
			i.Reports = slices.Concat(i.Reports, []Submission{*e.Submission})
		}
	case EventNotice:
		if e.Releases() {
			i.Notice = e.Beside.Notice
		}
	case EventStoodDown:
		i.StoodDown = true
	case EventReal:
		i.declared(e.Other)
	}
}

func (i *Incident) verify(e Event) {
	if e.Verify != "" {
		i.Verify, i.Verified = e.Verify, &Stamp{By: e.Actor.Name, Role: e.Actor.Role, At: e.At}
	}
	i.Facts = withFacts(i.Facts, e.Facts, e.Withdrawn)
	if e.Class != nil { // a fact widens the plan, under the kind that it is
		i.classify(*e.Class, e.At)
	}
}

func (i *Incident) classify(c Classification, at time.Time) {
	i.Kind, i.Severity, i.Lead = c.Kind, c.Severity, c.Lead
	i.Confidential, i.Asked = i.Confidential || c.Confidential, c.Asked
	i.Plan.Unseen = slices.DeleteFunc(slices.Clone(i.Plan.Unseen), c.shows)
	legs, hushed := slices.Clone(i.Plan.Legs), slices.Clone(i.Hushed)
	legs = slices.DeleteFunc(legs, func(l Leg) bool {
		gone := slices.Contains(c.Hushed, l.Key())
		if gone {
			hushed = append(hushed, l)
		}
		return gone
	})
	exposed := slices.DeleteFunc(slices.Clone(i.Exposed), func(k LegKey) bool { return slices.Contains(c.Hushed, k) })
	added := maps.Clone(i.AddedAt)
	for _, l := range c.Added {
		if k := legAt(legs, l.Key()); k >= 0 {
			legs[k] = l
		} else {
			legs = append(legs, l)
			if c.Open {
				exposed = append(exposed, l.Key())
			}
		}
		hushed = slices.DeleteFunc(hushed, func(h Leg) bool { return h.Key() == l.Key() })
		if added == nil {
			added = map[LegKey]time.Time{}
		}
		added[l.Key()] = at
	}
	i.Plan.Legs, i.Hushed, i.AddedAt, i.Exposed = legs, hushed, added, exposed
	i.Plan.Steps = withSteps(i.Plan.Steps, c.Steps)
	i.Plan.OffShift = slices.Concat(i.Plan.OffShift, c.OffShift)
	if len(c.Hushed) > 0 {
		i.Plan.Steps = i.Plan.telling(i.Plan.Steps)
	}
}

// shows reports whether an audience that an incident was kept from sees it from
// now on: somebody of it is told, it leads, or it is what people raise.
func (c Classification) shows(a Audience) bool {
	return slices.ContainsFunc(c.Added, func(l Leg) bool { return l.Audience == a }) || Audience(c.Lead) == a || slices.Contains(Kinds(), c.Kind)
}

// telling are the steps that tell somebody: one whose people were hushed would
// write that it told them.
func (p Plan) telling(steps []EscalationStep) []EscalationStep {
	return slices.DeleteFunc(slices.Clone(steps), func(s EscalationStep) bool {
		return !slices.ContainsFunc(p.Legs, func(l Leg) bool {
			return l.Audience == s.Audience && (l.Level == s.Level || (s.Everybody && l.Level < s.Level))
		})
	})
}

// withSteps is the steps with others in their places, or behind the last one of
// their audience; the given slice stays as it is.
func withSteps(steps, others []EscalationStep) []EscalationStep {
	out := slices.Clone(steps)
	for _, s := range others {
		at := slices.IndexFunc(out, func(o EscalationStep) bool { return o.Audience == s.Audience && o.Level >= s.Level })
		switch {
		case at < 0:
			out = append(out, s)
		case out[at].Level == s.Level:
			out[at] = s
		default:
			out = slices.Insert(out, at, s)
		}
	}
	return out
}

func (i *Incident) arrive(a Arrival) {
	all := slices.DeleteFunc(slices.Clone(i.Arrivals), func(b Arrival) bool { return b.Party == a.Party })
	all = append(all, a)
	i.Arrivals = all
}

// with and without leave the given slice as it is and never return nil.
func with(ids []string, id string) []string {
	if slices.Contains(ids, id) {
		return ids
	}
	return append(slices.Clone(ids), id)
}

func without(ids []string, id string) []string {
	return slices.DeleteFunc(append([]string{}, ids...), func(o string) bool { return o == id })
}
