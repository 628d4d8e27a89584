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
	"example.org/campushub/alerting/trial"
)

func TestTestsOfWaysAreKeptAsLongAsTheirInspectionMayAskForThem(t *testing.T) {
	s, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer s.Close()
	now := time.Now().UTC().Truncate(time.Millisecond)
	k := alerting.LegKey{Audience: alerting.School, Recipient: "leader", Channel: alerting.ChannelSMS}
	at := func(id string, ago time.Duration) trial.Trial {
		return trial.Trial{ID: id, School: "s", Leg: k, Via: alerting.ViaInternet, By: "officer-1", Reason: "routine", At: now.Add(-ago), State: alerting.Planned}
	}
	const year = 365 * 24 * time.Hour
	for _, one := range []trial.Trial{at("new", 0), at("old", 2*year), at("gone", 4*year)} {
		require.NoError(t, s.SaveTrial(t.Context(), one))
	}
	done := at("new", 0)
	done.State, done.HandedAt = alerting.Handed, now
	require.NoError(t, s.SaveTrial(t.Context(), done))
	works := trial.Sign{Leg: k, WorkedAt: now, Reached: alerting.Handed, WorkedBy: trial.ByTest}
	require.NoError(t, s.SaveSigns(t.Context(), []trial.Sign{{Leg: k, FailedAt: now.Add(-time.Hour)}}))
	require.NoError(t, s.SaveSigns(t.Context(), []trial.Sign{works}))

	require.NoError(t, s.Prune(t.Context(), now))
	all, err := s.Trials(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, []trial.Trial{done, at("old", 2*year)}, all)
	signs, err := s.Signs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []trial.Sign{works}, signs)
	require.NoError(t, s.Prune(t.Context(), now.Add(2*year)))
	signs, err = s.Signs(t.Context())
	require.NoError(t, err)
	assert.Empty(t, signs)
}
