package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// absences are the warnings of leave at the campus, whose guards have these
// hours and leave.
func absences(t *testing.T, hours, leave map[string]string, now time.Time) []string {
	t.Helper()
	all := shifted(t, hours).ContactsOf("ziwei")
	for name, spans := range leave {
		i := slices.IndexFunc(all, func(c people.Contact) bool { return c.Name == name })
		require.GreaterOrEqual(t, i, 0, name)
		for _, text := range strings.Fields(spans) {
			span, err := calendar.ParseSpan(text)
			require.NoError(t, err)
			all[i].Leave = append(all[i].Leave, span)
		}
	}
	d := people.New(people.Lists{Schools: []people.School{ziwei}, Terminals: campus().TerminalsOf("ziwei"), Contacts: all})
	var out []string
	for _, w := range policy.Check(policy.BuiltIn(), "schools[0]", d, ziwei, now).Warnings {
		if strings.Contains(w.Message, "leave has nobody") {
			out = append(out, w.Message)
		}
	}
	return out
}

// Days on which all of an audience are on leave are warned of before they come.
func TestDaysOnWhichLeaveHasNobodyThereAreWarnedOf(t *testing.T) {
	of := func(days string) []string {
		return []string{"leave has nobody of guards there at ziwei on " + days + ", for the day or a part of it; all of them are told then"}
	}
	const first, second = "2026-03-02..2026-03-06 2026-04-06", "2026-03-05..2026-03-10 2026-04-06..2026-04-07"
	both := map[string]string{"guard-1": first, "guard-2": second}
	night := map[string]string{"guard-1": "07:00-19:00", "guard-2": "19:00-07:00"}
	for name, c := range map[string]struct {
		hours, leave map[string]string
		now          time.Time
		want         []string
	}{
		"the other one is there":  {leave: map[string]string{"guard-1": first}, now: noon},
		"both":                    {leave: both, now: noon, want: of("2026-03-05..2026-03-06, 2026-04-06")},
		"some of it is over":      {leave: both, now: noon.AddDate(0, 0, 4), want: of("2026-03-06, 2026-04-06")},
		"its last day":            {leave: both, now: time.Date(2026, 4, 6, 23, 59, 0, 0, china), want: of("2026-04-06")},
		"all of it is over":       {leave: both, now: time.Date(2026, 4, 7, 0, 0, 0, 0, china)},
		"one of two shifts":       {hours: night, leave: map[string]string{"guard-1": "2026-03-05"}, now: noon, want: of("2026-03-05")},
		"nobody's hours are not":  {hours: map[string]string{"guard-1": "mon 07:00-19:00", "guard-2": "mon 07:00-19:00"}, leave: map[string]string{"guard-1": "2026-03-05", "guard-2": "2026-03-05"}, now: noon},
		"over the end of a shift": {hours: map[string]string{"guard-1": "07:00-19:00", "guard-2": "07:00-12:00"}, leave: map[string]string{"guard-1": "2026-03-05"}, now: noon, want: of("2026-03-05")},
		"from the start of one":   {hours: map[string]string{"guard-1": "07:00-19:00", "guard-2": "09:00-19:00"}, leave: map[string]string{"guard-1": "2026-03-05"}, now: noon, want: of("2026-03-05")},
		"not on the same day":     {leave: map[string]string{"bureau": "2026-03-05", "protection": "2026-03-06"}, now: noon},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, absences(t, c.hours, c.leave, c.now)) })
	}
	var days []string
	for month := range 9 {
		days = append(days, calendar.Date{Year: 2027, Month: time.Month(month + 1), Day: 1}.String())
	}
	many := absences(t, nil, map[string]string{"teachers": strings.Join(days, " ")}, noon)
	require.Len(t, many, 1)
	assert.Contains(t, many[0], "nobody of staff there at ziwei on 2027-01-01, 2027-02-01, 2027-03-01, 2027-04-01, 2027-05-01, 2027-06-01, 2027-07-01 and 2 more, for")
}
