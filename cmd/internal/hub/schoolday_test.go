package hub

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// at has something happen on the day.
func (d *schoolDay) at(when time.Time, do func()) { d.events = append(d.events, event{when, do}) }

// reads has a gate say something.
func (d *schoolDay) reads(school string, when time.Time, values map[string]float64) {
	d.at(when, func() {
		d.gates.Reading(devices.Reading{From: devices.Address{School: school, Device: "g-1"}, ReceivedAt: time.Now(), Values: values})
	})
}

// plain is a school day on which nothing is wrong: the gate is opened for its
// windows and says now and then that it is shut, pupils come and go, and who is
// on the roster comes five minutes early.
func (d *schoolDay) plain(school string, blindUntil time.Time) {
	for when := d.clock("05:00:30"); when.Before(d.clock("22:00:00")); when = when.Add(time.Hour) {
		if !d.open(when) {
			d.reads(school, when, map[string]float64{"open": 0})
		}
	}
	for _, w := range dayWindows {
		from, to := d.clock(w.from), d.clock(w.to)
		d.reads(school, from.Add(-3*time.Minute), map[string]float64{"open": 1})
		for when := from; when.Before(to.Add(-2 * time.Minute)); when = when.Add(20 * time.Second) {
			n := 6.0
			if when.Before(blindUntil) {
				n = 0
			}
			d.reads(school, when, map[string]float64{"open": 1, "passages_in": n * w.in, "passages_out": n * (1 - w.in)})
		}
		d.reads(school, to.Add(-2*time.Minute), map[string]float64{"open": 0})
	}
	d.guards(school)
}

// dayWindows are when the gates are open, and which part of the people enters.
var dayWindows = []struct {
	from, to string
	in       float64
}{{"07:40:00", "08:35:00", 1}, {"15:30:00", "16:10:00", 0}, {"17:30:00", "18:10:00", 0}}

// open reports whether a gate stands open for a window, or nearly.
func (d *schoolDay) open(when time.Time) bool {
	for _, w := range dayWindows {
		if when.After(d.clock(w.from).Add(-5*time.Minute)) && when.Before(d.clock(w.to)) {
			return true
		}
	}
	return false
}

// guards has everybody check in by a card, whoever is late when they come.
func (d *schoolDay) guards(school string) {
	of := d.schools[school]
	for _, shift := range of.Setup.Shifts(of.Calendar, d.zone, calendar.On(d.clock("12:00:00"), d.zone)) {
		for _, role := range dayRoles {
			card, when := school+string(role), shift.From.Add(-5*time.Minute)
			if late, ok := d.late[card]; ok && shift.From.Before(late) {
				when = late
			}
			d.at(when, func() {
				require.NoError(d.t, d.duty.CheckIn(devices.CheckIn{
					ID: card + shift.Window, From: devices.Address{School: school, Device: "r-1"}, Post: gatePost, Card: card, ReceivedAt: time.Now(),
				}))
			})
		}
	}
}

// roster is who owes which shift of the day.
func (d *schoolDay) roster(school string) {
	of, day := d.schools[school], calendar.On(d.clock("12:00:00"), d.zone)
	var all []duty.Entry
	for _, shift := range of.Setup.Shifts(of.Calendar, d.zone, day) {
		for _, role := range dayRoles {
			all = append(all, duty.Entry{ShiftKey: shift.ShiftKey, Person: school + string(role), Role: role})
		}
	}
	require.NotEmpty(d.t, all)
	_, err := d.duty.Import(d.t.Context(), school, "officer", calendar.Span{From: day, To: day}, all)
	require.NoError(d.t, err)
}

// raised is every incident of the day, with whether it is over.
func (d *schoolDay) raised() []string {
	var all []string
	for id := range d.schools {
		all = append(all, id)
	}
	found, err := d.engine.List(d.t.Context(), alerting.Query{Schools: all, Limit: 500})
	require.NoError(d.t, err)
	out := []string{}
	for _, i := range found {
		object := i.Device
		if k := strings.LastIndex(object, "/"); k > 0 && i.Kind == duty.KindPostMissed {
			object = object[:k] // whose alias it is says nothing here
		}
		out = append(out, fmt.Sprintf("%s %s %s %s, opened %s", i.School, i.Kind, object, i.State, i.OpenedAt.In(d.zone).Format("15:04")))
	}
	slices.Sort(out)
	return out
}

