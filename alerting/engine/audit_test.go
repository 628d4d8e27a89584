package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// A step whose timer is gone is found by the auditor within seconds: it is
// counted, raised as a fault of the hub, told to the school, and taken at its
// time all the same.
func TestALostEscalationStepIsFoundRaisedAndTaken(t *testing.T) {
	for name, lost := range map[string]func() time.Time{
		"no timer":     func() time.Time { return time.Time{} },
		"one long due": func() time.Time { return time.Now().Add(-time.Minute) },
		"one just due": time.Now,
	} {
		bubble(t, func(t *testing.T, path string) {
			r := start(t, path, nil)
			defer r.stop()
			began := time.Now()
			p := press("b-1")
			require.NoError(t, r.Press(p))
			time.Sleep(20 * time.Second) // nobody confirms: what misses its limit is past, each of which sets the timer anew
			synctest.Wait()
			r.recipients()
			assert.Zero(t, r.count("escalations_overdue_total", nil), name)

			id := alerting.IncidentID(p.From, p.ID)
			r.LoseStep(id, lost())
			time.Sleep(11 * time.Second) // an audit every 5 s, of what is late for 3 s
			synctest.Wait()
			assert.EqualValues(t, 1, r.count("escalations_overdue_total", nil), name)
			fault := r.fault(alerting.FactEscalation)
			assert.Equal(t, alerting.KindHubFault, fault.Kind, name)
			assert.Equal(t, alerting.High, fault.Severity, name)
			assert.Equal(t, id, fault.Device, "which incident it was: "+name)
			assert.Contains(t, r.recipients(), "officer", name)

			at, m := r.since(began, "desk-1")
			assert.Equal(t, time.Minute, at, name)
			assert.Equal(t, id, m.Incident, name)
			assert.Contains(t, m.Text.ZH, "无人签收", name)
		})
	}
}

// What is in order is no fault: steps to come, steps that repeat, what somebody
// took on, and what has no steps left.
func TestTheAuditorFindsNothingWhereNothingIsLost(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		taken, open := press("b-1"), press("b-2")
		require.NoError(t, r.Press(taken))
		require.NoError(t, r.Press(open))
		synctest.Wait()
		r.takenOn(alerting.IncidentID(taken.From, taken.ID))
		r.LoseStep(alerting.IncidentID(taken.From, taken.ID), time.Time{}) // nobody waits for any
		_, err := r.do(officer, alerting.IncidentID(taken.From, taken.ID), alerting.VerbAcknowledge)
		require.NoError(t, err)
		for range 30 {
			time.Sleep(20 * time.Second)
			synctest.Wait()
			r.recipients()
		}
		assert.Zero(t, r.count("escalations_overdue_total", nil))
		assert.Len(t, r.Unresolved(), 2, "no fault beside them")
	})
}
