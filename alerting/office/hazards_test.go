package office_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard"
)

func aHazard(n int, at time.Time) hazard.Report {
	return hazard.Report{ID: fmt.Sprintf("h-%d", n), School: "a", At: at, By: "guard", Grade: hazard.General, Text: "x", State: hazard.Open}
}

func TestASchoolHasSoManyOpenHazards(t *testing.T) {
	s, ctx, at := open(t, filepath.Join(t.TempDir(), "office.db")), t.Context(), time.UnixMilli(1_772_400_000_000)
	for n := range 3 {
		require.NoError(t, s.SaveHazard(ctx, aHazard(n, at), 3))
	}
	require.ErrorIs(t, s.SaveHazard(ctx, aHazard(3, at), 3), hazard.ErrFull)
	err := s.SaveHazard(ctx, aHazard(2, at), 3)
	require.ErrorIs(t, err, alerting.ErrConflict)
	require.NotErrorIs(t, err, hazard.ErrFull, "the same one again is no further one")
	other := aHazard(3, at)
	other.School = "b"
	require.NoError(t, s.SaveHazard(ctx, other, 3), "another school has its own")
	require.NoError(t, s.MoveHazard(ctx, "h-0", 0, hazard.Step{At: at, By: "officer", To: hazard.Done, Reason: "x"}))
	require.ErrorIs(t, s.MoveHazard(ctx, "h-0", 0, hazard.Step{At: at, To: hazard.Open, Reason: "x"}), alerting.ErrConflict)
	require.NoError(t, s.SaveHazard(ctx, aHazard(4, at), 3), "what is done makes room")
	_, err = s.Hazard(ctx, "h-9")
	require.ErrorIs(t, err, alerting.ErrNotFound)
}

func TestWhatIsDoneIsListedLastAndNotForEver(t *testing.T) {
	s, ctx, at := open(t, filepath.Join(t.TempDir(), "office.db")), t.Context(), time.UnixMilli(1_772_400_000_000)
	for n := range 6 {
		require.NoError(t, s.SaveHazard(ctx, aHazard(n, at.Add(time.Duration(n)*time.Minute)), 99))
		if n < 4 {
			require.NoError(t, s.MoveHazard(ctx, fmt.Sprintf("h-%d", n), 0, hazard.Step{At: at.Add(time.Duration(10-n) * time.Hour), To: hazard.Done, Reason: "x"}))
		}
	}
	all, err := s.Hazards(ctx, "a", "", 3)
	require.NoError(t, err)
	var ids []string
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	assert.Equal(t, []string{"h-5", "h-4", "h-0", "h-1", "h-2"}, ids)
}

// A photo is kept for 90 days from when its hazard was done, a report for three
// years, and what is not done for as long as that takes.
func TestWhatWasDoneLongAgoIsForgotten(t *testing.T) {
	s, ctx, at := open(t, filepath.Join(t.TempDir(), "office.db")), t.Context(), time.UnixMilli(1_772_400_000_000)
	for n := range 2 {
		require.NoError(t, s.SaveHazard(ctx, aHazard(n, at), 9))
		require.NoError(t, s.SaveHazardPhoto(ctx, fmt.Sprintf("h-%d", n), []byte("jpeg"), []byte("sum")))
	}
	require.ErrorIs(t, s.SaveHazardPhoto(ctx, "h-0", []byte("other"), []byte("sum")), alerting.ErrConflict)
	require.Error(t, s.SaveHazardPhoto(ctx, "h-9", []byte("jpeg"), []byte("sum")), "of no report")
	done := at.Add(24 * time.Hour)
	require.NoError(t, s.MoveHazard(ctx, "h-0", 0, hazard.Step{At: done, By: "officer", To: hazard.Done, Reason: "x"}))
	there := func() (reports, photos int) {
		all, err := s.Hazards(ctx, "a", "", 9)
		require.NoError(t, err)
		number, _, err := s.HazardPhotos(ctx)
		require.NoError(t, err)
		return len(all), number
	}
	for _, c := range []struct {
		now             time.Time
		reports, photos int
	}{
		{done.Add(hazard.PhotosKept), 2, 2},
		{done.Add(hazard.PhotosKept + time.Millisecond), 2, 1},
		{done.Add(hazard.ReportsKept), 2, 1},
		{done.Add(hazard.ReportsKept + time.Millisecond), 1, 1},
	} {
		require.NoError(t, s.Prune(ctx, c.now))
		reports, photos := there()
		assert.Equal(t, [2]int{c.reports, c.photos}, [2]int{reports, photos}, c.now)
	}
	left, err := s.Hazard(ctx, "h-1")
	require.NoError(t, err)
	assert.Equal(t, int64(4), left.Photo.Size)
}
