package duty_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// world is a generated school with its year, its people and what they did.
type world struct {
	duty.Watch
	facts facts
	level string   // its pattern
	with  []string // what its pupils do besides
	r     *rand.Rand
	day   calendar.Date // that everything happens around
	fresh int           // people who are missed at a shift that was watched from within it
}

var (
	zones = []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Urumqi"}
	// Around the days on which clocks change in one of the zones.
	moments = []string{"2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2026-09-06", "2026-05-09", "2026-02-28", "2026-06-07"}
	gates   = []string{"main-gate", "second-gate", "crossing", "gatehouse", "dormitory", "duty-leader", "control-room"}
)

// lodge is a post whose shifts begin and end where clocks are changed.
const lodge = "  - {id: lodge, kind: gatehouse, place: lodge, name: {zh: 岗, en: post}, windows: " +
	"[{id: small-hours, hours: 02:15-03:45, on: every}, {id: evening, hours: 22:00-02:30, on: every}, {id: midnight, hours: 00:00-01:45, on: every}]}\n"

func generate(t testing.TB, seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 20)), facts: facts{
		types: map[calendar.Date]calendar.Type{}, follows: map[calendar.Date]time.Weekday{},
	}}
	w.Zone = zone(t, zones[w.r.IntN(len(zones))])
	w.day = date(t, moments[w.r.IntN(len(moments))]).Add(w.r.IntN(5) - 2)
	w.year(t)
	var kinds []string
	for _, k := range gates {
		if w.r.IntN(2) == 0 {
			kinds = append(kinds, k)
		}
	}
	if len(kinds) == 0 {
		kinds = gates[:1]
	}
	w.with = [][]string{nil, {"home", "evening"}, {"boarding"}, {"boarding", "service"}}[w.r.IntN(4)]
	w.level = []string{"kindergarten", "primary", "junior-secondary", "senior-secondary"}[w.r.IntN(4)]
	w.Setup = setup(t, "pattern: "+w.level+"\nwith: ["+strings.Join(w.with, ", ")+"]\n"+posts(kinds...)+lodge)
	w.people(t)
	w.watched(t)
	return w
}

// watched draws from when on the hub watches which post and which day, and when
// who was put on the roster: mostly since ever, now and then within a shift.
func (w *world) watched(t testing.TB) {
	r := rand.New(rand.NewPCG(w.r.Uint64(), 21))
	within := func(post string) time.Time {
		s := w.Setup.Shifts(w.Calendar, w.Zone, w.day.Add(r.IntN(3)-1))
		s = slices.DeleteFunc(s, func(s duty.Shift) bool { return post != "" && s.PostID != post })
		if len(s) == 0 {
			return time.Time{}
		}
		return s[r.IntN(len(s))].From.Add(time.Duration(r.IntN(200)-40) * 10 * time.Second)
	}
	w.Since = duty.Marks{}
	for _, p := range w.Setup.Posts {
		if r.IntN(4) == 0 {
			w.Since["post/"+p.ID] = within(p.ID)
		}
	}
	if r.IntN(4) == 0 {
		w.Since["day/"+w.day.String()] = within("")
	}
	all := w.Roster.Entries()
	for i := range all {
		if r.IntN(3) == 0 {
			all[i].Named = within(all[i].PostID)
		}
	}
	var err error
	w.Roster, err = duty.NewRoster(all)
	require.NoError(t, err)
}

