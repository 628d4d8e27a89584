package engine_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
)

func lostButton() engine.Condition {
	return engine.Condition{School: school, Kind: "button-lost", Object: "b-1", Place: aReport().Place}
}

func (r *rig) eventually(incident string, is func(alerting.Incident) bool) alerting.Incident {
	r.t.Helper()
	var i alerting.Incident
	require.Eventually(r.t, func() bool {
		var err error
		i, err = r.Incident(r.t.Context(), incident)
		return err == nil && is(i)
	}, 20*time.Second, time.Millisecond)
	return i
}

func TestAConditionThatEndsIsClosedByTheHubAlsoAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	i := r.foundBy(lostButton())
	r.stop()
	r = start(t, path, nil)
	require.NoError(t, r.Ended(lostButton()))
	closed := r.eventually(i.ID, alerting.Incident.Resolved)
	assert.Equal(t, alerting.OutcomeReal, closed.Outcome)
	require.NoError(t, r.Ended(lostButton()), "there is none any more")
	require.Eventually(t, func() bool { return len(r.Unresolved()) == 0 }, 20*time.Second, time.Millisecond)
	assert.NotEqual(t, i.ID, r.foundBy(lostButton()).ID, "another loss is another incident")
}

func TestWhatSomebodyHasTakenOnIsTheirsToClose(t *testing.T) {
	r := start(t, "", nil)
	i := r.foundBy(lostButton())
	_, err := r.Do(t.Context(), alerting.Command{Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: deputy})
	require.NoError(t, err)
	require.NoError(t, r.Ended(lostButton()))
	said := r.eventually(i.ID, func(i alerting.Incident) bool {
		return i.Timeline[len(i.Timeline)-1].Event == alerting.EventNoted
	})
	assert.False(t, said.Resolved())
	assert.Equal(t, alerting.ActorHub, said.Timeline[len(said.Timeline)-1].Actor)
	require.NoError(t, r.Ended(lostButton()))
	again, err := r.Incident(t.Context(), i.ID) // asked behind it
	require.NoError(t, err)
	assert.Len(t, again.Timeline, len(said.Timeline), "it is said once")
}

func TestAnOpenedCaseDoesNotEndByItself(t *testing.T) {
	r := start(t, "", nil)
	for _, k := range []alerting.Kind{"tamper", "emergency", alerting.KindHubFault, ""} {
		require.ErrorIs(t, r.Ended(engine.Condition{School: school, Kind: k, Object: "b-1"}), alerting.ErrInvalid, k)
	}
}
