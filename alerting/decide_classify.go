package alerting

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// Classification is what an incident becomes when somebody says its kind.
type Classification struct {
	Kind         Kind     `json:"kind"`
	Name         Text     `json:"name"` // of the kind, in words
	Severity     Severity `json:"severity"`
	Lead         Lead     `json:"lead"`
	Confidential bool     `json:"confidential,omitempty"`
	// Open says that the kind is not confidential, and the incident is: those in
	// Added have to act on it, and are no named recipients.
	Open bool `json:"open,omitempty"`
	// Conceals says that the incident becomes confidential with this, or is of a
	// confidential kind again. Those in Hushed are told ConcealedText, once, and
	// nothing after it.
	Conceals bool     `json:"conceals,omitempty"`
	Hushed   []LegKey `json:"hushed,omitempty"`
	// Asked are the audiences that have to answer it while it is confidential,
	// whoever of them is named.
	Asked []Audience `json:"asked,omitempty"`
	// Added are the legs of the new kind's plan that the incident did not have,
	// or had only for later. Their After counts from the event's own time.
	Added []Leg `json:"added,omitempty"`
	// Steps are the new kind's escalation for audiences that had none.
	Steps []EscalationStep `json:"steps,omitempty"`
	// OffShift are those whom the new kind's plan would ask for and who are not
	// there, beside those whom the incident knew of.
	OffShift []OffShift `json:"off_shift,omitempty"`
}

// ConcealedText is all that those are told who knew of an incident before it
// became confidential and are not named for it.
func ConcealedText() Text {
	return Text{ZH: "该事件转为保密处理,请勿传播", EN: "This incident is confidential from now on: pass nothing on"}
}

// Kinds lists the kinds that people raise and choose from.
func Kinds() []Kind {
	alarms := devices.Alarms()
	out := make([]Kind, len(alarms))
	for k, a := range alarms {
		out[k] = KindOf(a)
	}
	return out
}

// decideClassify chooses the kind, at once and as often as it takes, and may
// say facts with it. The new kind's plan adds legs and never drops one that may
// still be told; severity falls by the lead's hand alone; what became
// confidential stays so. To make confidential what the police lead takes it off
// their pages: a wrong tap must not end an alarm, so that takes their own hand,
// or that of somebody who is named for such matters.
func decideClassify(cur *Incident, in Input, e Event) ([]Event, error) {
	c, o := *in.Command, in.Opening
	if cur.Resolved() {
		return nil, refuse(ErrConflict, "the incident is resolved")
	}
	if !slices.Contains(Kinds(), c.Kind) || o.Kind != c.Kind {
		return nil, refuse(ErrInvalid, "kind: %q is none of %v", c.Kind, Kinds())
	}
	if err := checkFacts(c.Facts); err != nil {
		return nil, err
	}
	e.Facts = distinct(c.Facts, func(f string) bool { return !slices.Contains(cur.Facts, f) })
	severity, err := severityOf(cur, c, o.Severity, len(e.Facts) > 0)
	if err != nil {
		return nil, err
	}
	if c.Kind == cur.Kind && severity == cur.Severity && len(e.Facts) == 0 {
		return nil, nil
	}
	k, err := widened(cur, in, severity, e.At)
	if err != nil {
		return nil, err
	}
	if k.Conceals && cur.Lead == LeadPolice && !in.Named && !leads(c.Actor.Role, cur.Lead) {
		return nil, refuse(ErrForbidden, "the police act on this: they, or somebody named for confidential matters, make it confidential")
	}
	e.Type, e.Class, e.Text = EventClassified, k, ""
	return []Event{e}, nil
}

// widened is what an incident becomes under another plan: that of another kind,
// or of the same one with more known of it.
func widened(cur *Incident, in Input, severity Severity, now time.Time) (*Classification, error) {
	o := in.Opening
	k := &Classification{
		Kind: o.Kind, Name: in.KindName, Severity: severity, Lead: o.Lead,
		Confidential: cur.Confidential || o.Confidential,
	}
	k.Open = cur.Confidential && !o.Confidential
	if k.Confidential && !cur.Confidential && len(o.Plan.Legs) == 0 {
		return nil, refuse(ErrConflict, "nobody of this school is named for confidential incidents: it would be lost")
	}
	if o.Confidential {
		k.Hushed = outside(cur.unnamed(), o.Plan.Legs)
		k.Conceals = !cur.Confidential || len(k.Hushed) > 0
	}
	if k.Confidential {
		k.Asked = asked(cur, o, k.Conceals)
	}
	k.Added = additions(cur, o.Plan.Legs, now)
	k.Steps = furtherSteps(cur, o.Plan.Steps, now)
	k.OffShift = passing(cur, o.Plan)
	return k, nil
}

