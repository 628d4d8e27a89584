package hub

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// Where the hub has reached nobody of the education bureau the officer is
// reminded of the first report before it is due, and when it is overdue.
func TestTheFirstReportIsRemindedOfWhereTheBureauWasNotReached(t *testing.T) {
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	dir := people.New(people.Lists{
		Schools:  []people.School{{ID: "ziwei", Zone: time.FixedZone("CST", 8*3600)}},
		Accounts: []people.Account{{Name: "officer", Role: alerting.RoleOfficer, Schools: []string{"ziwei"}}},
	})
	dir = dir.WithPolicy(policy.Compile(dir, nil))
	fire := alerting.Incident{
		ID: "i", School: "ziwei", Kind: "fire", Mode: devices.Live, State: alerting.StateOpen, OpenedAt: at,
		Place: alerting.Place{Name: alerting.Text{ZH: "食堂", EN: "Canteen"}},
	}
	now, broken := fire, error(nil)
	r := firstReports{
		func() []alerting.Incident { return []alerting.Incident{now} },
		func(context.Context, string) (alerting.Incident, error) { return now, broken },
		func() *people.Directory { return dir },
	}
	due := func(after time.Duration) []errand { return r.due(t.Context(), at.Add(after)) }
	assert.Empty(t, due(19*time.Minute))
	first := due(20 * time.Minute)
	require.Len(t, first, 1)
	assert.Equal(t, "officer", first[0].Account)
	assert.Equal(t, "【待报】食堂 火情:请于 08:30 前向教育局首报。系统未能送达教育局,已电话报告的请忽略", first[0].Text.ZH)
	late := due(30 * time.Minute)
	require.Len(t, late, 1)
	assert.NotEqual(t, first[0].ID, late[0].ID, "told once more")
	assert.Contains(t, late[0].Text.EN, "Report overdue: Canteen, fire")
	assert.Empty(t, due(90*time.Minute), "it is of no use any more")

	broken = errors.New("the journal is away")
	assert.Empty(t, due(20*time.Minute), "nobody knows: looked up again")
	broken = nil
	for what, change := range map[string]func(*alerting.Incident){
		"the bureau's terminal has it": func(i *alerting.Incident) {
			i.Deliveries = []alerting.Delivery{{Audience: alerting.District, HandedAt: &at}}
		},
		"the bureau took it on": func(i *alerting.Incident) {
			i.Acknowledgements = []alerting.Acknowledgement{{Audience: alerting.District}}
		},
		"a kind left to a person": func(i *alerting.Incident) { i.Kind = "medical" },
		"a drill":                 func(i *alerting.Incident) { i.Mode = devices.Drill },
		"confidential":            func(i *alerting.Incident) { i.Confidential = true },
		"silent":                  func(i *alerting.Incident) { i.Silent = true },
		"closed":                  func(i *alerting.Incident) { i.State = alerting.StateResolved },
	} {
		now = fire
		change(&now)
		assert.Empty(t, due(25*time.Minute), what)
	}
	now = fire
	now.Deliveries = []alerting.Delivery{{Audience: alerting.District, State: alerting.Failed}, {Audience: alerting.Police, HandedAt: &at}}
	assert.Len(t, due(25*time.Minute), 1, "no way to the bureau took it")
	now.Kind, now.Referred = "medical", []alerting.Referred{{Audience: alerting.District, At: at.Add(time.Hour)}}
	assert.Empty(t, due(25*time.Minute))
	assert.Len(t, due(85*time.Minute), 1, "counted from when a person referred it")
}
