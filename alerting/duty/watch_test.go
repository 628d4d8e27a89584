package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// school is one morning (Wednesday 4 March, gate 07:40) at the gates.
type school struct {
	t *testing.T
	duty.Watch
}

const wednesday = "2026-03-04"

func morning(t *testing.T, entries ...duty.Entry) *school {
	s := &school{t: t, Watch: duty.Watch{
		Setup: setup(t, "pattern: primary\n"+posts("main-gate", "second-gate", "crossing", "gatehouse")), Calendar: days(t, "{}"), Zone: zone(t, "Asia/Shanghai"),
	}}
	var err error
	s.Roster, err = duty.NewRoster(entries)
	require.NoError(t, err)
	return s
}

func (s *school) key(post, window string) duty.ShiftKey {
	return duty.ShiftKey{Date: date(s.t, wednesday), PostID: post, Window: window}
}

func owes(t *testing.T, post, person string, role duty.Role) duty.Entry {
	return duty.Entry{ShiftKey: duty.ShiftKey{Date: date(t, wednesday), PostID: post, Window: "morning"}, Person: person, Role: role}
}

// when is a time of that Wednesday.
func (s *school) when(clock string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04:05", wednesday+" "+clock, s.Zone)
	require.NoError(s.t, err)
	return at
}

func (s *school) in(person, post, clock string) { s.late(person, post, clock, clock, false) }

func (s *school) out(person, post, clock string) { s.late(person, post, clock, clock, true) }

func (s *school) late(person, post, made, arrived string, out bool) {
	s.Checkins = append(s.Checkins, duty.Checkin{
		ID: person + post + made, Person: person, Post: post, Means: duty.Card, Out: out, At: s.when(made), Received: s.when(arrived),
	})
}

func (s *school) post(post, clock string) duty.ShiftState {
	s.t.Helper()
	for _, p := range s.Board(s.when(clock)) {
		if p.Post.ID == post {
			require.Len(s.t, p.Shifts, 1)
			return p.Shifts[0]
		}
	}
	s.t.Fatal("no such post")
	return duty.ShiftState{}
}

func (s *school) status(post, clock string) (out []duty.Status) {
	for _, p := range s.post(post, clock).People {
		out = append(out, p.Status)
	}
	return out
}

// raised lists what stands for the gates: "kind object due severity".
func (s *school) raised(clock string) []string {
	out := []string{}
	for _, r := range s.Raises(s.when(clock)) {
		if r.Post.ID == "gatehouse" {
			continue
		}
		out = append(out, string(r.Kind)+" "+r.Object+" "+r.Due.In(s.Zone).Format("15:04:05")+" "+string(r.Severity))
	}
	return out
}

func full(t *testing.T) *school {
	return morning(t,
		owes(t, "main-gate", "wang", duty.Guard), owes(t, "main-gate", "li", duty.Guard), owes(t, "main-gate", "chen", duty.Teacher),
		owes(t, "main-gate", "sun", duty.Police), owes(t, "main-gate", "he", duty.Volunteer),
		owes(t, "second-gate", "zhao", duty.Guard), owes(t, "second-gate", "qian", duty.Teacher),
		owes(t, "crossing", "wu", duty.Teacher), owes(t, "crossing", "zheng", duty.Volunteer),
	)
}

func TestAPersonThroughTheShift(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "zhao", duty.Guard))
	for clock, want := range map[string]duty.Status{
		"07:00:00": duty.Due, "07:19:59": duty.Due, "07:20:00": duty.Late, "07:25:09": duty.Late,
		"07:25:10": duty.Missed, "08:34:59": duty.Missed,
	} {
		assert.Equal(t, []duty.Status{want}, s.status("second-gate", clock), clock)
	}
	s.in("zhao", "second-gate", "07:26:00")
	assert.Equal(t, []duty.Status{duty.Missed}, s.status("second-gate", "07:25:59"))
	assert.Equal(t, []duty.Status{duty.Present}, s.status("second-gate", "07:26:00"))
	assert.True(t, s.post("second-gate", "07:26:00").People[0].Tardy)
	s.out("zhao", "second-gate", "08:00:00")
	assert.Equal(t, []duty.Status{duty.Left}, s.status("second-gate", "08:00:00"))
	for _, p := range s.Board(s.when("06:59:59")) {
		if p.Post.ID == "second-gate" {
			assert.Empty(t, p.Shifts, "not open yet")
			assert.Equal(t, s.when("07:00:00"), p.Next)
		}
	}
}

func TestACheckInCountsFromTwentyMinutesBefore(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "zhao", duty.Guard))
	s.in("zhao", "second-gate", "06:59:59")
	assert.Equal(t, []duty.Status{duty.Due}, s.status("second-gate", "07:10:00"))
	s.in("zhao", "crossing", "07:00:00")
	assert.Equal(t, []duty.Status{duty.Due}, s.status("second-gate", "07:10:00"), "another post")
	s.in("zhao", "second-gate", "07:00:00")
	assert.Equal(t, []duty.Status{duty.Present}, s.status("second-gate", "07:10:00"))
	assert.False(t, s.post("second-gate", "07:30:00").People[0].Tardy)
}

