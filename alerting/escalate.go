package alerting

import (
	"slices"
	"time"
)

// Escalation is how far an audience's escalation has come.
type Escalation struct {
	Audience Audience  `json:"audience"`
	Level    int       `json:"level"` // the last one told; 0 before the first
	At       time.Time `json:"at"`    // when it was; when the round began, before the first
	// NextLevel comes at NextAt if nobody takes the incident on until then: the
	// same level where it repeats. 0 and zero where nothing more comes.
	NextLevel int       `json:"next_level"`
	NextAt    time.Time `json:"next_at,omitzero"`

	round int64 // the round that it belongs to
}

// Escalations is how far each audience has come that has escalation levels and
// that nobody has taken the incident on for, in the plan's order.
func (i Incident) Escalations() []Escalation {
	var out []Escalation
	for _, a := range i.Plan.escalating() {
		if e, ok := i.escalation(a); ok {
			out = append(out, e)
		}
	}
	return out
}

// NextEscalation is the step that is due first, at whatever time; false where
// none is.
func (i Incident) NextEscalation() (next Escalation, ok bool) {
	for _, e := range i.Escalations() {
		if e.NextLevel > 0 && (!ok || e.NextAt.Before(next.NextAt)) {
			next, ok = e, true
		}
	}
	return next, ok
}

// escalating lists the audiences that have steps.
func (p Plan) escalating() []Audience {
	var out []Audience
	for _, s := range p.Steps {
		if !slices.Contains(out, s.Audience) {
			out = append(out, s.Audience)
		}
	}
	return out
}

// Step is a level of an audience; false where the plan has none.
func (p Plan) Step(a Audience, level int) (EscalationStep, bool) {
	return p.find(func(s EscalationStep) bool { return s.Audience == a && s.Level == level })
}

func (p Plan) find(is func(EscalationStep) bool) (EscalationStep, bool) {
	i := slices.IndexFunc(p.Steps, is)
	if i < 0 {
		return EscalationStep{}, false
	}
	return p.Steps[i], true
}

func (i Incident) escalation(a Audience) (Escalation, bool) {
	if i.Resolved() || i.StoodDown || i.AcknowledgedBy(a) || i.Spared(a) {
		return Escalation{}, false
	}
	round := i.RoundOf(a)
	e := Escalation{Audience: a, At: i.roundStart(a), round: round}
	if n := slices.IndexFunc(i.Escalated, func(o Escalation) bool { return o.Audience == a && o.round == round }); n >= 0 {
		e = i.Escalated[n]
	}
	e.NextLevel, e.NextAt = i.next(e)
	return e, true
}

// Spared reports whether an audience that is told only after a while need not
// be: somebody, of whatever audience, took the incident on before.
func (i Incident) Spared(a Audience) bool {
	at := slices.IndexFunc(i.Plan.Legs, func(l Leg) bool { return l.Audience == a && l.Level == 0 && l.Path == 0 })
	if at < 0 || i.Plan.Legs[at].After == 0 {
		return false
	}
	leg := i.Plan.Legs[at]
	from := i.RoundAt
	if added := i.LegFrom(leg.Key()); added.After(from) {
		from = added
	}
	due := from.Add(leg.After)
	return slices.ContainsFunc(i.Acknowledgements, func(k Acknowledgement) bool {
		return k.Number >= i.Round && k.At.Before(due)
	})
}

// next is the level that follows and its time: of those above the last one
// whichever is due first, for a level that was added behind the others' time
// puts none of them off. Levels that would tell nobody are not in the plan, and
// whoever a level adds that was passed over is told with the next.
func (i Incident) next(e Escalation) (level int, at time.Time) {
	for _, s := range i.Plan.Steps {
		if s.Audience != e.Audience || s.Level <= e.Level {
			continue
		}
		if due := i.due(e, s); level == 0 || due.Before(at) {
			level, at = s.Level, due
		}
	}
	if level > 0 {
		return level, at
	}
	if s, ok := i.Plan.Step(e.Audience, e.Level); ok && s.Repeat > 0 {
		return s.Level, e.At.Add(s.Repeat)
	}
	return 0, time.Time{}
}

// due is when a step above the last level comes. A second press of what is
// critical already asks for the first level at once.
func (i Incident) due(e Escalation, s EscalationStep) time.Time {
	from := i.roundStart(e.Audience)
	if s.Since.After(from) {
		from = s.Since
	}
	if pressed := e.round == i.Round; pressed && s.Level == 1 && i.Rounds > 1 {
		return from
	}
	return from.Add(s.After)
}

// escalate notes that a level was told.
func (i *Incident) escalate(e Event) {
	done := Escalation{Audience: e.Audience, Level: e.Level, At: e.At, round: e.Number}
	all := slices.DeleteFunc(slices.Clone(i.Escalated), func(o Escalation) bool { return o.Audience == e.Audience })
	all = append(all, done)
	i.Escalated = all
}

// beginRound lets escalation begin anew.
func (i *Incident) beginRound(at time.Time) {
	i.Round, i.RoundAt = i.Number, at
	i.Rounds++
}
