package office_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/office"
)

func TestDrillEventsOutliveTheProgramInTheirOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s, err := office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	at := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	plan := drill.Plan{ID: "d-1", Kind: "fire", At: at, ForS: 600, Schools: []drill.Site{{ID: "ziwei", Storeys: 4}}}
	var want []drill.Event
	for _, batch := range [][]drill.Event{
		{{Type: drill.EventPlanned, Drill: "d-0", At: at, Plan: &plan}},
		{{Type: drill.EventPlanned, Drill: "d-1", At: at, Plan: &plan, Actor: alerting.Actor{Name: "office", Role: alerting.RoleOfficer}}},
		{{Type: drill.EventStarted, Drill: "d-1", At: at}, {Type: drill.EventWindow, Drill: "d-1", At: at, School: "ziwei", Device: "b-1", Until: at.Add(time.Minute)}},
	} {
		stored, err := s.AppendDrill(t.Context(), batch)
		require.NoError(t, err)
		want = append(want, stored...)
	}
	require.NoError(t, s.Close())

	s, err = office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer s.Close()
	got, err := s.DrillEvents(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Less(t, got[0].Seq, got[3].Seq)
	latest, err := s.DrillEvents(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, want[1:], latest, "all of the latest drill, and nothing of the one before")
}