// aDay lives through a school day from 05:00 to 22:00 with what is planted, and
// gives what was raised.
func aDay(t *testing.T, schools int, plant func(d *schoolDay) (blind map[string]time.Time)) (raised []string) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		zone, err := time.LoadLocation("Asia/Shanghai")
		require.NoError(t, err)
		d := &schoolDay{t: t, zone: zone, list: dayDevices(schools), silent: func(people.Device, time.Time) bool { return false }, late: map[string]time.Time{}}
		d.schools = map[string]watch.School{}
		for n := range schools {
			d.schools[schoolID(n)] = d.watched(schoolID(n))
		}
		blind := plant(d)
		time.Sleep(time.Until(d.clock("04:55:00")))
		stop := d.begin(dir)
		defer stop()
		for id := range d.schools {
			d.roster(id)
			d.plain(id, blind[id])
		}
		d.live(d.clock("22:00:00"))
		raised = d.raised()
	})
	return raised
}

func TestAPlainSchoolDayRaisesNothing(t *testing.T) {
	assert.Empty(t, aDay(t, 1, func(*schoolDay) map[string]time.Time { return nil }))
}

// Each deviation that is planted among 500 devices of five schools is raised
// once, and is over when it ends; nothing else is raised, and nothing at all at
// the school where nothing is wrong.
func TestASchoolDayOf500DevicesRaisesWhatIsWrongOnce(t *testing.T) {
	if raced || testing.Short() {
		t.Skip("a day of one school is watched instead")
	}
	raised := aDay(t, 5, func(d *schoolDay) map[string]time.Time {
		require.Len(t, d.list, 500)
		d.faults()
		d.late["s2guard"] = d.clock("07:50:00")
		d.reads("s2", d.clock("10:20:00"), map[string]float64{"open": 1}) // for a minute
		d.reads("s2", d.clock("10:21:00"), map[string]float64{"open": 0})
		for n := range 60 { // a contact that flaps
			d.reads("s3", d.clock("20:00:00").Add(time.Duration(n)*time.Second), map[string]float64{"open": float64((n + 1) % 2)})
		}
		for hours, charge := range map[string]float64{"12:00:00": 0.1, "14:00:00": 0.9} {
			d.at(d.clock(hours), func() {
				d.devices.State(devices.State{
					From: devices.Address{School: "s1", Device: "b-80"}, Status: devices.Online, Battery: &charge, ReceivedAt: time.Now(),
				})
			})
		}
		return map[string]time.Time{"s4": d.clock("08:07:00")} // nobody enters, or the counter is blind
	})
	assert.Equal(t, []string{
		"s1 button-lost b-07 resolved, opened 10:00",
		"s1 device-lost r-1 resolved, opened 09:00",
		"s1 device-service b-80 resolved, opened 12:00",
		"s2 button-lost b-10 resolved, opened 13:00",
		"s2 button-lost b-11 resolved, opened 13:00",
		"s2 button-lost b-12 resolved, opened 13:00",
		"s2 hazard g-1 resolved, opened 10:20",
		"s2 post-missed 2000-01-03/south/morning resolved, opened 07:25",
		"s2 post-uncovered 2000-01-03/south/morning resolved, opened 07:40",
		"s3 device-service g-1/G12 resolved, opened 20:00",
		"s3 uplink-lost uplink resolved, opened 11:00",
		"s4 hazard g-1 resolved, opened 07:55",
		"s4 uplink-lost uplink resolved, opened 05:30",
	}, raised)
}

// faults are what devices do not say: a reader and a button break, a wing and a
// whole school lose their mains, and one school its uplink.
func (d *schoolDay) faults() {
	between := func(now time.Time, from, to string) bool {
		return !now.Before(d.clock(from)) && now.Before(d.clock(to))
	}
	d.silent = func(one people.Device, now time.Time) bool {
		id := one.Address.Device
		switch one.Address.School {
		case "s1":
			return id == "r-1" && between(now, "09:00:00", "09:20:00") || id == "b-07" && between(now, "10:00:00", "10:10:00")
		case "s2":
			return slices.Contains([]string{"b-10", "b-11", "b-12"}, id) && between(now, "13:00:00", "13:15:00")
		case "s3":
			return between(now, "11:00:00", "11:08:00")
		case "s4":
			return one.Power == devices.PowerMains && between(now, "05:30:00", "05:50:00")
		}
		return false
	}
}