// Missed is a person, uncovered a post: each comes without the other.
func TestMissedAndUncoveredAreTwoThings(t *testing.T) {
	s := full(t)
	for person, post := range map[string]string{
		"wang": "main-gate", "li": "main-gate", "chen": "main-gate", "zhao": "second-gate", "qian": "second-gate", "wu": "crossing", "zheng": "crossing",
	} {
		s.in(person, post, "07:10:00")
	}
	assert.Equal(t, []string{"post-missed 2026-03-04/main-gate/morning/he 07:25:10 low"}, s.raised("07:50:00"), "a volunteer is missing, the post is not uncovered; the police rove")
	assert.Equal(t, []duty.Status{duty.Present, duty.Present, duty.Roving, duty.Present, duty.Missed}, s.status("main-gate", "07:50:00"))

	s = full(t) // nobody comes to the crossing but both volunteers
	assert.Contains(t, s.raised("07:40:00"), "post-uncovered 2026-03-04/crossing/morning 07:40:00 high")
	assert.NotContains(t, s.raised("07:39:59"), "post-uncovered 2026-03-04/crossing/morning 07:40:00 high")
}

func TestAVolunteerNeverCountsTowardTheMinimumAndIsCompany(t *testing.T) {
	s := full(t)
	s.in("zheng", "crossing", "07:10:00")
	assert.Equal(t, []duty.Floor{{Of: []duty.Role{duty.Teacher, duty.Police, duty.Guard}, Number: 1}, {Of: duty.Roles(), Number: 1}}, s.post("crossing", "07:40:00").Short)
	s.in("wu", "crossing", "07:45:00")
	assert.Empty(t, s.post("crossing", "07:45:00").Short)
	s.out("zheng", "crossing", "07:50:00")
	assert.Equal(t, []duty.Floor{{Of: duty.Roles(), Number: 1}}, s.post("crossing", "07:50:00").Short, "nobody stands alone")
}

func TestAPostIsUncoveredWhenSomebodyLeavesAndNobodyFollows(t *testing.T) {
	s := full(t)
	s.in("zhao", "second-gate", "07:10:00")
	s.in("qian", "second-gate", "07:10:00")
	s.out("zhao", "second-gate", "07:50:00")
	gone := "post-uncovered 2026-03-04/second-gate/morning 07:50:00 high"
	assert.NotContains(t, s.raised("07:50:09"), gone, "who follows may take ten seconds")
	assert.Contains(t, s.raised("07:50:10"), gone)
	assert.Equal(t, s.when("07:50:10"), s.Next(s.when("07:50:00")))
	s.in("zhao", "second-gate", "08:00:00")
	assert.NotContains(t, s.raised("08:00:00"), gone)
}

func TestWhoIsCalledAwayIsNotMissedAndDoesNotCount(t *testing.T) {
	s := full(t)
	s.in("zhao", "second-gate", "07:10:00")
	s.in("qian", "second-gate", "07:10:00")
	s.Aways = []duty.Away{{Person: "zhao", From: s.when("07:45:00"), To: s.when("08:00:00")}, {Person: "sun", From: s.when("07:00:00")}}
	assert.Equal(t, []duty.Status{duty.AwayNow, duty.Present}, s.status("second-gate", "07:45:00"))
	assert.Contains(t, s.raised("07:45:10"), "post-uncovered 2026-03-04/second-gate/morning 07:45:00 high")
	assert.Equal(t, []duty.Status{duty.Present, duty.Present}, s.status("second-gate", "08:00:00"))
	assert.Equal(t, duty.AwayNow, s.status("main-gate", "07:30:00")[2])
}

func TestTheSubstituteStandsIn(t *testing.T) {
	e := owes(t, "second-gate", "zhao", duty.Guard)
	e.Substitute = "feng"
	s := morning(t, e)
	raises := s.Raises(s.when("07:26:00"))
	var missed duty.Raise
	for _, r := range raises {
		if r.Kind == duty.KindPostMissed {
			missed = r
		}
	}
	assert.Equal(t, "feng", missed.Substitute)
	assert.Equal(t, []string{"zhao"}, missed.People)
	assert.Equal(t, alerting.RaisedIncidentID("s", "post-missed", "2026-03-04/second-gate/morning/zhao", s.when("07:25:10")), missed.Incident("s"))
	s.in("feng", "second-gate", "07:30:00")
	got := s.post("second-gate", "07:30:00")
	assert.Equal(t, duty.Present, got.People[0].Status)
	assert.Equal(t, "feng", got.People[0].There)
	assert.Empty(t, got.Unplanned)
}

