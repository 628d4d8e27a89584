package provision

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/duty/watch"
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

// Each of the five rounds of a day is walked while its points count, however its
// start is shifted, by somebody who is on the roster then.
func TestTheRoundsAreWalkedAtReadersOfTheirPoints(t *testing.T) {
	d := demo(t, t.TempDir(), options(0))
	of := load(t, d).Duty[school]
	var at []int
	for _, r := range of.Setup.Rounds {
		if r.On == duty.Every && r.If == "" {
			at = append(at, r.At)
		}
	}
	require.Len(t, at, duty.LeastRounds)
	require.NotEmpty(t, of.Setup.Points)
	walked := Patrols(at, of.Zone)
	require.Len(t, walked, 2, "by day and by night")
	times := 0
	for _, p := range walked {
		times += len(p.At)
		var points []string
		for _, reader := range p.Readers {
			at := slices.IndexFunc(d.Devices, func(o Device) bool { return o.Username == reader })
			require.GreaterOrEqual(t, at, 0)
			points = append(points, d.Devices[at].Place)
		}
		assert.Equal(t, of.Setup.Points, points)
		assert.True(t, slices.ContainsFunc(of.People, func(w watch.Person) bool { return w.Card == hex.EncodeToString(p.Card) }))
	}
	assert.Equal(t, len(at), times)
}

func TestAQuietDemonstrationWatchesNoPosts(t *testing.T) {
	opt := options(0)
	opt.Quiet = true
	assert.Empty(t, load(t, demo(t, t.TempDir(), opt)).Duty)
}

func TestTheMadeUpTermHasNoSchoolDayMoreOrLess(t *testing.T) {
	now := time.Date(2026, time.October, 20, 9, 0, 0, 0, time.UTC)
	term, err := TermOf(now)
	require.NoError(t, err)
	opt := options(0)
	opt.Term = term
	cfg := load(t, demo(t, t.TempDir(), opt))
	with, zone := cfg.Calendars[school], cfg.Schools[0].Location()
	require.NotNil(t, with)
	assert.Empty(t, with.Notices(calendar.On(now, zone)), "nothing is open")
	require.NotEmpty(t, calendar.Default().Notices(calendar.On(now, zone)), "without it there is")
	for d := term.From; d != term.To.Add(1); d = d.Add(1) {
		assert.Equal(t, calendar.Default().Day(d).Type, with.Day(d).Type, "%v: the virtual gates know the public calendar alone", d)
	}
	assert.False(t, with.Day(term.To.Add(1)).Manned())
}
