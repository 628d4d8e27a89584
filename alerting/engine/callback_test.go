package engine_test

import (
	"strings"
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

// startReachable is the hub of a school that has a number, and whose police
// call it back within 40 s of signing.
func startReachable(t *testing.T, path string) *rig {
	t.Helper()
	d := directory()
	s, _ := d.School(school)
	s.Callback = "010-5555"
	desk, _ := d.Terminal("police/desk-1")
	d = people.New(people.Lists{Schools: []people.School{s}, Devices: d.Devices(), Terminals: []people.Terminal{desk}, Accounts: d.AccountsOf(school)})
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte("{clock: {call_back: 40}, drills: {police: always}, button_tests: {police: always}}"), &doc))
	rules, faults := policy.Read(doc.Content[0], "policies[0]")
	require.Empty(t, faults)
	return startAs(t, path, d.WithPolicy(policy.Compile(d, map[string]*policy.Rules{school: rules})))
}

// reminders are those of the timeline, by when they came.
func (r *rig) reminders(incident string, from time.Time) map[string]int {
	r.t.Helper()
	i, err := r.Incident(r.t.Context(), incident)
	require.NoError(r.t, err)
	out := map[string]int{}
	for _, e := range i.Timeline {
		if e.Event == alerting.EventReminded {
			out[e.Text.ZH+" / "+e.Text.EN] = int(e.At.Sub(from).Seconds())
		}
	}
	return out
}

func TestWhoeverSignedIsRemindedToCallTheSchoolBackOnce(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startReachable(t, path)
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		time.Sleep(5 * time.Second)
		id := r.next("desk-1").Incident
		_, err := r.do(liaison, id, alerting.VerbAcknowledge)
		require.NoError(t, err)
		time.Sleep(20 * time.Second)
		r.stop()
		time.Sleep(5 * time.Second)

		r = startReachable(t, path)
		at, m := r.since(began, "desk-1")
		for !strings.Contains(m.Text.ZH, "【提醒】") {
			at, m = r.since(began, "desk-1")
		}
		assert.Equal(t, 45*time.Second, at, "40 s after signing, over a restart")
		assert.Contains(t, m.Text.ZH, "尚未回拨学校")
		assert.Contains(t, m.Text.EN, "school not called back yet")
		assert.InDelta(t, 1, r.count("reminders_total", map[string]string{"audience": "police", "missing": "call-back"}), 0)
		time.Sleep(5 * time.Second)
		r.stop()

		r = startReachable(t, path)
		defer r.stop()
		time.Sleep(50 * time.Second)
		assert.Equal(t, map[string]int{
			"提醒：尚未回拨学校 / Reminder: school not called back yet":         45,
			"提醒：校内人员尚未到场 / Reminder: nobody of the school on site yet": 60, "提醒：尚未派警 / Reminder: no force sent yet": 65,
		}, r.reminders(id, began), "once")
	})
}

func TestNobodyIsRemindedOfACallThatWasMadeOrWouldBeHeard(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*devices.Press)
		called bool
		want   int
	}{
		"not called": {want: 1},
		"called":     {called: true},
		"silent":     {change: func(p *devices.Press) { p.Silent = true }},
		"drill":      {change: func(p *devices.Press) { p.Mode = devices.Drill }},
		"test":       {change: func(p *devices.Press) { p.Mode = devices.Test }},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				r := startReachable(t, path)
				defer r.stop()
				p := press("b-1")
				if c.change != nil {
					c.change(&p)
				}
				require.NoError(t, r.Press(p))
				id := alerting.IncidentID(p.From, p.ID)
				_, err := r.do(liaison, id, alerting.VerbAcknowledge)
				require.NoError(t, err)
				time.Sleep(20 * time.Second)
				if c.called {
					_, err = r.Do(t.Context(), alerting.Command{Incident: id, Verb: alerting.VerbCall, To: alerting.CallSchool, Actor: liaison})
					require.NoError(t, err)
				}
				time.Sleep(30 * time.Second)
				assert.InDelta(t, c.want, r.sum("reminders_total", "missing", "call-back"), 0)
				assert.Len(t, r.reminders(id, time.Now()), c.want)
			})
		})
	}
}