// A check-in that was made in time and arrives late takes the miss back.
func TestALateClock(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "zhao", duty.Guard))
	s.late("zhao", "second-gate", "07:15:00", "07:35:00", false)
	assert.Equal(t, []duty.Status{duty.Missed}, s.status("second-gate", "07:34:59"))
	assert.Equal(t, []duty.Status{duty.Present}, s.status("second-gate", "07:35:00"))
	assert.False(t, s.post("second-gate", "07:35:00").People[0].Tardy)
	s = morning(t, owes(t, "second-gate", "zhao", duty.Guard))
	s.late("zhao", "second-gate", "08:00:00", "06:50:00", false) // a clock that is ahead
	assert.Equal(t, []duty.Status{duty.Missed}, s.status("second-gate", "08:10:00"), "it was made when it arrived, which is too early")
}

func TestTheSameCheckInTwiceIsOne(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "zhao", duty.Guard))
	s.in("zhao", "second-gate", "07:10:00")
	s.out("zhao", "second-gate", "07:12:00")
	again := s.Checkins[0]
	again.At, again.Received = s.when("07:14:00"), s.when("07:14:00")
	s.Checkins = append([]duty.Checkin{again}, s.Checkins...)
	assert.Equal(t, []duty.Status{duty.Left}, s.status("second-gate", "07:15:00"))
}

func TestSomebodyWhomNobodyExpects(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "zhao", duty.Guard))
	s.in("feng", "second-gate", "07:10:00")
	got := s.post("second-gate", "07:40:00")
	assert.Equal(t, []string{"feng"}, got.Unplanned)
	assert.Zero(t, got.Present)
	assert.True(t, got.Uncovered)
	assert.Equal(t, duty.Need{duty.Teacher: 1, duty.Volunteer: 1}, got.Open)
}

func TestWhereACheckInBelongs(t *testing.T) {
	s := full(t)
	try := func(person, post, clock string) (string, error) {
		shift, err := s.Accept(duty.Checkin{Person: person, Post: post, At: s.when(clock), Received: s.when(clock)}, s.when(clock))
		return shift.String(), err
	}
	got, err := try("zhao", "second-gate", "07:00:00")
	require.NoError(t, err)
	assert.Equal(t, "2026-03-04/second-gate/morning", got)
	_, err = try("zhao", "second-gate", "06:59:59")
	require.ErrorIs(t, err, alerting.ErrConflict)
	assert.ErrorContains(t, err, "too early: check in from 2026-03-04 07:00")
	_, err = try("zhao", "main-gate", "07:10:00")
	require.ErrorIs(t, err, alerting.ErrNotFound)
	_, err = try("zhao", "second-gate", "08:35:00")
	require.ErrorIs(t, err, alerting.ErrNotFound)
}

// Who guards the night and the day after checks in for the one that is owed.
func TestWhereTwoShiftsMeet(t *testing.T) {
	s := morning(t)
	day, night := s.key("gatehouse", "day"), s.key("gatehouse", "night")
	var err error
	s.Roster, err = duty.NewRoster([]duty.Entry{
		{ShiftKey: day, Person: "a", Role: duty.Guard}, {ShiftKey: night, Person: "b", Role: duty.Guard},
	})
	require.NoError(t, err)
	s.in("a", "gatehouse", "06:50:00")
	s.in("b", "gatehouse", "18:45:00")
	for _, p := range s.Board(s.when("18:50:00")) {
		if p.Post.ID == "gatehouse" {
			require.Len(t, p.Shifts, 2, "handover")
			assert.Equal(t, 1, p.Shifts[0].Present)
			assert.Equal(t, 1, p.Shifts[1].Present)
			assert.Equal(t, s.when("19:00:00"), p.Next)
		}
	}
	tomorrow := s.when("06:30:00").AddDate(0, 0, 1)
	for _, p := range s.Board(tomorrow) {
		if p.Post.ID == "gatehouse" {
			require.Len(t, p.Shifts, 1, "the night is yesterday's shift")
			assert.Equal(t, duty.Present, p.Shifts[0].People[0].Status)
		}
	}
}

func TestReminders(t *testing.T) {
	s := full(t)
	before := s.when("18:00:00").AddDate(0, 0, -1)
	said := func(after, until time.Time) (out []string) {
		for _, r := range s.Reminders(after, until) {
			out = append(out, r.Entry.Person+" "+string(r.Notice)+" "+r.At.In(s.Zone).Format("02 15:04"))
		}
		return out
	}
	assert.Equal(t, []string{"he day-before 03 19:00", "zheng day-before 03 19:00"}, said(before, before.Add(2*time.Hour)))
	assert.Equal(t, []string{"he hour-before 04 06:20", "zheng hour-before 04 06:20"}, said(s.when("06:00:00"), s.when("06:30:00")))
	for person, post := range map[string]string{"wang": "main-gate", "li": "main-gate", "zhao": "second-gate", "zheng": "crossing"} {
		s.in(person, post, "07:10:00")
	}
	got := said(s.when("07:10:00"), s.when("07:20:00"))
	assert.ElementsMatch(t, []string{"chen due 04 07:20", "qian due 04 07:20", "wu due 04 07:20", "he due 04 07:20"}, got, "whoever is there needs no word, and who roves is expected nowhere")
	assert.Empty(t, said(s.when("07:20:00"), s.when("08:00:00")))
}
