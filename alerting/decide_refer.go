package alerting

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/devices"
)

// Referral is what an incident's plan gains when a person has an audience told
// that the policy leaves to a person's decision.
type Referral struct {
	// Added are that audience's legs. Their After counts from the event's own
	// time.
	Added []Leg            `json:"added"`
	Steps []EscalationStep `json:"steps,omitempty"`
	// OffShift are those of it who are not there.
	OffShift []OffShift `json:"off_shift,omitempty"`
	// Asked says that the audience has to answer it while it is confidential,
	// whoever of it is named.
	Asked bool `json:"asked,omitempty"`
}

// Referred says who had an audience told, and when.
type Referred struct {
	Audience Audience  `json:"audience"`
	By       string    `json:"by"`
	Role     Role      `json:"role"`
	At       time.Time `json:"at"`
}

// ReferredTo reports whether somebody had an audience told.
func (i Incident) ReferredTo(a Audience) bool {
	return slices.ContainsFunc(i.Referred, func(r Referred) bool { return r.Audience == a })
}

// Refers reports whether a role decides who else is told: the school's officers
// and the police, whoever of them leads.
func (r Role) Refers() bool { return r == RoleOfficer || r == RoleLiaison }

// decideRefer hands an incident on to an audience that the policy leaves to a
// person's decision. It takes nothing on, closes nothing and drops nobody;
// saying it again changes nothing.
func decideRefer(cur *Incident, in Input, e Event) ([]Event, error) {
	c := *in.Command
	switch {
	case !c.Actor.Role.Refers():
		return nil, refuse(ErrForbidden, "the school's officers and the police decide who else is told")
	case cur.Resolved():
		return nil, refuse(ErrConflict, "the incident is resolved")
	case !slices.Contains(Audiences(), c.Audience) || c.Audience == Parents:
		return nil, refuse(ErrInvalid, "audience: %q is none that an incident is referred to", c.Audience)
	case strings.TrimSpace(c.Reason) == "":
		return nil, refuse(ErrInvalid, "reason: a referral needs one")
	case cur.ReferredTo(c.Audience):
		return nil, nil
	case cur.Mode == devices.Test:
		return nil, refuse(ErrConflict, "a test is referred to nobody")
	case !in.Left:
		return nil, refuse(ErrConflict, "the policy leaves it to nobody whether the %s are told of this", c.Audience)
	case len(in.Opening.Plan.Legs) == 0:
		return nil, refuse(ErrConflict, "nobody of the %s can be told: none is configured for it", c.Audience)
	}
	e.Type, e.Audience, e.Text = EventReferred, c.Audience, ""
	e.Referral = &Referral{
		Added: additions(cur, in.Opening.Plan.Legs, e.At), Steps: furtherSteps(cur, in.Opening.Plan.Steps, e.At),
		Asked: slices.Contains(in.Opening.Asked, c.Audience), OffShift: passing(cur, in.Opening.Plan),
	}
	return []Event{e}, nil
}

// refer folds a referral: the plan grows as by another kind, and the incident
// stays what it is.
func (i *Incident) refer(e Event) {
	i.Referred = append(slices.Clip(i.Referred), Referred{Audience: e.Audience, By: e.Actor.Name, Role: e.Actor.Role, At: e.At})
	if e.Referral == nil {
		return
	}
	asked := slices.Clip(i.Asked)
	if e.Referral.Asked && !i.AsksFor(e.Audience) {
		asked = append(asked, e.Audience)
	}
	i.classify(Classification{
		Kind: i.Kind, Severity: i.Severity, Lead: i.Lead, Asked: asked, Added: e.Referral.Added, Steps: e.Referral.Steps,
		OffShift: e.Referral.OffShift,
	}, e.At)
}

// Added lists the legs that an event adds to its incident's plan.
func (e Event) Added() []Leg {
	switch {
	case e.Class != nil:
		return e.Class.Added
	case e.Referral != nil:
		return e.Referral.Added
	}
	return nil
}

func referred(e Event) Text {
	who := audienceTexts[e.Audience]
	return Text{ZH: "转报" + who.ZH + "：" + e.Reason, EN: "Referred to " + who.EN + ": " + e.Reason}
}