// asked are the audiences that have to answer a confidential incident under a
// further plan: to those before, unless the plan conceals it anew, come those
// whom the plan asks, and of an open kind those whom it tells.
func asked(cur *Incident, o Opening, anew bool) []Audience {
	var out []Audience
	if !anew {
		out = slices.Clone(cur.Asked)
	}
	further := slices.Clone(o.Asked)
	if !o.Confidential {
		for _, l := range o.Plan.Legs {
			further = append(further, l.Audience)
		}
	}
	for _, a := range further {
		if (a == Police || a == School) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// severityOf is the severity after classifying: the graver of the present one
// and the new kind's, where the command names none. Whoever names one may
// always raise it. more says that something graver may have become known of
// the same kind.
func severityOf(cur *Incident, c Command, kinds Severity, more bool) (Severity, error) {
	least := cur.Severity
	if (more || c.Kind != cur.Kind) && kinds.Rank() > least.Rank() {
		least = kinds
	}
	switch {
	case c.Severity == "":
		return least, nil
	case c.Severity.Rank() < 0:
		return "", refuse(ErrInvalid, "severity: %q is none of %v", c.Severity, severities)
	case c.Severity.Rank() < least.Rank() && !leads(c.Actor.Role, cur.Lead):
		return "", refuse(ErrForbidden, "the %s leads this incident and alone may lower its severity below %s", cur.Lead, least)
	}
	return c.Severity, nil
}

// unnamed are the legs that no confidential kind has asked for.
func (i *Incident) unnamed() []Leg {
	if !i.Confidential {
		return i.Plan.Legs
	}
	return slices.DeleteFunc(slices.Clone(i.Plan.Legs), func(l Leg) bool { return !slices.Contains(i.Exposed, l.Key()) })
}

// outside are the keys of the legs that the other legs have not.
func outside(legs, others []Leg) []LegKey {
	var out []LegKey
	for _, l := range legs {
		if legAt(others, l.Key()) < 0 {
			out = append(out, l.Key())
		}
	}
	return out
}

// additions are the legs of a further plan that the incident has not, or that
// would begin later without it: at their time, behind a path that the further
// plan has them begin beside, or never where somebody of another audience took
// the incident on before.
func additions(cur *Incident, legs []Leg, now time.Time) []Leg {
	var out []Leg
	for _, l := range legs {
		at := legAt(cur.Plan.Legs, l.Key())
		if at < 0 || sooner(cur, l, cur.Plan.Legs[at], now) {
			out = append(out, l)
		}
	}
	return out
}

func sooner(cur *Incident, l, old Leg, now time.Time) bool {
	if cur.Spared(l.Audience) && l.After < old.After {
		return true
	}
	if l.AtOnce() && old.Path > 0 && old.Level == 0 && !cur.AcknowledgedBy(l.Audience) {
		return true
	}
	return now.Add(l.After).Before(cur.LegFrom(l.Key()).Add(old.After))
}

// furtherSteps are the steps that the incident has not, or that would be due
// later without them. What lies behind the classification is not held against
// those who are added.
func furtherSteps(cur *Incident, steps []EscalationStep, now time.Time) []EscalationStep {
	var out []EscalationStep
	for _, s := range steps {
		old, had := cur.Plan.Step(s.Audience, s.Level)
		if s.Since = now; !had || cur.Spared(s.Audience) || now.Add(s.After).Before(cur.stepDue(old)) {
			out = append(out, s)
		}
	}
	return goingOn(cur.Plan.Steps, steps, out)
}

// goingOn is the steps that are added with the last one of each audience coming
// again as often as the running plan or the further one asks for: the one may be
// longer, and its last step no end of the other's repeat.
func goingOn(running, further, added []EscalationStep) []EscalationStep {
	for _, s := range further {
		every := oftener(repeatOf(running, s.Audience), repeatOf(further, s.Audience))
		last, ok := lastOf(withSteps(running, added), s.Audience)
		if ok && every > 0 && last.Repeat != every {
			last.Repeat = every
			added = withSteps(added, []EscalationStep{last})
		}
	}
	return added
}

func repeatOf(steps []EscalationStep, a Audience) time.Duration {
	last, _ := lastOf(steps, a)
	return last.Repeat
}

// lastOf is the last step of an audience; false where it has none.
func lastOf(steps []EscalationStep, a Audience) (last EscalationStep, ok bool) {
	for _, s := range steps {
		if s.Audience == a && (!ok || s.Level > last.Level) {
			last, ok = s, true
		}
	}
	return last, ok
}

// oftener is the shorter of two repeats, of which 0 is none.
func oftener(x, y time.Duration) time.Duration {
	if x == 0 || y == 0 {
		return max(x, y)
	}
	return min(x, y)
}

// stepDue is when a step is due in the present round of its audience.
func (i Incident) stepDue(s EscalationStep) time.Time {
	from := i.roundStart(s.Audience)
	if s.Since.After(from) {
		from = s.Since
	}
	return from.Add(s.After)
}

func legAt(legs []Leg, k LegKey) int {
	return slices.IndexFunc(legs, func(l Leg) bool { return l.Key() == k })
}

// LegFrom is the moment from which a leg's After counts: the opening, or the
// classification that added the leg.
func (i Incident) LegFrom(k LegKey) time.Time {
	if at, ok := i.AddedAt[k]; ok {
		return at
	}
	return i.OpenedAt
}
