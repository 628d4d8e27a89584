package office_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/rules"
)

// Who muted what stays to be read, whatever came of it, for more than a year.
func TestMutesAreKeptAsTheyWere(t *testing.T) {
	s, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer s.Close()
	now := time.UnixMilli(1_772_400_000_123).UTC()
	one := rules.Mute{ID: "1", School: "a", Device: "g-1", Rule: "G1", By: "officer", Reason: "x", From: now, Until: now.Add(time.Hour)}
	two := rules.Mute{ID: "2", School: "a", Rule: "G2", By: "officer", Reason: "y", From: now.Add(time.Minute), Until: now.Add(2 * time.Hour)}
	for _, m := range []rules.Mute{one, two} {
		require.NoError(t, s.SaveMute(t.Context(), m))
	}
	forged := one
	forged.By = "nobody"
	require.ErrorIs(t, s.SaveMute(t.Context(), forged), alerting.ErrConflict)
	one.Lifted, one.LiftedBy = now.Add(time.Minute), "deputy"
	require.NoError(t, s.LiftMute(t.Context(), one))
	later := one
	later.LiftedBy = "nobody"
	require.NoError(t, s.LiftMute(t.Context(), later))

	all, err := s.Mutes(t.Context(), "a", 10)
	require.NoError(t, err)
	assert.Equal(t, []rules.Mute{two, one}, all)
	held, err := s.HeldMutes(t.Context(), now.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []rules.Mute{two}, held)
	for _, c := range []struct {
		age  time.Duration
		left int
	}{{399 * 24 * time.Hour, 2}, {401 * 24 * time.Hour, 0}} {
		require.NoError(t, s.Prune(t.Context(), now.Add(c.age)))
		all, err = s.Mutes(t.Context(), "a", 10)
		require.NoError(t, err)
		assert.Len(t, all, c.left)
	}
}
