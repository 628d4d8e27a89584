package alerting

import (
	"slices"
	"time"
)

// Fold rebuilds an incident from its events, in the order of the journal.
func Fold(events []Event) Incident {
	var i Incident
	for _, e := range events {
		i.Apply(e)
	}
	return i
}

// Apply folds one event into the incident. It never fails: an event that is
// in the journal has happened. Slices that were published are never written
// to again, only appended behind their end or replaced.
func (i *Incident) Apply(e Event) {
	i.Number += step(e)
	i.lift(e.At)
	if e.Command != "" {
		i.Commands = append(i.Commands, e.Command)
	}
	if (e.Told() || e.Releases()) && e.Type != EventOpened {
		i.Updates++
	}
	switch e.Type {
	case EventOpened:
		i.open(e)
	case EventPressed:
		i.press(e)
	case EventPressAgain:
		i.pressAgain(*e.Press)
	case EventAcknowledged:
		i.acknowledge(e)
	case EventCancelRequested:
		i.CancelRequested = &CancelRequest{By: e.Actor.Name, At: e.At, Reason: e.Reason}
	case EventEscalated:
		i.escalate(e)
	case EventReminded:
		for _, m := range Missing(e.Reason).Each() {
			i.Reminded = append(slices.Clip(i.Reminded), Reminded{Missing: m, Round: e.Number})
		}
	case EventRenewed:
		i.Renewed = append(slices.Clip(i.Renewed), Renewal{Audience: e.Audience, Number: i.Number, At: e.At})
	case EventResumed:
		i.Start = e.Start
	case EventStuck:
		i.Stuck = true
	case EventReset:
		i.Latched = false
	case EventResolved:
		i.State, i.Outcome, i.ResolvedAt = StateResolved, e.Outcome, e.At
	default:
		i.applyMore(e)
	}
}

// step is by how much an event raises the number.
func step(e Event) int64 {
	switch {
	case e.Type == EventResumed && e.Base == 0:
		return ResumeStep
	case e.Type == EventResumed:
		return e.Base
	}
	return 1 + e.Base
}

func (i *Incident) open(e Event) {
	o := e.Opening
	number, commands := i.Number, i.Commands
	*i = Incident{
		ID: e.Incident, Number: number, School: e.School, Place: o.Place, Device: o.Device,
		Kind: o.Kind, Severity: o.Severity, Mode: o.Mode, Silent: o.Silent,
		State: StateOpen, Lead: o.Lead, Verify: Unverified, Facts: withFacts(nil, o.Facts, nil), Links: []string{},
		Latched: o.Latched, Late: e.Late, Malformed: o.Malformed, Confidential: o.Confidential, OnPost: o.OnPost,
		Asked:   o.Asked,
		Presses: []PressRecord{}, OpenedAt: e.At, Acknowledgements: []Acknowledgement{},
		Dispatched: []Dispatch{}, Arrivals: []Arrival{}, Calls: []Call{},
		Plan: o.Plan, Commands: commands, Start: e.Start,
	}
	i.Present = o.Present
	if o.Since.Before(e.At) { // never later than it was found, whatever a clock says
		i.Since = o.Since
	}
	if o.DrillOf != "" {
		i.DrillOf, i.Links = o.DrillOf, []string{o.DrillOf}
	}
	i.lift(e.At)
	i.beginRound(e.At)
	if e.Press != nil {
		i.addPress(*e.Press)
	}
}

func (i *Incident) press(e Event) {
	i.addPress(*e.Press)
	i.Late = i.Late || e.Late
	if len(e.Facts)+len(e.Withdrawn) > 0 {
		i.Facts = withFacts(i.Facts, e.Facts, e.Withdrawn)
	}
	if i.Latched {
		i.Silent = i.Silent && e.Silent // a press that is not silent ends the silence
	} else {
		i.Silent = e.Silent // after a reset it is an alarm of its own
	}
	i.Latched = true
	if e.Quiet || e.Covered {
		return
	}
	i.Stuck = false
	if i.Severity == Critical {
		// A new round: it runs until somebody acknowledges this number.
		i.State = StateOpen
		i.beginRound(e.At)
	}
	i.Severity = i.Severity.Raised()
}

func (i *Incident) addPress(p PressRecord) {
	i.Presses = append(i.Presses, p)
	i.PressCount++
}

func (i *Incident) pressAgain(p PressRecord) {
	at := slices.IndexFunc(i.Presses, func(q PressRecord) bool { return q.ID == p.ID })
	if at < 0 {
		return
	}
	i.Presses = slices.Clone(i.Presses)
	i.Presses[at].PressedAt = earlier(i.Presses[at].PressedAt, p.PressedAt.Add(i.Ahead))
}

func (i *Incident) acknowledge(e Event) {
	i.Acknowledgements = append(i.Acknowledgements, Acknowledgement{
		Audience: e.Audience, By: e.Actor.Name, At: e.At, Number: e.Number, After: e.After,
	})
	if e.Audience == Police && i.State == StateOpen && e.Number >= i.Round {
		i.State = StateAcknowledged
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