// year draws a calendar of a few weeks, and the same as facts.
func (w *world) year(t testing.TB) {
	near := func() calendar.Date { return w.day.Add(w.r.IntN(9) - 4) }
	y := calendar.Year{Year: w.day.Year}
	name := calendar.Default().Day(date(t, "2026-10-01")).Holiday
	for range w.r.IntN(3) {
		d := near()
		y.Holidays = append(y.Holidays, calendar.Holiday{Span: calendar.Span{From: d, To: d.Add(1)}, Name: name})
		w.facts.holidays = append(w.facts.holidays, d, d.Add(1))
	}
	for range w.r.IntN(4) {
		d := near()
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday || slices.Contains(w.facts.holidays, d) {
			continue
		}
		y.MakeUp = append(y.MakeUp, d)
		w.facts.makeUps = append(w.facts.makeUps, d)
	}
	s := calendar.School{}
	if w.r.IntN(3) > 0 {
		from := near()
		term := calendar.Term{Span: calendar.Span{From: from, To: from.Add(w.r.IntN(12))}, First: from}
		s.Terms = append(s.Terms, term)
		w.facts.terms = append(w.facts.terms, term.Span)
	}
	for _, d := range w.facts.makeUps {
		if w.r.IntN(2) == 0 && w.facts.follows[d] == 0 {
			w.facts.follows[d] = time.Weekday(1 + w.r.IntN(5))
			s.MakeUp = append(s.MakeUp, calendar.MakeUp{Date: d, Follows: w.facts.follows[d]})
		}
	}
	for range w.r.IntN(3) {
		d := near()
		kind := []calendar.Type{calendar.Sports, calendar.Residence, calendar.Lesson, calendar.Half, calendar.Half}[w.r.IntN(5)]
		if _, twice := w.facts.types[d]; !twice {
			w.facts.types[d] = kind
			s.Days = append(s.Days, calendar.Override{Span: calendar.Span{From: d, To: d}, Type: kind})
		}
	}
	if w.r.IntN(4) == 0 {
		d := near()
		w.facts.closed = append(w.facts.closed, d)
		s.Closed = append(s.Closed, calendar.Closure{Span: calendar.Span{From: d, To: d}, Reason: calendar.Weather})
	}
	for range w.r.IntN(3) {
		d, site := near(), w.r.IntN(2) == 0
		s.Examinations = append(s.Examinations, calendar.Exam{Span: calendar.Span{From: d, To: d}, Site: site})
		if site {
			w.facts.sites = append(w.facts.sites, d)
		} else {
			w.facts.exams = append(w.facts.exams, d)
		}
	}
	var faults []calendar.Fault
	w.Calendar, faults = calendar.Build([]calendar.Year{y}, s)
	if len(s.Terms) == 0 {
		require.Empty(t, faults)
	}
}

// people draws a roster, and who came when, and when that was known.
func (w *world) people(t testing.TB) {
	var entries []duty.Entry
	for i := -1; i <= 1; i++ {
		for _, s := range w.Setup.Shifts(w.Calendar, w.Zone, w.day.Add(i)) {
			n := 0
			for _, role := range duty.Roles() {
				for range s.Need[role] {
					if n++; w.r.IntN(6) == 0 {
						continue // an open slot
					}
					e := duty.Entry{ShiftKey: s.ShiftKey, Person: fmt.Sprintf("p%d", n), Role: role}
					if w.r.IntN(4) == 0 {
						e.Substitute = fmt.Sprintf("q%d", n)
					}
					entries = append(entries, e)
					w.attends(s, e)
				}
			}
		}
	}
	var err error
	w.Roster, err = duty.NewRoster(entries)
	require.NoError(t, err)
	w.r.Shuffle(len(w.Checkins), func(i, j int) { w.Checkins[i], w.Checkins[j] = w.Checkins[j], w.Checkins[i] })
}

func (w *world) attends(s duty.Shift, e duty.Entry) {
	tens := func(from, to int) time.Duration { return time.Duration(from+w.r.IntN(to-from)) * 10 * time.Second }
	length := max(int(s.To.Sub(s.From)/(10*time.Second)), 1)
	for _, who := range []string{e.Person, e.Substitute} {
		if who == "" || w.r.IntN(4) == 0 {
			continue
		}
		at := s.From.Add(tens(-150, 60)) // from 25 min before to 10 min after
		for i := range 1 + w.r.IntN(3) {
			c := duty.Checkin{ID: fmt.Sprint(who, s.ShiftKey, i), Person: who, Post: s.PostID, Out: i%2 == 1, At: at, Received: at}
			switch w.r.IntN(5) {
			case 0: // an outage: it arrives later
				c.Received = at.Add(tens(1, 200))
			case 1: // a clock that is ahead
				c.At = at.Add(tens(1, 100))
			}
			w.Checkins = append(w.Checkins, c)
			if w.r.IntN(10) == 0 {
				again := c
				again.Received = c.Received.Add(tens(1, 20)) // a repeat of what was lost
				w.Checkins = append(w.Checkins, again)
			}
			at = at.Add(tens(1, length))
		}
		if w.r.IntN(10) == 0 {
			from := s.From.Add(tens(-60, length))
			w.Aways = append(w.Aways, duty.Away{Person: who, From: from, To: from.Add(tens(1, 200))})
		}
	}
}

