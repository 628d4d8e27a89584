package office_test

import (
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/pathcheck"
)

func TestPathChecksAreFoundAgainByWhatTheyProve(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s, ctx := open(t, path), t.Context()
	began := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
	for n, k := range []pathcheck.Check{{Everywhere: true}, {ProvenAt: began.Add(61 * time.Second)}, {StoreFailed: "full"}} {
		k.ID, k.School, k.PressedAt = strconv.Itoa(n), "a", began.Add(time.Duration(n)*time.Minute)
		require.NoError(t, s.KeepPathCheck(ctx, k))
	}
	require.NoError(t, s.KeepPathCheck(ctx, pathcheck.Check{ID: "b", School: "b", PressedAt: began}))

	found, err := office.ReadPathRecords(ctx, path)
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, "2", found["a"].Last.ID)
	assert.Equal(t, "full", found["a"].Last.StoreFailed)
	assert.Equal(t, "1", found["a"].Proven.ID)
	assert.Equal(t, time.Second, found["a"].Proven.Took())
	assert.Equal(t, "0", found["a"].Everywhere.ID)
	assert.Nil(t, found["b"].Proven)

	latest, err := s.PathChecks(ctx, "a", 2)
	require.NoError(t, err)
	require.Len(t, latest, 2)
	assert.Equal(t, "2", latest[0].ID)
}

func TestOldPathChecksAreRemoved(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "office.db")), t.Context()
	now := time.Now()
	require.NoError(t, s.KeepPathCheck(ctx, pathcheck.Check{ID: "old", School: "a", PressedAt: now.Add(-time.Hour)}))
	require.NoError(t, s.KeepPathCheck(ctx, pathcheck.Check{ID: "new", School: "a", PressedAt: now}))
	require.NoError(t, s.PrunePathChecks(ctx, now.Add(-time.Minute)))
	left, err := s.PathChecks(ctx, "a", 10)
	require.NoError(t, err)
	require.Len(t, left, 1)
	assert.Equal(t, "new", left[0].ID)
}

func TestNoOfficeIsNotMadeByReading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	_, err := office.ReadPathRecords(t.Context(), path)
	require.Error(t, err)
	assert.NoFileExists(t, path)
}
