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

func TestAWordThatADrillIsNoneOpensOneLiveIncident(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	r := start(t, path, nil)
	teacher := alerting.Actor{Name: "teacher", Role: alerting.RoleStaff}
	drill := press("b-1")
	drill.Mode = devices.Drill
	require.NoError(t, r.Press(drill))

	live, err := r.Declare(t.Context(), school, "fire", "d-1", teacher)
	require.NoError(t, err)
	assert.Equal(t, []any{devices.Live, alerting.Kind("fire"), true, false}, []any{live.Mode, live.Kind, live.Stored, live.Latched})
	assert.Equal(t, alerting.IncidentID(drill.From, drill.ID), live.DrillOf)
	assert.Equal(t, live.ID, r.next("desk-1").Incident, "the police are told")
	again, err := r.Declare(t.Context(), school, "fire", "d-1", teacher)
	require.NoError(t, err)
	assert.Equal(t, live.ID, again.ID)
	r.stop()

	r = start(t, path, nil)
	again, err = r.Declare(t.Context(), school, "fire", "d-1", teacher)
	require.NoError(t, err)
	assert.Equal(t, live.ID, again.ID, "also after a restart, while it is unresolved")
}

func TestAButtonThatDrillsByItselfIsAFaultOnce(t *testing.T) {
	r := start(t, "", nil)
	from := devices.Address{School: school, Device: "b-1"}
	r.Unexpected(from)
	r.Unexpected(from)
	_, err := r.Incident(t.Context(), "none") // asked behind both
	require.ErrorIs(t, err, alerting.ErrNotFound)
	var faults []alerting.Incident
	require.Eventually(t, func() bool {
		faults = nil
		for _, i := range r.Unresolved() {
			if i.Kind == alerting.KindHubFault {
				faults = append(faults, i)
			}
		}
		return len(faults) > 0
	}, time.Minute, time.Millisecond)
	require.Len(t, faults, 1)
	assert.Equal(t, "b-1", faults[0].Device)
}
