package hub

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/devices"
)

// onDuty is who owes which post, by role: those of the gatehouse relieve each
// other at seven in the morning and in the evening.
var onDuty = map[string]map[duty.Role][]string{
	"south":           {duty.Guard: {"王建国", "李强"}, duty.Teacher: {"陈老师"}, duty.Police: {"张警官"}, duty.Volunteer: {"家长甲", "家长乙"}},
	"road":            {duty.Teacher: {"林老师"}, duty.Volunteer: {"家长丙", "家长丁"}},
	"gatehouse/day":   {duty.Guard: {"孙伟", "周勇"}},
	"gatehouse/night": {duty.Guard: {"赵磊"}},
	"leader":          {duty.Leader: {"何校长"}},
}

// numbers are the telephones that the roster has.
var numbers = map[string]string{"李强": "+8613900000012", "王建国": "+8613900000011", "孙伟": "+8613900000014", "周勇": "+8613900000015", "林老师": "+8613900000022"}

// roster imports who owes which shift of the week.
func (w *schoolWeek) roster() {
	of := w.who.Load().duties[weekSchool]
	var all []duty.Entry
	for _, day := range weekDays {
		for _, s := range of.Setup.Shifts(of.Calendar, w.zone, w.date(day)) {
			for role, who := range owed(s) {
				for _, name := range who {
					e := duty.Entry{ShiftKey: s.ShiftKey, Person: name, Role: role, Phone: numbers[name]}
					if name == "李强" {
						e.Substitute = "吴刚"
					}
					all = append(all, e)
				}
			}
		}
	}
	days := calendar.Span{From: w.date(weekDays[0]), To: w.date(weekDays[len(weekDays)-1])}
	_, err := w.duty.Import(context.Background(), weekSchool, "officer", days, all)
	require.NoError(w.t, err)
}

func owed(s duty.Shift) map[duty.Role][]string {
	if who, ok := onDuty[s.PostID+"/"+s.Window]; ok {
		return who
	}
	return onDuty[s.PostID]
}

func (w *schoolWeek) date(day string) calendar.Date {
	return calendar.On(w.clock(day+" 12:00"), w.zone)
}

// early is how long before a shift people come.
const early = 5*time.Minute + 7*time.Second

// deviation is somebody who comes to a shift otherwise than some minutes early:
// later, or not at all.
type deviation map[string]time.Time // by person and shift; zero is not at all

// people has everybody come to their shifts, by card or by phone, and whoever
// has a phone check out.
func (w *schoolWeek) comeAndGo(other deviation) {
	of := w.who.Load().duties[weekSchool]
	for _, day := range weekDays {
		for _, s := range of.Setup.Shifts(of.Calendar, w.zone, w.date(day)) {
			if s.OnCall {
				continue
			}
			for _, who := range owed(s) {
				for _, name := range who {
					when, is := other[name+" "+day+" "+s.PostID+"/"+s.Window]
					if !is {
						when = s.From.Add(-early)
					}
					if !when.IsZero() {
						w.do(when, func() { w.comes(name, s.PostID) })
						w.do(s.To.Add(-time.Second), func() { w.goes(name, s.PostID) })
					}
				}
			}
		}
	}
}

// person finds somebody of the school.
func (w *schoolWeek) person(name string) watch.Person {
	all := w.who.Load().duties[weekSchool].People
	i := slices.IndexFunc(all, func(p watch.Person) bool { return p.Name == name })
	require.GreaterOrEqual(w.t, i, 0, name)
	return all[i]
}

// comes has somebody check in: by card, or, without one, by the number that
// hangs at the post.
func (w *schoolWeek) comes(name, post string) {
	if p := w.person(name); p.Card == "" {
		w.stamp(p, post, w.who.Load().duties[weekSchool].PIN(post))
		return
	}
	w.card(name, post)
}

func (w *schoolWeek) stamp(p watch.Person, post, code string) {
	_, err := w.duty.Stamp(context.Background(), watch.Stamp{
		ID: fmt.Sprint(time.Now().UnixNano()), School: weekSchool, Account: p.Account, Post: post, Code: code, Out: code == "",
	})
	require.NoError(w.t, err, "%s at %s", p.Name, post)
}

// goes has whoever has no card check out; a reader knows no check-out.
func (w *schoolWeek) goes(name, post string) {
	if p := w.person(name); p.Card == "" {
		w.stamp(p, post, "")
	}
}

func (w *schoolWeek) card(name, post string) {
	require.NoError(w.t, w.duty.CheckIn(devices.CheckIn{
		ID: fmt.Sprintf("%s-%d", w.person(name).Card, time.Now().UnixNano()), From: devices.Address{School: weekSchool, Device: "r-1"},
		Post: post, Card: w.person(name).Card, ReceivedAt: time.Now(),
	}))
}

