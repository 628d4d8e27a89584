package alerting_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

var (
	noon   = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	button = devices.Address{School: "ziwei", Device: "b-1"}

	liaison = alerting.Actor{Name: "desk", Role: alerting.RoleLiaison}
	officer = alerting.Actor{Name: "office", Role: alerting.RoleOfficer}
	guard   = alerting.Actor{Name: "gate", Role: alerting.RoleGuard}
)

func press(id string, at time.Time) devices.Press {
	return devices.Press{ID: id, From: button, Alarm: devices.Emergency, Mode: devices.Live, ReceivedAt: at}
}

func opening(s alerting.Severity, lead alerting.Lead) alerting.Opening {
	return alerting.Opening{
		Place: alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}},
		Kind:  "emergency", Severity: s, Lead: lead,
		Plan: alerting.Plan{Legs: []alerting.Leg{{Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT}}},
	}
}

// story is one incident and the events that made it, as a journal has them.
type story struct {
	t      *testing.T
	events []alerting.Event
	now    alerting.Incident
	// elsewhere are the events of other incidents that followed from it.
	elsewhere []alerting.Event
}

// opened begins a story with a press at noon.
func opened(t *testing.T, o alerting.Opening) *story {
	s := &story{t: t}
	p := press("p-1", noon)
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: o}, noon)
	require.NoError(t, err)
	s.keep(events)
	return s
}

func (s *story) keep(events []alerting.Event) {
	for _, e := range events {
		if s.now.ID != "" && e.Incident != s.now.ID {
			s.elsewhere = append(s.elsewhere, e)
			continue
		}
		e.Seq = int64(len(s.events) + 1)
		s.events = append(s.events, e)
		s.now.Apply(e)
	}
}

// press lets a press happen and returns the events that follow from it.
func (s *story) press(p devices.Press) []alerting.Event {
	s.t.Helper()
	events, err := alerting.Step(&s.now, alerting.Input{Press: &p}, p.ReceivedAt)
	require.NoError(s.t, err, "a press is never refused")
	s.keep(events)
	return events
}

// try decides a command without carrying it out. It brings what a caller
// brings: the policy's opening of the kind, and another incident.
func (s *story) try(c alerting.Command) ([]alerting.Event, error) {
	return s.tryAt(c, noon.Add(time.Minute))
}

func (s *story) tryAt(c alerting.Command, at time.Time) ([]alerting.Event, error) {
	in := alerting.Input{Command: &c}
	switch c.Verb {
	case alerting.VerbClassify:
		in.Opening, in.KindName = policyOf(c.Kind), alerting.Text{ZH: "某类", EN: "a kind"}
	case alerting.VerbRefer:
		in.Opening, in.Left = alerting.Opening{Plan: alerting.Plan{Legs: []alerting.Leg{{Audience: c.Audience, Recipient: "bureau", Channel: alerting.ChannelSMS}}}}, c.Audience == alerting.District
	case alerting.VerbReveal:
		if was := s.now.Concealed; was != nil {
			in.Opening, in.KindName, in.Named = policyOf(cmp.Or(c.Kind, was.Kind)), alerting.Text{ZH: "某类", EN: "a kind"}, true
		}
	case alerting.VerbReal:
		in.Opening = policyOf(s.now.Kind)
	case alerting.VerbLink, alerting.VerbUnlink:
		in.Other = &alerting.Incident{ID: c.Other, School: s.now.School, Confidential: s.now.Confidential}
	}
	return alerting.Step(&s.now, in, at)
}

// policyOf is a small policy: what an incident of a kind starts with.
func policyOf(k alerting.Kind) alerting.Opening {
	leg := func(a alerting.Audience, to string, c alerting.Channel, after time.Duration) alerting.Leg {
		return alerting.Leg{Audience: a, Recipient: to, Channel: c, After: after}
	}
	desk := leg(alerting.Police, "desk-1", alerting.ChannelMQTT, 0)
	gate := leg(alerting.Guards, "gate-1", alerting.ChannelMQTT, 0)
	deputy := leg(alerting.School, "deputy", alerting.ChannelConsole, 0)
	o := alerting.Opening{Kind: k, Severity: alerting.High, Lead: alerting.LeadPolice}
	switch k {
	case "emergency", "attack", "fire":
		o.Severity, o.Plan.Legs = alerting.Critical, []alerting.Leg{desk, gate, deputy}
	case "fight":
		desk.After = time.Minute
		o.Lead, o.Plan.Legs = alerting.LeadSchool, []alerting.Leg{desk, gate, deputy}
	case "medical":
		o.Lead, o.Plan.Legs = alerting.LeadSchool, []alerting.Leg{gate, deputy}
	case "bullying":
		o.Lead, o.Confidential, o.Plan.Legs = alerting.LeadSchool, true, []alerting.Leg{deputy}
	default:
		o.Severity, o.Lead, o.Plan.Legs = alerting.Low, alerting.LeadSchool, []alerting.Leg{deputy}
	}
	return o
}

// do carries out a command that is allowed.
func (s *story) do(c alerting.Command) []alerting.Event {
	s.t.Helper()
	events, err := s.try(c)
	require.NoError(s.t, err)
	s.keep(events)
	return events
}

func (s *story) notice(kind alerting.EventType) {
	events, err := alerting.Step(&s.now, alerting.Input{Notice: &alerting.Notice{Type: kind}}, noon)
	require.NoError(s.t, err)
	s.keep(events)
}
