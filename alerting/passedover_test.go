package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func gone(a alerting.Audience, contact string, why alerting.PassedOver, told alerting.ToldOffShift) alerting.OffShift {
	return alerting.OffShift{
		Audience: a, Contact: contact, Duty: "deputy", Why: why, Title: alerting.Text{ZH: "安全副校长(兼)", EN: "deputy head"}, Told: told,
	}
}

// The first line of the timeline says whom the plan passed over and why, to those
// who see the whole of an incident.
func TestTheTimelineSaysWhoWasPassedOver(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	plan := alerting.Plan{OffShift: []alerting.OffShift{
		gone(alerting.School, "vice", alerting.OnLeave, ""), gone(alerting.School, "vice-2", alerting.OnIncident, ""),
		gone(alerting.School, "head", alerting.OnLeave, alerting.ToldNobodyElse), gone(alerting.School, "asleep", "", ""),
	}}
	opened := alerting.Event{
		Type: alerting.EventOpened, At: at, Actor: alerting.Actor{Name: "b-1"}, Press: &alerting.PressRecord{ID: "p"},
		Opening: &alerting.Opening{Plan: plan},
	}
	line := alerting.Timeline([]alerting.Event{opened})[0]
	assert.Equal(t, alerting.Text{
		ZH: "按键报警。略过：安全副校长（兼）（vice，休假）、安全副校长（兼）（vice-2，正在处置另一起特急事件）。别无他人，仍通知：安全副校长（兼）（head，休假）",
		EN: "Alarm pressed. Passed over: deputy head (vice, on leave), deputy head (vice-2, on another critical incident)." +
			" Told all the same, as there is nobody else: deputy head (head, on leave)",
	}, line.Text)
	assert.Equal(t, alerting.Text{ZH: "按键报警", EN: "Alarm pressed"}, line.Bare, "whoever sees no more than the place reads nobody's leave")
	assert.Len(t, opened.Opening.Plan.OffShift, 4, "the event stays as it is")
}

// A further plan says whom it passes over, beside those whom the incident tells
// or has passed over already; it stands in the plan from then on.
func TestAClassificationSaysWhomItPassesOver(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	cur := &alerting.Incident{
		ID: "i", School: "ziwei", Kind: "medical", Severity: alerting.High, Mode: devices.Live, State: alerting.StateOpen, OpenedAt: now,
		Plan: alerting.Plan{
			Legs:     []alerting.Leg{{Audience: alerting.School, Contact: "told", Recipient: "told", Channel: alerting.ChannelSMS}},
			OffShift: []alerting.OffShift{gone(alerting.School, "before", alerting.OnLeave, "")},
		},
	}
	further := alerting.Opening{Kind: "attack", Severity: alerting.Critical, Lead: alerting.LeadPolice, Plan: alerting.Plan{OffShift: []alerting.OffShift{
		gone(alerting.School, "told", alerting.OnIncident, ""), gone(alerting.School, "before", alerting.OnLeave, ""),
		gone(alerting.Police, "before", alerting.OnLeave, ""), gone(alerting.Police, "leader", alerting.OnIncident, ""),
	}}}
	events, err := alerting.Step(cur, alerting.Input{
		Command: &alerting.Command{
			Incident: "i", Verb: alerting.VerbClassify, Kind: "attack", Actor: alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison},
		},
		Opening: further,
	}, now.Add(time.Minute))
	require.NoError(t, err)
	require.Len(t, events, 1)
	after := *cur
	after.Apply(events[0])
	var who []string
	for _, o := range after.Plan.OffShift {
		who = append(who, string(o.Audience)+"/"+o.Contact)
	}
	assert.Equal(t, []string{"school/before", "police/before", "police/leader"}, who)
	line := alerting.Timeline(events)[0]
	assert.Contains(t, line.Text.EN, ". Passed over: deputy head (before, on leave), deputy head (leader, on another critical incident)")
	assert.NotContains(t, line.Bare.EN, "Passed over")
}

func TestWhoIsEngagedHasSignedForWhatIsLiveCriticalAndOpen(t *testing.T) {
	signed := alerting.Incident{
		Mode: devices.Live, Severity: alerting.Critical, State: alerting.StateAcknowledged,
		Acknowledgements: []alerting.Acknowledgement{{Audience: alerting.Police, By: "beat"}, {Audience: alerting.School, By: "officer"}},
	}
	assert.Equal(t, []string{"beat", "officer"}, signed.Engaged())
	for name, change := range map[string]func(*alerting.Incident){
		"closed":       func(i *alerting.Incident) { i.State = alerting.StateResolved },
		"called off":   func(i *alerting.Incident) { i.StoodDown = true },
		"a drill":      func(i *alerting.Incident) { i.Mode = devices.Drill },
		"no more than": func(i *alerting.Incident) { i.Severity = alerting.High },
		"unsigned":     func(i *alerting.Incident) { i.Acknowledgements = nil },
	} {
		i := signed
		change(&i)
		assert.Empty(t, i.Engaged(), name)
	}
}
