package office_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/office"
)

func TestWhenPostsCouldNotBeSeenOutlivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	open := func() *office.Store {
		s, err := office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return s
	}
	now := time.UnixMilli(1_772_400_000_123).UTC()
	reader := duty.Blind{Post: "gate", From: now.Add(-time.Hour), To: now}
	link := duty.Blind{From: now.Add(-time.Minute)} // it lasts
	s := open()
	require.NoError(t, s.SaveBlinds(t.Context(), "a", duty.Blinds{{Post: "gate", From: now.Add(-time.Hour)}}))
	require.NoError(t, s.SaveBlinds(t.Context(), "a", duty.Blinds{reader, link}))
	require.NoError(t, s.SaveBlinds(t.Context(), "b", duty.Blinds{link}))
	require.NoError(t, s.Close())
	s = open()
	defer s.Close()
	all, err := s.Duty(t.Context(), now)
	require.NoError(t, err)
	assert.Equal(t, duty.Blinds{reader, link}, all["a"].Blinds)
	assert.Equal(t, duty.Blinds{link}, all["b"].Blinds)
}
