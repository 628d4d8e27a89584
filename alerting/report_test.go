package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func aReport() alerting.Report {
	return alerting.Report{
		ID: "11111111-2222-4333-8444-555555555555", School: "ziwei", Kind: "fire", Mode: devices.Live, By: guard, At: noon,
		Place: alerting.Place{ID: "field", Name: alerting.Text{ZH: "操场", EN: "Field"}},
	}
}

func TestAPersonsAlarmOpensAnIncident(t *testing.T) {
	r := aReport()
	r.Silent = true
	events, err := alerting.Step(nil, alerting.Input{Report: &r, Opening: policyOf("fire")}, noon.Add(time.Millisecond))
	require.NoError(t, err)
	require.Len(t, events, 1)
	i := alerting.Fold(events)
	assert.Equal(t, r.Incident(), i.ID)
	assert.Equal(t, r.Place, i.Place)
	assert.EqualValues(t, "fire", i.Kind)
	assert.True(t, i.Silent)
	assert.False(t, i.Latched)
	assert.Equal(t, []alerting.PressRecord{{ID: r.ID, PressedAt: noon, ReceivedAt: noon}}, i.Presses, "a phone used as a button is a press")
	assert.Equal(t, guard, events[0].Actor)
	assert.True(t, events[0].Told())
	assert.False(t, events[0].CommitFirst())
	assert.Equal(t, "用手机报警", alerting.Timeline(events)[0].Text.ZH)

	again, err := alerting.Step(&i, alerting.Input{Report: &r, Opening: policyOf("fire")}, noon)
	require.NoError(t, err)
	assert.Empty(t, again, "the same alarm again")
}

func TestTheIDOfAPersonsAlarmIsDerived(t *testing.T) {
	r := aReport()
	later := r
	later.At, later.Kind = noon.Add(time.Hour), "attack"
	assert.Equal(t, r.Incident(), later.Incident(), "a repeat is the same incident")
	for _, change := range []func(*alerting.Report){
		func(r *alerting.Report) { r.School = "lanhua" },
		func(r *alerting.Report) { r.ID = "21111111-2222-4333-8444-555555555555" },
		func(r *alerting.Report) { r.By.Name = "another" },
	} {
		o := r
		change(&o)
		assert.NotEqual(t, r.Incident(), o.Incident())
	}
}

func TestWhoRaisesWhat(t *testing.T) {
	for _, role := range alerting.Roles() {
		r := aReport()
		r.By.Role = role
		if role == alerting.RoleGuard || role == alerting.RoleOfficer {
			require.NoError(t, r.Check(), role)
		} else {
			require.ErrorIs(t, r.Check(), alerting.ErrForbidden, role)
		}
	}
	for name, change := range map[string]func(*alerting.Report){
		"no id":            func(r *alerting.Report) { r.ID = "" },
		"a kind of nobody": func(r *alerting.Report) { r.Kind = "earthquake" },
		"the hub's kind":   func(r *alerting.Report) { r.Kind = alerting.KindHubFault },
		"a drill":          func(r *alerting.Report) { r.Mode = devices.Drill },
		"no mode":          func(r *alerting.Report) { r.Mode = "" },
	} {
		r := aReport()
		change(&r)
		require.ErrorIs(t, r.Check(), alerting.ErrInvalid, name)
		_, err := alerting.Step(nil, alerting.Input{Report: &r}, noon)
		require.ErrorIs(t, err, alerting.ErrInvalid, name)
	}
}
