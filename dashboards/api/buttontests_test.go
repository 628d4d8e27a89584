package api

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// pasts is an engine whose list is given; nothing else of it is asked.
type pasts struct {
	Engine
	all []alerting.Incident
	err error
}

func (p pasts) List(context.Context, alerting.Query) ([]alerting.Incident, error) {
	return p.all, p.err
}

func TestWhenEachButtonWasLastTestedAndWhatIsDue(t *testing.T) {
	now := time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	press := func(mode devices.Mode, device string, days int, by ...alerting.Audience) alerting.Incident {
		i := alerting.Incident{School: "a", Device: device, Mode: mode, Stored: true, OpenedAt: ago(days), Presses: []alerting.PressRecord{{ReceivedAt: ago(days)}}}
		for _, a := range by {
			i.Acknowledgements = append(i.Acknowledgements, alerting.Acknowledgement{Audience: a, At: ago(days)})
		}
		return i
	}
	untold := press(devices.Test, "b-3", 1)
	untold.Stored = false
	police, school := alerting.Police, alerting.School
	button := func(id string) people.Device {
		return people.Device{Address: devices.Address{School: "a", Device: id}, Kind: devices.KindButton}
	}
	dir := people.New(people.Lists{Schools: []people.School{{ID: "a"}}, Devices: []people.Device{
		button("b-2"), button("b-1"), button("b-3"), {Address: devices.Address{School: "a", Device: "g-1"}, Kind: devices.KindGate},
		{Address: devices.Address{School: "b", Device: "b-9"}, Kind: devices.KindButton},
	}})
	s := &Service{people: func() *people.Directory { return dir }, engine: pasts{all: []alerting.Incident{
		press(devices.Live, "b-2", 1, police, school), press(devices.Test, "b-2", 2, school), press(devices.Drill, "b-1", 8),
		press(devices.Test, "b-1", 30, police), press(devices.Test, "b-1", 100, police, school), untold,
	}}}

	late := func(b ButtonTest) []bool { return []bool{b.Hub.Overdue, b.Police.Overdue, b.Joint.Overdue} }
	for _, role := range alerting.Roles() {
		all, err := s.ButtonTests(t.Context(), people.Account{Role: role, Schools: []string{"a"}}, now)
		if !role.SeesIncidents() && role != alerting.RoleAdmin {
			require.ErrorIs(t, err, alerting.ErrForbidden, role)
			continue
		}
		require.NoError(t, err)
		require.Len(t, all, 1)
		b := all[0].Buttons
		require.Len(t, b, 3, "the school's buttons, and nothing else")
		assert.True(t, all[0].Whole)
		assert.Equal(t, []bool{true, false, true}, late(b[0]), "8, 30 and 100 days ago, of 7, 31 and 92")
		assert.Equal(t, *stampOrNil(ago(100)), *b[0].Joint.Last)
		assert.Equal(t, *stampOrNil(ago(1)), *b[0].Hub.Due)
		assert.Equal(t, []bool{false, true, true}, late(b[1]), "what is real is no test")
		assert.Nil(t, b[1].Police.Last)
		assert.Equal(t, TestDue{Overdue: true}, b[2].Hub, "what is not on the disk is no proof")
	}
	s.engine = pasts{err: alerting.ErrUnavailable}
	_, err := s.ButtonTests(t.Context(), people.Account{Role: alerting.RoleOfficer, Schools: []string{"a"}}, now)
	require.ErrorIs(t, err, alerting.ErrUnavailable)
}

// On an examination day no button is due for a test and none is overdue: it is
// due on the next day that is none, by the school's own clock.
func TestNoButtonIsDueOnAnExaminationDay(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	at := func(day, hour int) time.Time { return time.Date(2026, 6, day, hour, 0, 0, 0, zone) }
	s := &Service{
		people: func() *people.Directory {
			return people.New(people.Lists{Schools: []people.School{{ID: "a", Zone: zone}}})
		},
		examined: func(school string, on time.Time) bool { // 7 and 8 June
			d := on.In(zone).Format(time.DateOnly)
			return school == "a" && (d == "2026-06-07" || d == "2026-06-08")
		},
	}
	for name, c := range map[string]struct {
		now, last, due  time.Time
		putOff, overdue bool
	}{
		"due before, and tested":        {now: at(5, 9), last: at(4, 9), due: at(11, 9)},
		"due at this very moment":       {now: at(11, 9), last: at(4, 9), due: at(11, 9)},
		"due on the first day":          {now: at(5, 9), last: time.Date(2026, 5, 31, 9, 0, 0, 0, zone), due: at(9, 9), putOff: true},
		"the same, on the day":          {now: at(7, 12), last: time.Date(2026, 5, 31, 9, 0, 0, 0, zone), due: at(9, 9), putOff: true},
		"the same, when it is over":     {now: at(9, 10), last: time.Date(2026, 5, 31, 9, 0, 0, 0, zone), due: at(9, 9), putOff: true, overdue: true},
		"overdue since, on the day":     {now: at(8, 23), last: time.Date(2026, 5, 20, 9, 0, 0, 0, zone), due: at(9, 0), putOff: true},
		"overdue since, the day before": {now: at(6, 23), last: time.Date(2026, 5, 20, 9, 0, 0, 0, zone), due: time.Date(2026, 5, 27, 9, 0, 0, 0, zone), overdue: true},
		"never tested, on the day":      {now: at(7, 0), due: at(9, 0), putOff: true},
		"never tested, any other day":   {now: at(9, 0), overdue: true},
	} {
		got := s.agenda("a", c.now.UTC()).after(c.last, 7)
		assert.Equal(t, TestDue{Last: stampOrNil(c.last), Due: stampOrNil(c.due), Overdue: c.overdue, PutOff: c.putOff}, got, name)
	}
	assert.True(t, (&Service{people: s.people, examined: func(string, time.Time) bool { return true }}).agenda("a", at(7, 9)).after(time.Time{}, 7).Overdue,
		"a calendar of nothing but examinations stops no test")
}
