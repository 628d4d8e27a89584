package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
)

func TestDatesAreRead(t *testing.T) {
	for _, bad := range []string{"", "2026-2-3", "2026-02-30", "20260203", "2026-02-03 ", "1999-01-01", "2100-01-01", "2026-02-03T00:00:00Z"} {
		_, err := calendar.ParseDate(bad)
		assert.Error(t, err, bad)
	}
	assert.Equal(t, "2026-03-01", date(t, "2026-02-28").Add(1).String())
	assert.Equal(t, 366, date(t, "2028-01-01").DaysTo(date(t, "2029-01-01")))
}

// The school's zone decides which date it is, not the hub's.
func TestADateIsTheSchools(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	at := time.Date(2026, 2, 28, 16, 30, 0, 0, time.UTC)
	assert.Equal(t, "2026-03-01", calendar.On(at, shanghai).String())
	assert.Equal(t, "2026-02-28", calendar.On(at, time.UTC).String())
}

func TestMinutesOfADay(t *testing.T) {
	for _, d := range []struct {
		zone, date string
		minute     int
		want       string // UTC
	}{
		{"Asia/Shanghai", "2026-03-02", 7*60 + 20, "2026-03-01T23:20:00Z"},
		{"Asia/Shanghai", "2026-03-02", 24*60 + 30, "2026-03-02T16:30:00Z"},
		{"Europe/Berlin", "2026-03-29", 2*60 + 30, "2026-03-29T01:00:00Z"}, // left out
		{"Europe/Berlin", "2026-03-29", 2 * 60, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-29", 3 * 60, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-10-25", 2*60 + 30, "2026-10-25T00:30:00Z"}, // the first of two
		{"Europe/Berlin", "2026-10-25", 3 * 60, "2026-10-25T02:00:00Z"},
		{"Europe/Berlin", "2026-10-24", 26*60 + 30, "2026-10-25T00:30:00Z"}, // a night's shift
		{"America/New_York", "2026-03-08", 2*60 + 15, "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-11-01", 90, "2026-11-01T05:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", 105, "2026-04-04T14:45:00Z"}, // half an hour, the first of two
		{"Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:30:00Z"},
		{"America/Sao_Paulo", "2018-11-04", 15, "2018-11-04T03:00:00Z"}, // midnight is left out
		{"Pacific/Apia", "2011-12-30", 60, "2011-12-30T10:00:00Z"},      // the whole day is
	} {
		zone, err := time.LoadLocation(d.zone)
		require.NoError(t, err)
		assert.Equal(t, d.want, date(t, d.date).At(d.minute, zone).UTC().Format(time.RFC3339), "%s %s %d", d.zone, d.date, d.minute)
	}
}

// Whatever the zone, the minutes of a day follow each other, and each is shown
// by the clock at its instant unless the clock leaves it out.
func TestMinutesNeverGoBack(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Tehran"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		for d := date(t, "2021-01-01"); d.Year == 2021; d = d.Add(1) {
			last := d.At(0, zone)
			for minute := 15; minute <= 24*60; minute += 15 {
				at := d.At(minute, zone)
				require.False(t, at.Before(last), "%s %v %d", name, d, minute)
				last = at
			}
			require.Equal(t, last, d.Add(1).At(0, zone))
		}
	}
}

func TestDatesAsText(t *testing.T) {
	text, err := date(t, "2026-09-01").MarshalText()
	require.NoError(t, err)
	var d calendar.Date
	require.NoError(t, d.UnmarshalText(text))
	assert.Equal(t, date(t, "2026-09-01"), d)
	assert.Error(t, d.UnmarshalText([]byte("tomorrow")))
}