// walk has somebody of the gatehouse walk every round but those left out: the
// fence by card, the canteen by the number that hangs there.
func (w *schoolWeek) walk(missed ...string) {
	for _, day := range weekDays {
		for _, at := range []string{"06:50", "09:50", "12:30", "15:00", "18:20"} {
			if slices.Contains(missed, day+" "+at) {
				continue
			}
			when := w.clock(day + " " + at).Add(4 * time.Minute)
			w.do(when, func() { w.card("孙伟", "fence") })
			w.do(when.Add(2*time.Minute), func() {
				w.stamp(w.person("赵磊"), "canteen", w.who.Load().duties[weekSchool].PIN("canteen"))
			})
		}
	}
}

// says has a gate measure something.
func (w *schoolWeek) says(gate, when string, values map[string]float64) {
	w.reads(gate, w.clock(when), values)
}

// counts has a gate's counter say the same each minute.
func (w *schoolWeek) counts(gate, when string, minutes int, values map[string]float64) {
	for n := range minutes {
		w.reads(gate, w.clock(when).Add(time.Duration(n)*time.Minute), values)
	}
}

func (w *schoolWeek) reads(gate string, when time.Time, values map[string]float64) {
	w.do(when, func() {
		w.lookout.Reading(devices.Reading{From: devices.Address{School: weekSchool, Device: gate}, Values: values, ReceivedAt: time.Now()})
	})
}

// flow is a time in which pupils pass the gate, and which way.
type flow struct {
	from, to string
	in, out  int
}

// flows are the pupils of a day.
func flows(day string) []flow {
	switch day {
	case "wed", "sat", "mon": // the make-up day has a Monday's times
		return []flow{
			{"07:40", "08:35", 250, 0}, {"11:40", "12:10", 0, 100}, {"13:30", "14:00", 100, 0}, {"15:30", "16:10", 0, 150}, {"17:30", "18:10", 0, 100},
		}
	case "thu":
		return []flow{{"07:30", "08:40", 250, 0}, {"11:30", "12:15", 0, 250}}
	case "fri":
		return []flow{{"07:40", "08:35", 250, 0}, {"11:40", "12:10", 0, 100}, {"13:30", "14:00", 100, 0}, {"14:30", "15:10", 0, 250}}
	}
	return nil
}

// gate has the main gate open for its windows, count, and say on the hour that
// it is shut; left is how many stay away from the counter on a day's way out,
// by day, and odd replaces when it opens, shuts and counts in a window.
func (w *schoolWeek) gate(uncounted map[string]int, odd map[string]func(f flow)) {
	for _, day := range weekDays {
		for hour := range 24 {
			if at := w.clock(fmt.Sprintf("%s %02d:02", day, hour)); !within(day, at, w) {
				w.reads("g-1", at, map[string]float64{"open": 0})
			}
		}
		for _, f := range flows(day) {
			if f.out > 0 {
				f.out -= uncounted[day]
				uncounted[day] = 0
			}
			if other, ok := odd[day+" "+f.from]; ok {
				other(f)
				continue
			}
			w.pass(day, f, 3*time.Minute, -2*time.Minute)
		}
	}
}

// within reports whether the gate may stand open.
func within(day string, at time.Time, w *schoolWeek) bool {
	return slices.ContainsFunc(flows(day), func(f flow) bool {
		return at.After(w.clock(day+" "+f.from).Add(-5*time.Minute)) && at.Before(w.clock(day+" "+f.to).Add(20*time.Minute))
	})
}

// pass opens the gate so long before a window, has pupils pass in its first
// minutes, in the morning until lessons begin, and shuts it so long after it.
func (w *schoolWeek) pass(day string, f flow, before, after time.Duration) {
	from, to := w.clock(day+" "+f.from), w.clock(day+" "+f.to)
	w.reads("g-1", from.Add(-before), map[string]float64{"open": 1})
	minutes := 10
	if f.in > 200 {
		minutes = int(to.Sub(from)/time.Minute) - 20
	}
	for m := range minutes {
		w.reads("g-1", from.Add(time.Duration(m)*time.Minute+15*time.Second), map[string]float64{
			"open": 1, "passages_in": share(f.in, m, minutes), "passages_out": share(f.out, m, minutes),
		})
	}
	w.reads("g-1", to.Add(after), map[string]float64{"open": 0})
}

// share is what of n falls into one of so many parts.
func share(n, part, parts int) float64 { return float64(n*(part+1)/parts - n*part/parts) }
