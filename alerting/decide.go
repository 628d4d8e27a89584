package alerting

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// command decides what a person's command does. An id that the incident has
// seen changes nothing; whoever may not act is refused all the same, for the
// answer shows the incident.
func command(cur *Incident, in Input, now time.Time) ([]Event, error) {
	c := *in.Command
	if !c.Actor.Role.SeesIncidents() {
		return nil, refuse(ErrForbidden, "%s may not change incidents", c.Actor.Role)
	}
	if c.ID != "" && slices.Contains(cur.Commands, c.ID) {
		return nil, nil
	}
	if err := checkTexts(c); err != nil {
		return nil, err
	}
	e := Event{
		Incident: cur.ID, School: cur.School, At: now, Actor: c.Actor,
		Command: c.ID, Reason: c.Reason, Text: c.Text,
	}
	decide, ok := verbs[c.Verb]
	if !ok {
		return nil, refuse(ErrNotFound, "verb %q", c.Verb)
	}
	return decide(cur, in, e)
}

// decision makes the events of a command out of one that has everything but
// its type; none where nothing changes. Those of the command's own incident
// come first.
type decision func(cur *Incident, in Input, e Event) ([]Event, error)

var verbs = map[Verb]decision{
	VerbAcknowledge: one(decideAcknowledge),
	VerbNote:        one(decideNote),
	VerbCancel:      one(decideCancel),
	VerbReset:       one(decideReset),
	VerbResolve:     one(decideResolve),
	VerbVerify:      decideVerify,
	VerbClassify:    decideClassify,
	VerbDispatch:    one(decideDispatch),
	VerbArrive:      one(decideArrive),
	VerbCall:        one(decideCall),
	VerbLink:        decideLink,
	VerbUnlink:      decideUnlink,
	VerbReal:        decideReal,
	VerbRefer:       decideRefer,
	VerbReveal:      decideReveal,
	VerbReport:      one(decideReport),
}

// one is the decision of a verb that makes one event at most: it fills the
// event, and reports false where nothing changes.
func one(fill func(*Incident, Command, *Event) (bool, error)) decision {
	return func(cur *Incident, in Input, e Event) ([]Event, error) {
		changed, err := fill(cur, *in.Command, &e)
		if err != nil || !changed {
			return nil, err
		}
		return []Event{e}, nil
	}
}

func decideAcknowledge(cur *Incident, c Command, e *Event) (bool, error) {
	if cur.Resolved() {
		return false, refuse(ErrConflict, "the incident is resolved")
	}
	audience, seen := c.Actor.Role.Audience(), c.Number
	if seen <= 0 || seen > cur.Number {
		seen = cur.Number
	}
	if cur.acknowledged(audience, min(seen, cur.RoundOf(audience))) {
		return false, nil
	}
	e.Type, e.Audience, e.Number = EventAcknowledged, audience, seen
	e.After = max(e.At.Sub(cur.roundPressedAt()), 0)
	return true, nil
}

func decideNote(_ *Incident, c Command, e *Event) (bool, error) {
	if strings.TrimSpace(c.Text) == "" {
		return false, refuse(ErrInvalid, "text: a note needs words")
	}
	e.Type = EventNoted
	return true, nil
}

func decideCancel(cur *Incident, c Command, e *Event) (bool, error) {
	if cur.Resolved() {
		return false, refuse(ErrConflict, "the incident is resolved")
	}
	if strings.TrimSpace(c.Reason) == "" {
		return false, refuse(ErrInvalid, "reason: a request to stand down needs one")
	}
	e.Type = EventCancelRequested
	return true, nil
}

func decideReset(cur *Incident, c Command, e *Event) (bool, error) {
	if cur.Resolved() {
		return false, refuse(ErrConflict, "the incident is resolved")
	}
	if strings.TrimSpace(c.Reason) == "" {
		return false, refuse(ErrInvalid, "reason: a reset needs one")
	}
	if !cur.Latched {
		return false, nil
	}
	e.Type = EventReset
	return true, nil
}

func decideResolve(cur *Incident, c Command, e *Event) (bool, error) {
	if !leads(c.Actor.Role, cur.Lead) {
		return false, refuse(ErrForbidden, "the %s leads this incident and resolves it", cur.Lead)
	}
	if cur.Resolved() {
		return false, refuse(ErrConflict, "the incident is resolved already")
	}
	if cur.Latched {
		return false, refuse(ErrConflict, "the button is still latched: reset it first")
	}
	allowed := Outcomes(cur.Mode, cur.Lead)
	if !slices.Contains(allowed, c.Outcome) {
		return false, refuse(ErrInvalid, "outcome: %q is none of %v", c.Outcome, allowed)
	}
	e.Type, e.Outcome = EventResolved, c.Outcome
	return true, nil
}

func leads(r Role, l Lead) bool {
	return (l == LeadPolice && r == RoleLiaison) || (l == LeadSchool && r == RoleOfficer)
}

func checkTexts(c Command) error {
	switch {
	case len(c.Reason) > MaxReasonLength:
		return refuse(ErrInvalid, "reason: longer than %d bytes", MaxReasonLength)
	case len(c.Text) > MaxNoteLength:
		return refuse(ErrInvalid, "text: longer than %d bytes", MaxNoteLength)
	case !utf8.ValidString(c.Reason) || !utf8.ValidString(c.Text):
		return refuse(ErrInvalid, "text: not UTF-8")
	}
	return nil
}
