package hub_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Whoever gives way to alarms hears of a press when it comes, and of what a
// person raises when the first is told of it; a path check is none.
func TestAnAlarmIsOneWhoeverRaisesIt(t *testing.T) {
	r := start(t, func(yaml string) string { return yaml })
	school := r.school(t)
	require.Zero(t, r.LatestAlarm(), "the hub proves its way at the start; that is no alarm")

	before := time.Now()
	require.NoError(t, school.Press("b-1"))
	require.Eventually(t, func() bool { return r.LatestAlarm().After(before) }, patience, time.Millisecond, "it was pressed")

	require.Eventually(t, func() bool { return time.Since(r.LatestAlarm()) > 500*time.Millisecond }, patience, 10*time.Millisecond, "all are told")
	raised := time.Now()
	officer := r.callAs(t, "officer")
	require.Less(t, officer.call(http.MethodPost, "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": r.cfg.Schools[0].ID, "place": r.cfg.Schools[0].Places[0].ID, "kind": "fight",
	}, nil), 300)
	require.Eventually(t, func() bool { return r.LatestAlarm().After(raised) }, patience, time.Millisecond, "somebody was told")
}
