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

// missed is a person who was due and did not come.
func missed(due time.Time) engine.Condition {
	return engine.Condition{
		School: school, Kind: "post-missed", Object: "2026-03-04/north/morning/1", Due: due,
		Place: alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}},
	}
}

func (r *rig) condition(c engine.Condition) alerting.Incident {
	r.t.Helper()
	require.NoError(r.t, r.Found(c))
	id := alerting.RaisedIncidentID(c.School, string(c.Kind), c.Object, c.Due)
	var i alerting.Incident
	require.Eventually(r.t, func() bool {
		var err error
		i, err = r.Incident(r.t.Context(), id)
		return err == nil && i.Stored
	}, 20*time.Second, time.Millisecond)
	return i
}

func TestWhatIsDueNamesItsIncidentAndIsRaisedOnceOverARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	due := time.Date(2026, 3, 4, 7, 25, 10, 0, time.UTC)
	r := start(t, path, nil)
	i := r.condition(missed(due))
	assert.Equal(t, alerting.Low, i.Severity)
	assert.Equal(t, alerting.LeadSchool, i.Lead)
	r.stop()

	r = start(t, path, nil)
	again := r.condition(missed(due))
	assert.Equal(t, i.ID, again.ID)
	assert.Len(t, r.Unresolved(), 1)
	assert.Equal(t, i.OpenedAt.UnixMilli(), again.OpenedAt.UnixMilli())
}

func TestWhatIsOverIsClosedByTheHubAndNotRaisedAgain(t *testing.T) {
	r := start(t, "", nil)
	due := time.Date(2026, 3, 4, 7, 25, 10, 0, time.UTC)
	i := r.condition(missed(due))

	require.NoError(t, r.Over(t.Context(), i.ID, "came"))

	closed, err := r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.True(t, closed.Resolved())
	assert.Equal(t, alerting.OutcomeReal, closed.Outcome)
	last := closed.Timeline[len(closed.Timeline)-1]
	assert.Equal(t, "情况已恢复，系统办结", last.Text.ZH)
	require.NoError(t, r.Over(t.Context(), i.ID, "came"), "twice is once")
	require.NoError(t, r.Found(missed(due)))
	r.condition(missed(due.Add(time.Minute))) // stands behind it
	still, err := r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.True(t, still.Resolved())
}

func TestTheHubClosesNothingThatAPersonRaised(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	require.NoError(t, r.Press(p))
	for _, id := range []string{alerting.IncidentID(p.From, p.ID), r.known("missing").ID} {
		require.ErrorIs(t, r.Over(t.Context(), id, "came"), alerting.ErrForbidden)
	}
}

func TestTheHubLeavesOpenWhatSomebodyHasTakenOnAndSaysOnceThatItIsOver(t *testing.T) {
	r := start(t, "", nil)
	i := r.condition(missed(time.Now()))
	_, err := r.do(officer, i.ID, alerting.VerbAcknowledge)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, r.Over(t.Context(), i.ID, "came"))
	}
	open, err := r.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.False(t, open.Resolved())
	said := 0
	for _, e := range open.Timeline {
		if e.Event == alerting.EventNoted {
			said++
		}
	}
	assert.Equal(t, 1, said, "once")
}

func TestWhatIsDueAgainIsToldWhileSomebodyStillWorksOnTheOneBefore(t *testing.T) {
	r := start(t, "", nil)
	due := time.Date(2026, 3, 4, 7, 40, 0, 0, time.UTC)
	first := r.condition(missed(due))
	_, err := r.do(officer, first.ID, alerting.VerbAcknowledge)
	require.NoError(t, err)
	second := r.condition(missed(due.Add(20 * time.Minute)))
	assert.NotEqual(t, first.ID, second.ID)
	assert.Len(t, r.Unresolved(), 2)
}