// instants draws when to look: around everything that happens.
func (w *world) instants(n int) []time.Time {
	var all []time.Time
	for i := -1; i <= 1; i++ {
		for _, s := range w.Setup.Shifts(w.Calendar, w.Zone, w.day.Add(i)) {
			all = append(all, s.From.Add(-20*time.Minute), s.From, s.From.Add(310*time.Second), s.Critical, s.To)
		}
	}
	for _, c := range w.Checkins {
		all = append(all, c.At, c.Received)
	}
	out := []time.Time{w.day.At(12*60, w.Zone)}
	for range n {
		if len(all) == 0 {
			break
		}
		out = append(out, all[w.r.IntN(len(all))].Add(time.Duration(w.r.IntN(3)-1)*10*time.Second))
	}
	return out
}

// A thousand worlds are as the reference says, day by day, shift by shift and
// person by person; and nothing changes by itself before Next.
func TestAThousandWorlds(t *testing.T) {
	n := uint64(worlds)
	if testing.Short() {
		n = 50
	}
	var missed, uncovered, slept, fresh, halves, leavings int
	for seed := range n {
		w := generate(t, seed)
		w.checkDays(t, seed)
		h, l := w.checkShifts(t, seed)
		halves, leavings = halves+h, leavings+l
		for _, now := range w.instants(4) {
			a, b := w.checkMoment(t, seed, now)
			missed, uncovered = missed+a, uncovered+b
			w.checkNext(t, seed, now)
		}
		fresh += w.fresh
		for _, s := range w.Setup.Shifts(w.Calendar, w.Zone, w.day) {
			if calendar.On(s.To, w.Zone) != s.Date {
				slept++
			}
		}
	}
	require.Greater(t, missed, 50, "worlds in which nobody is missed prove nothing")
	require.Greater(t, uncovered, 50)
	require.Greater(t, slept, 20, "shifts past midnight")
	require.Greater(t, halves, int(n)/20, "half days")
	require.Greater(t, leavings, int(n)/20, "days on which boarders leave")
	require.Greater(t, fresh, int(n)/20, "shifts that the hub began to watch within them")
}

func (w *world) checkDays(t *testing.T, seed uint64) {
	t.Helper()
	for i := -8; i <= 8; i++ {
		d := w.Calendar.Day(w.day.Add(i))
		pupils, manned, examination, follows := w.facts.day(d.Date)
		require.Equal(t, []bool{pupils, manned, examination}, []bool{d.School(), d.Manned(), d.Examination}, "seed %d, %v: %+v", seed, d.Date, d)
		if pupils {
			require.Equal(t, follows, d.Follows, "seed %d, %v", seed, d.Date)
		}
	}
}

// checkShifts compares every shift of the days that a moment can depend on with
// the reference's.
func (w *world) checkShifts(t *testing.T, seed uint64) (halves, leavings int) {
	t.Helper()
	clocks := map[string]time.Time{}
	for i := -farthest; i <= farthest; i++ {
		d := w.day.Add(i)
		want := shiftsOf(w, d, clocks)
		got := map[string]expected{}
		for _, s := range w.Setup.Shifts(w.Calendar, w.Zone, d) {
			require.Equal(t, d, s.Date)
			got[s.PostID+"/"+s.Window] = expected{s.From.UTC(), s.To.UTC(), s.Critical.UTC(), s.Pupils, s.OnCall, s.Need}
		}
		require.Equal(t, want, got, "seed %d, %v", seed, d)
		if _, half := got["main-gate/half-day"]; half {
			halves++
		}
		if w.facts.leaving(d) && slices.Contains(w.with, "boarding") {
			leavings++
		}
	}
	return halves, leavings
}

