package provision

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
)

// At any hour somebody is on the demonstration's roster, and has a card that
// the virtual reader is shown.
func TestTheRosterFitsThePostAtAnyHour(t *testing.T) {
	of, ok := load(t, demo(t, t.TempDir(), options(0))).Duty[school]
	require.True(t, ok)
	from, err := calendar.ParseDate("2026-11-20") // a Friday
	require.NoError(t, err)
	days := calendar.Span{From: from, To: from.Add(3)}
	got, err := sheet.Job{Setup: of.Setup, Calendar: of.Calendar, Zone: of.Zone, Span: days}.Import(strings.NewReader(Roster(days)))
	require.NoError(t, err)
	require.Empty(t, got.Faults)
	covered := map[time.Time]bool{}
	for _, e := range got.Entries {
		for _, s := range of.Setup.Shifts(of.Calendar, of.Zone, e.Date) {
			for at := s.From; s.ShiftKey == e.ShiftKey && at.Before(s.To); at = at.Add(time.Hour) {
				covered[at.UTC()] = true
			}
		}
	}
	for at := from.Add(1).At(0, of.Zone); at.Before(from.Add(3).At(0, of.Zone)); at = at.Add(time.Hour) {
		assert.True(t, covered[at.UTC()], at)
	}
}

func TestAQuietDemonstrationWatchesNoPosts(t *testing.T) {
	opt := options(0)
	opt.Quiet = true
	assert.Empty(t, load(t, demo(t, t.TempDir(), opt)).Duty)
}
