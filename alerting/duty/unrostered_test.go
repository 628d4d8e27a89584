package duty_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty"
)

// A roster that ends is said some school days before, whatever lies between; a
// gap is, too.
func TestARosterThatEndsIsSaidBeforehand(t *testing.T) {
	s := morning(t)
	s.Setup.Points = []string{"fence"}
	said := func(today string, rostered ...string) (out []string) {
		var entries []duty.Entry
		for _, d := range rostered {
			entries = append(entries, duty.Entry{ShiftKey: duty.ShiftKey{Date: date(t, d), PostID: "main-gate", Window: "morning"}, Person: "wang", Role: duty.Guard})
		}
		r, err := duty.NewRoster(entries)
		assert.NoError(t, err)
		s.Roster = r
		for _, n := range s.Notices(date(t, today).At(12*60, s.Zone)) {
			out = append(out, n.EN[:10]+" "+n.ZH[:10])
		}
		return out
	}
	week := []string{"2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"} // Monday to Friday
	assert.Empty(t, said("2026-03-03", week...), "three school days lie ahead: Wednesday to Friday")
	monday := []string{"2026-03-09 2026-03-09"}
	for _, d := range week[2:] {
		assert.Equal(t, monday, said(d, week...), d)
	}
	assert.Equal(t, monday, said("2026-03-08", week...), "on the Sunday before")
	assert.Equal(t, []string{"2026-03-05 2026-03-05"}, said("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-06"), "a gap")
	s.Setup.Times.Ahead = 1
	assert.Empty(t, said("2026-03-05", week...))
	assert.Equal(t, monday, said("2026-03-06", week...))
	s.Setup.Points, s.Setup.Posts = nil, nil
	assert.Empty(t, said("2026-03-06"), "without posts nobody is wanted")
}

func TestASchoolWithoutPointsIsTold(t *testing.T) {
	s := full(t)
	now := s.when("12:00:00")
	said := func() (out []string) {
		for _, n := range s.Notices(now) {
			out = append(out, n.EN)
		}
		return out
	}
	want := "No points of the patrol rounds are set (points in duty): no round is watched, and none is missed"
	s.Setup.Points = nil
	assert.Contains(t, said(), want)
	s.Setup.Points = []string{"fence"}
	assert.NotContains(t, said(), want)
}

// The gatehouse is occupied on a Sunday too; that nobody is on its roster then is
// no reason to tell anybody.
func TestADayOffWithoutARosterIsNotRaised(t *testing.T) {
	s := full(t)
	s.Setup = setup(t, "pattern: primary\n"+posts("gatehouse"))
	s.Roster = duty.Roster{}
	on := func(day string) (duty.Raise, bool) { return s.Unrostered(date(t, day).At(12*60, s.Zone)) }
	r, ok := on("2026-03-06")
	assert.True(t, ok)
	assert.Equal(t, "2026-03-06/roster", r.Object)
	again, _ := s.Unrostered(date(t, "2026-03-06").At(20*60, s.Zone))
	assert.Equal(t, r.Incident("a"), again.Incident("a"), "the same all day")
	day, ok := duty.UnrosteredOn(r.Object)
	assert.True(t, ok)
	assert.Equal(t, date(t, "2026-03-06"), day)
	_, ok = on("2026-03-08")
	assert.False(t, ok, "a Sunday")
	for _, other := range []string{"", "/roster", "2026-03-06/gate/roster", "2026-13-06/roster", "2026-03-06/gate/morning"} {
		_, ok := duty.UnrosteredOn(other)
		assert.False(t, ok, other)
	}
}
