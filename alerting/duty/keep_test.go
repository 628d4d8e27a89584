package duty_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// What becomes of a claim follows from what the roster that comes leaves open.
func TestAClaimIsKeptWhereItsSlotIsOpen(t *testing.T) {
	s := &school{t: t, Watch: duty.Watch{
		Setup: setup(t, "pattern: primary\n"+posts("main-gate", "crossing")), Calendar: days(t, "{}"), Zone: zone(t, "Asia/Shanghai"),
	}}
	gate, far := s.key("main-gate", "morning"), s.key("crossing", "morning")
	claim := func(k duty.ShiftKey, who string, minute int) duty.Entry {
		return duty.Entry{ShiftKey: k, Person: who, Role: duty.Volunteer, Claimed: true, Named: time.Unix(int64(60*minute), 0)}
	}
	puts := func(k duty.ShiftKey, who string, role duty.Role) duty.Entry {
		return duty.Entry{ShiftKey: k, Person: who, Role: role}
	}
	none := gate
	none.Window = "midnight"
	other := gate
	other.Date = other.Date.Add(1)
	helped := puts(gate, "zhao", duty.Guard)
	helped.Substitute = "jin"
	called := puts(far, "zhao", duty.Guard)
	called.Substitute = "jin"
	for name, c := range map[string]struct {
		before, sheet []duty.Entry
		want          []string // who stands at the shifts, claimed or not
		lost          []string
	}{
		"open":         {[]duty.Entry{claim(gate, "jin", 1)}, []duty.Entry{puts(gate, "zhao", duty.Guard)}, []string{"zhao", "jin claimed"}, nil},
		"on the sheet": {[]duty.Entry{claim(gate, "jin", 1)}, []duty.Entry{puts(gate, "jin", duty.Volunteer)}, []string{"jin claimed"}, nil},
		"another role": {[]duty.Entry{claim(gate, "jin", 1)}, []duty.Entry{puts(gate, "jin", duty.Teacher)}, []string{"jin"}, nil},
		"a substitute": {[]duty.Entry{claim(gate, "jin", 1)}, []duty.Entry{helped}, []string{"zhao"}, []string{"jin time"}},
		"ready elsewhere": {
			[]duty.Entry{claim(gate, "jin", 1)}, []duty.Entry{called}, []string{"zhao"}, []string{"jin time"},
		},
		"elsewhere":     {[]duty.Entry{claim(gate, "jin", 1)}, []duty.Entry{puts(far, "jin", duty.Volunteer)}, []string{"jin"}, []string{"jin time"}},
		"no such shift": {[]duty.Entry{claim(none, "jin", 1)}, []duty.Entry{puts(gate, "zhao", duty.Guard)}, []string{"zhao"}, []string{"jin shift"}},
		"no such day":   {[]duty.Entry{claim(gate, "jin", 1)}, []duty.Entry{puts(other, "zhao", duty.Guard)}, []string{"zhao"}, []string{"jin day"}},
		"the school's":  {[]duty.Entry{puts(gate, "jin", duty.Volunteer)}, []duty.Entry{puts(gate, "zhao", duty.Guard)}, []string{"zhao"}, nil},
		"the first goes first": {
			[]duty.Entry{claim(gate, "an", 3), claim(gate, "jin", 1), claim(gate, "wei", 2)}, []duty.Entry{puts(gate, "he", duty.Volunteer)},
			[]string{"he", "jin claimed"}, []string{"wei slot", "an slot"},
		},
		"nobody twice": {
			[]duty.Entry{claim(far, "jin", 2), claim(gate, "jin", 1)}, []duty.Entry{puts(gate, "zhao", duty.Guard)}, []string{"zhao", "jin claimed"}, []string{"jin time"},
		},
	} {
		r, err := duty.NewRoster(c.sheet)
		require.NoError(t, err, name)
		next, got, err := r.Keep(c.before, func(d calendar.Date) []duty.Shift { return s.Setup.Shifts(s.Calendar, s.Zone, d) })
		require.NoError(t, err, name)
		var stand, lost []string
		for _, e := range next.Entries() {
			stand = append(stand, e.Person+map[bool]string{true: " claimed"}[e.Claimed])
		}
		for _, l := range got.Lost {
			lost = append(lost, fmt.Sprint(l.Person, " ", l.Why))
		}
		assert.Equal(t, c.want, stand, name)
		assert.Equal(t, c.lost, lost, name)
		for _, e := range got.Kept {
			assert.False(t, e.Named.IsZero(), "%s: since when they stand there is kept", name)
		}
		assert.Equal(t, c.sheet, r.Entries(), "a roster is never changed")
	}
}