// farthest is how many days from its own a world's moments can depend on: they
// lie around the shifts of the days beside it, and look at those around theirs.
const farthest = 4

func (w *world) checkMoment(t *testing.T, seed uint64, now time.Time) (missed, uncovered int) {
	t.Helper()
	want := map[string]bool{}
	for i := -1; i <= 1; i++ {
		for _, s := range w.Setup.Shifts(w.Calendar, w.Zone, calendar.On(now, w.Zone).Add(i)) {
			if now.Before(s.From) || !now.Before(s.To) {
				continue
			}
			for _, e := range w.Roster.Entries() {
				if e.ShiftKey == s.ShiftKey && statusOf(w.Watch, s, e, now) == duty.Missed {
					want[fmt.Sprint(string(duty.KindPostMissed), s.ShiftKey.String()+"/"+e.Person, owedFrom(w.Watch, s, e).Add(310*time.Second).UTC())] = true
					if owedFrom(w.Watch, s, e).After(s.From) {
						w.fresh++
					}
					missed++
				}
			}
			if since, low := uncoveredSince(w.Watch, s, now); low {
				want[fmt.Sprint(string(duty.KindPostUncovered), s.ShiftKey.String(), since.UTC())] = true
				uncovered++
			}
		}
	}
	got := map[string]bool{}
	for _, r := range w.Raises(now) {
		if r.Kind == duty.KindPostMissed || r.Kind == duty.KindPostUncovered {
			got[fmt.Sprint(string(r.Kind), r.Object, r.Due.UTC())] = true
		}
	}
	require.Equal(t, want, got, "seed %d, at %v", seed, now.In(w.Zone))
	for _, p := range w.Board(now) {
		for _, s := range p.Shifts {
			for _, e := range s.People {
				require.Equal(t, statusOf(w.Watch, s.Shift, e.Entry, now), e.Status, "seed %d, at %v: %v %s", seed, now.In(w.Zone), s.ShiftKey, e.Person)
				_, tardy, _, _ := stands(arrived(w.Watch, s.Shift, now), s.Shift, e.Entry, now)
				require.Equal(t, tardy, e.Tardy, "seed %d, at %v: %v %s", seed, now.In(w.Zone), s.ShiftKey, e.Person)
			}
		}
	}
	return missed, uncovered
}

// checkNext holds that what was known at now gives the same picture until Next.
func (w *world) checkNext(t *testing.T, seed uint64, now time.Time) {
	t.Helper()
	known := w.Watch
	known.Checkins = slices.DeleteFunc(slices.Clone(w.Checkins), func(c duty.Checkin) bool { return c.Received.After(now) })
	next := known.Next(now)
	require.True(t, next.After(now))
	require.LessOrEqual(t, next.Sub(now), 26*time.Hour)
	want := picture(known, now)
	for _, at := range []time.Time{next.Add(-time.Millisecond), now.Add(next.Sub(now) / 2)} {
		require.Equal(t, want, picture(known, at), "seed %d: from %v nothing should change until %v, but at %v it has", seed, now, next, at)
	}
	require.Empty(t, known.Reminders(now, next.Add(-time.Millisecond)), "seed %d", seed)
}

func picture(w duty.Watch, now time.Time) string {
	out := ""
	for _, p := range w.Board(now) {
		for _, s := range p.Shifts {
			out += fmt.Sprintln(s.ShiftKey, s.Present, s.Missing, s.Late, s.Uncovered, s.Short, s.Unplanned)
			for _, e := range s.People {
				out += fmt.Sprintln(e.Person, e.Status, e.There, e.Tardy)
			}
		}
	}
	for _, r := range w.Raises(now) {
		out += fmt.Sprintln(r.Kind, r.Object, r.Due.UTC(), r.Severity)
	}
	return out
}
