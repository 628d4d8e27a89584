package engine_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// What the counts are made of is what the journal keeps: it is the same after a
// restart.
func TestFalseAlarmsAreCountedFromWhatIsStored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	for range alerting.DeviceWarning {
		p := press("b-1")
		require.NoError(t, r.Press(p))
		for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} { // as accidental
			_, err := r.do(liaison, alerting.IncidentID(p.From, p.ID), v)
			require.NoError(t, err)
		}
	}
	r.stop()

	r = start(t, path, nil)
	past, err := r.List(t.Context(), alerting.Query{Schools: []string{school}, State: alerting.StateResolved, Limit: 50})
	require.NoError(t, err)
	want := alerting.FalseAlarms{Device: alerting.DeviceWarning, Warn: true}
	assert.Equal(t, want, alerting.CountFalseAlarms(past, devices.Address{School: school, Device: "b-1"}, time.Now(), alerting.FalseAlarmRule{}))
	assert.Zero(t, alerting.CountFalseAlarms(past, devices.Address{School: school, Device: "b-2"}, time.Now(), alerting.FalseAlarmRule{}))
}

// A group is a way of looking: each of its incidents is taken on by an event of
// its own, and what was taken apart stays so after a restart.
func TestPressesOfOneSchoolAreAGroupOfTheirOwnIncidents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	require.NoError(t, r.Press(press("b-1")))
	require.NoError(t, r.Press(press("b-2")))
	_, err := r.Incident(t.Context(), r.next("desk-1").Incident)
	require.NoError(t, err)
	groups := alerting.Groups(r.Unresolved(), nil)
	require.Len(t, groups, 1)
	one, two := groups[0].Incidents[0], groups[0].Incidents[1]
	for _, i := range groups[0].Incidents {
		done, err := r.do(liaison, i.ID, alerting.VerbAcknowledge)
		require.NoError(t, err)
		require.Len(t, done.Acknowledgements, 1)
	}
	_, err = r.Do(t.Context(), alerting.Command{Incident: one.ID, Verb: alerting.VerbUnlink, Actor: officer, Other: two.ID})
	require.NoError(t, err)
	r.stop()

	r = start(t, path, nil)
	assert.Empty(t, alerting.Groups(r.Unresolved(), nil))
	assert.Len(t, r.Unresolved(), 2, "nothing was merged")
}
