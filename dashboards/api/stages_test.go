package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// What became confidential after it was recorded does not exist for whoever may
// not see it, not even as a number.
func TestHowFastPeopleWereToldKeepsWhatIsConfidential(t *testing.T) {
	past := said()
	now := time.Now()
	past.incidents = []string{"one", "other", "no longer known"}
	h := startPast(t, &past)
	open := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	hidden := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Emergency))
	h.engine.Conceal(hidden.ID)
	past.incidents[0], past.incidents[1] = open.ID, hidden.ID
	told := func(account, school string) (api.Deliveries, error) {
		a, ok := campus().Account(account)
		require.True(t, ok)
		return h.server.Service().Deliveries(t.Context(), a, school, now.Add(-24*time.Hour), now)
	}
	for account, want := range map[string]int{"liaison-1": 1, "officer-1": 1, "named-1": 2} {
		got, err := told(account, apitest.School)
		require.NoError(t, err, account)
		assert.Len(t, got.Told, want, account)
		assert.Zero(t, got.LeftOut, account)
	}
	for _, account := range []string{"guard-1", "admin-1", "parent-1", "district-1", "staff-1"} {
		_, err := told(account, apitest.School)
		require.ErrorIs(t, err, alerting.ErrForbidden, account)
	}
	_, err := told("officer-1", apitest.Other)
	require.ErrorIs(t, err, alerting.ErrNotFound)
}
