package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// policeDrill is a policy under which the police take part in every drill.
const policeDrill = `{drills: {police: always}}`

// govern gives the rig people, and a school's own policy beside them.
func (r *rig) govern(d *people.Directory, text string) *policy.Set {
	r.t.Helper()
	var doc yaml.Node
	require.NoError(r.t, yaml.Unmarshal([]byte(text), &doc))
	rules, faults := policy.Read(doc.Content[0], "policies[0]")
	require.Empty(r.t, faults)
	set := policy.Compile(d, map[string]*policy.Rules{school: rules})
	r.people.Store(d.WithPolicy(set))
	return set
}

func TestFrozenPlanIsTheExplainedOne(t *testing.T) {
	r := start(t, "", nil)
	set := r.govern(directory(), `{kinds: {fight: {police: 30, severity: critical, escalation: [E1]}}}`)
	for _, a := range devices.Alarms() {
		p := press("b-1")
		p.Alarm, p.ReceivedAt = a, time.Now()
		require.NoError(t, r.Press(p))
		i, err := r.Incident(t.Context(), alerting.IncidentID(p.From, p.ID))
		require.NoError(t, err)
		e := set.Explain(policy.Occasion{
			School: school, Place: i.Place, Kind: alerting.KindOf(a), Mode: p.Mode, At: p.ReceivedAt,
		})
		assert.Equal(t, e.Plan, i.Plan, a)
		assert.Equal(t, e.Severity, i.Severity, a)
		if a == devices.Fight {
			assert.Equal(t, alerting.Critical, i.Severity, "the school's own policy, not the built-in one")
		}
		for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
			by := liaison
			if i.Lead == alerting.LeadSchool {
				by = alerting.Actor{Name: "deputy", Role: alerting.RoleOfficer}
			}
			_, err := r.do(by, i.ID, v)
			require.NoError(t, err, a)
		}
	}
}

func TestSchoolsOwnWordsAreTold(t *testing.T) {
	r := start(t, "", nil)
	d := directory()
	r.govern(people.New(people.Lists{
		Schools: d.Schools(), Devices: d.Devices(),
		Terminals: []people.Terminal{{Audience: alerting.Guards, ID: "gatehouse-1", Schools: []string{school}}},
	}), `{kinds: {fire: {action: {guards: {zh: "开东门,到{place}", en: "east gate, to {place}"}}}}}`)
	p := press("b-1")
	p.Alarm = devices.Fire
	require.NoError(t, r.Press(p))
	assert.Equal(t, alerting.Text{ZH: "北门 火情。开东门,到北门", EN: "North gate, fire. East gate, to North gate"}, r.next("gatehouse-1").Text)
}

func TestDeskLearnsNothingOfAConfidentialIncidentButThatHelpIsNeeded(t *testing.T) {
	r := start(t, "", nil)
	r.govern(directory(), `{kinds: {bullying: {police: 0, masked: [police], escalation: [E2, E4]}}}`)
	p := press("b-1")
	p.Alarm = devices.Bullying
	require.NoError(t, r.Press(p))
	m := r.next("desk-1")
	assert.Empty(t, m.Kind)
	assert.Empty(t, m.Severity)
	assert.Empty(t, m.Device)
	assert.Equal(t, alerting.Place{}, m.Place)
	assert.Equal(t, "【校园警情·保密】紫薇小学 请求协助,请联系 010-5555", m.Text.ZH)
}

func TestASchoolSaysWhatIsTooOldToBeToldAsLive(t *testing.T) {
	r := start(t, "", nil)
	r.govern(directory(), `{fresh_for: 120}`)
	require.NoError(t, r.Press(aged("b-1", 3*time.Minute)))
	m := r.next("desk-1")
	assert.Equal(t, "once", m.Sound())
	assert.Contains(t, m.Text.ZH, "【补报】")

	r.govern(directory(), `{fresh_for: 600}`)
	require.NoError(t, r.Press(aged("b-2", 8*time.Minute)))
	m = r.next("desk-1")
	assert.Empty(t, m.Sound())
	i, err := r.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.Equal(t, "E1", i.Plan.Profile)
}
