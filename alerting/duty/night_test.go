package duty_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
)

// watchman is one guard alone in the gatehouse in the night to Thursday.
func watchman(t *testing.T, text string) *school {
	s := &school{t: t, Watch: duty.Watch{
		Setup: setup(t, "pattern: primary\n"+text+posts("gatehouse")), Calendar: days(t, "{}"), Zone: zone(t, "Asia/Shanghai"),
	}}
	var err error
	s.Roster, err = duty.NewRoster([]duty.Entry{
		{ShiftKey: s.key("gatehouse", "night"), Person: "a", Role: duty.Guard}, {ShiftKey: s.key("gatehouse", "night"), Person: "b", Role: duty.Guard},
	})
	require.NoError(t, err)
	s.in("a", "gatehouse", "18:50:00")
	return s
}

func (s *school) prompts(now time.Time) (out []string) {
	for _, p := range s.Prompts(now) {
		out = append(out, p.Person+" "+p.At.In(s.Zone).Format("15:04"))
	}
	return out
}

func (s *school) lone(now time.Time) (out []string) {
	for _, r := range s.Raises(now) {
		if r.Kind == duty.KindLoneWorker {
			out = append(out, r.Due.In(s.Zone).Format("15:04:05")+" "+string(r.Severity))
		}
	}
	return out
}

// put puts everything that is asked at an instant to whom it asks.
func (s *school) put(now time.Time) {
	if s.Puts == nil {
		s.Puts = map[string]time.Time{}
	}
	for _, q := range s.Questions(now) {
		s.Puts[q.Key] = now
	}
}

// Whoever was never asked is not silent: nothing is raised of them, and the
// officer reads that nobody knows.
func TestWhoeverWasNotAskedIsNotSilent(t *testing.T) {
	s := watchman(t, "")
	asked := s.when("23:00:00")
	assert.Empty(t, s.Questions(asked.Add(-time.Second)))
	require.Len(t, s.Questions(asked), 1)
	assert.Equal(t, "gatehouse", s.Questions(asked)[0].Post.ID)
	assert.Empty(t, s.Unasked(asked.Add(59*time.Second)), "their page may yet show it")
	assert.Equal(t, []string{"a"}, s.Unasked(asked.Add(time.Minute)))
	assert.Empty(t, s.lone(asked.Add(6*time.Hour)))
	dawn := s.when("06:00:00").AddDate(0, 0, 1)
	assert.NotEmpty(t, s.Questions(dawn.Add(-time.Second)))
	assert.Empty(t, s.Questions(dawn), "the night is over")
	assert.Empty(t, s.Unasked(dawn))

	late := asked.Add(40 * time.Minute)
	s.put(late)
	assert.Empty(t, s.Unasked(late))
	assert.Empty(t, s.lone(late.Add(59*time.Second)), "the windows run from when they were asked")
	assert.Equal(t, []string{"23:41:00 high"}, s.lone(late.Add(time.Minute)))
	assert.Equal(t, []string{"23:41:00 critical"}, s.lone(late.Add(2*time.Minute)))
	assert.NotEmpty(t, s.Questions(dawn.Add(30*time.Minute)), "it was put to them, and stands")
}

// What a clock that was ahead says was put to them, was not: nobody knows when.
func TestAQuestionThatLiesInTheFutureWasNotPut(t *testing.T) {
	s := watchman(t, "")
	asked := s.when("23:00:00")
	s.Puts = map[string]time.Time{s.Questions(asked)[0].Key: asked.Add(5 * time.Hour)}
	assert.Len(t, s.Questions(asked), 1)
	assert.Equal(t, []string{"a"}, s.Unasked(asked.Add(time.Minute)))
}

func TestTheirOwnPageAsksToo(t *testing.T) {
	s := watchman(t, "")
	asked := s.when("23:00:00")
	s.Puts = map[string]time.Time{s.Questions(asked)[0].OnPage(): asked.Add(15 * time.Second)}
	assert.Equal(t, []string{"23:01:15 high"}, s.lone(asked.Add(75*time.Second)))
}

func TestWhoeverWatchesAloneIsAsked(t *testing.T) {
	s := watchman(t, "")
	assert.Equal(t, []string{"a 23:00"}, s.prompts(s.when("21:00:00")))
	asked := s.when("23:00:00")
	s.put(asked)
	assert.Empty(t, s.lone(asked.Add(59*time.Second)))
	assert.Equal(t, []string{"23:01:00 high"}, s.lone(asked.Add(time.Minute)))
	assert.Equal(t, []string{"23:01:00 critical"}, s.lone(asked.Add(2*time.Minute)))
	for now, want := range map[time.Duration]time.Duration{-time.Minute: 0, 0: time.Minute, time.Minute: 2 * time.Minute} {
		assert.Equal(t, asked.Add(want), s.Next(asked.Add(now)))
	}
	answer := asked.Add(90 * time.Second)
	s.Answers = []duty.Answer{{Person: "a", At: answer, Received: answer}}
	assert.Equal(t, []string{"23:01:00 high"}, s.lone(answer.Add(-time.Second)))
	assert.Empty(t, s.lone(answer))
	assert.Equal(t, []string{"a 00:01"}, s.prompts(answer))
	s.put(answer.Add(time.Hour))
	assert.Equal(t, []string{"00:02:30 critical"}, s.lone(answer.Add(3*time.Hour)), "it stands")
}

func TestTwoAreNotAlone(t *testing.T) {
	s := watchman(t, "")
	s.in("b", "gatehouse", "18:55:00")
	assert.Empty(t, s.prompts(s.when("23:30:00")))
	assert.Empty(t, s.lone(s.when("23:30:00")))
	s.out("b", "gatehouse", "23:40:00")
	left := s.when("23:40:00")
	assert.Equal(t, []string{"a 00:40"}, s.prompts(left), "an hour from being left alone")
}

// Somebody who checked in and owes nothing there is as alone as whoever owes it.
func TestWhoeverIsAloneWithoutAPlanIsAskedToo(t *testing.T) {
	for name, roster := range map[string]func(s *school){
		"whoever owes it has not come": func(*school) {},
		"nobody owes it":               func(s *school) { s.Roster = duty.Roster{} },
	} {
		s := watchman(t, "")
		roster(s)
		s.Checkins = nil
		s.in("c", "gatehouse", "21:00:00")
		asked := s.when("23:00:00")
		assert.Equal(t, []string{"c 23:00"}, s.prompts(asked), name)
		assert.Equal(t, []string{"c"}, s.Unasked(asked.Add(time.Minute)), name)
		s.put(asked)
		assert.Equal(t, []string{"23:01:00 high"}, s.lone(asked.Add(time.Minute)), name)
		s.in("d", "gatehouse", "23:05:00")
		assert.Empty(t, s.prompts(s.when("23:05:00")), "two are not alone")
		s.out("d", "gatehouse", "23:10:00")
		assert.Equal(t, []string{"c 00:10"}, s.prompts(s.when("23:10:00")), name)
		s.Aways = []duty.Away{{Person: "c", From: s.when("23:20:00"), To: s.when("23:30:00")}}
		assert.Empty(t, s.prompts(s.when("23:25:00")), "called away")
	}
}

// Whoever has no business there keeps nobody company: a day's guard who forgot to
// check out would end the questions of the night.
func TestWhoOwesNothingEndsNoQuestionsOfWhoDoes(t *testing.T) {
	s := watchman(t, "")
	s.in("c", "gatehouse", "21:00:00")
	assert.Equal(t, []string{"a 23:00"}, s.prompts(s.when("21:30:00")))
}

func TestTheNightEnds(t *testing.T) {
	s := watchman(t, "")
	last := s.when("05:30:00").AddDate(0, 0, 1)
	s.Answers = []duty.Answer{{Person: "a", At: last, Received: last}}
	assert.Empty(t, s.prompts(last))
	assert.Empty(t, s.lone(last.Add(80*time.Minute)))
	s.Answers = nil
	s.put(s.when("23:00:00"))
	assert.Equal(t, []string{"23:01:00 critical"}, s.lone(last.Add(80*time.Minute)), "daylight answers nothing")
}

const fivePoints = "points: [fence, gates, canteen]\n"

func (s *school) scan(point, clock string) {
	s.Scans = append(s.Scans, duty.Scan{Point: point, Person: "a", At: s.when(clock), Received: s.when(clock)})
}

func (s *school) patrolled(clock string) (out []string) {
	for _, r := range s.Raises(s.when(clock)) {
		if r.Kind == duty.KindPatrolMissed && r.Object[:10] == wednesday {
			again := ""
			if r.Again {
				again = " again"
			}
			out = append(out, r.Object[11:]+" "+r.Due.In(s.Zone).Format("15:04:05")+again)
		}
	}
	return out
}

func (s *school) onPatrol(id, clock string) duty.RoundState {
	s.t.Helper()
	for _, r := range s.Patrols(s.when(clock)) {
		if r.Round.ID == id && r.Date == date(s.t, wednesday) {
			return r
		}
	}
	s.t.Fatal("the round has not begun")
	return duty.RoundState{}
}

func TestPatrols(t *testing.T) {
	s := watchman(t, fivePoints)
	// Yesterday's last round was done, so that the first miss is one.
	for _, p := range s.Setup.Points {
		at := s.when("18:20:00").AddDate(0, 0, -1)
		s.Scans = append(s.Scans, duty.Scan{Point: p, Person: "a", At: at, Received: at})
	}
	s.scan("fence", "06:34:59") // too early by a second
	s.scan("gates", "06:35:00")
	s.scan("canteen", "07:20:00")
	r := s.onPatrol("opening", "07:20:00")
	assert.Equal(t, []string{"gates", "canteen"}, r.Done)
	assert.Equal(t, []string{"fence"}, r.Open)
	assert.Empty(t, s.patrolled("07:20:09"))
	assert.Equal(t, []string{"opening 07:20:10"}, s.patrolled("07:20:10"))

	for point, clock := range map[string]string{"fence": "09:40:00", "gates": "09:41:00"} {
		s.scan(point, clock)
	}
	s.scan("canteen", "10:20:00")
	r = s.onPatrol("morning", "10:20:00")
	assert.Equal(t, s.when("10:20:00"), r.Completed)
	assert.Equal(t, []string{"a"}, r.People)
	assert.False(t, r.Missed)
	assert.Equal(t, []string{"opening 07:20:10", "midday 13:00:10"}, s.patrolled("13:30:00"))
	assert.Equal(t, []string{"opening 07:20:10", "midday 13:00:10", "afternoon 15:30:10 again"}, s.patrolled("15:31:00"))
}

func TestAPointCountsOnceInTwentyMinutes(t *testing.T) {
	s := watchman(t, fivePoints+`rounds:
  - {id: a, at: "08:00", what: {zh: 一, en: one}}
  - {id: b, at: "08:10", what: {zh: 二, en: two}}
  - {id: c, at: "10:00", what: {zh: 三, en: three}}
  - {id: d, at: "12:00", what: {zh: 四, en: four}}
  - {id: e, at: "14:00", what: {zh: 五, en: five}}
`)
	s.scan("fence", "08:00:00")
	s.scan("fence", "08:19:59")
	assert.Equal(t, []string{"fence"}, s.onPatrol("a", "08:20:00").Done)
	assert.Empty(t, s.onPatrol("b", "08:20:00").Done)
	s.scan("fence", "08:20:00")
	assert.Equal(t, []string{"fence"}, s.onPatrol("b", "08:20:00").Done)
}

func TestRoundsCannotBeForeseen(t *testing.T) {
	s := watchman(t, fivePoints)
	s.Setup.Seed = []byte("a seed of the test")
	seen := map[string]bool{}
	for i := range 60 {
		now := s.when("23:00:00").AddDate(0, 0, i)
		for _, r := range s.Patrols(now) {
			if r.Round.ID != "midday" {
				continue
			}
			base := time.Date(r.Date.Year, r.Date.Month, r.Date.Day, 12, 30, 0, 0, s.Zone)
			assert.LessOrEqual(t, r.Start.Sub(base).Abs(), 10*time.Minute)
			seen[r.Start.Sub(base).String()] = true
		}
	}
	assert.Greater(t, len(seen), 12, "of 21")
	for _, r := range s.Patrols(s.when("06:00:00")) {
		assert.NotEqual(t, date(t, wednesday), r.Date, "nobody is told of a round before its time")
	}
}

func TestTheEndOfAPatrolIsAPrompt(t *testing.T) {
	s := watchman(t, `points: [fence]
rounds:
  - {id: a, at: "08:00", what: {zh: 一, en: one}}
  - {id: b, at: "09:00", what: {zh: 二, en: two}}
  - {id: c, at: "10:00", what: {zh: 三, en: three}}
  - {id: d, at: "12:00", what: {zh: 四, en: four}}
  - {id: e, at: "22:20", what: {zh: 五, en: five}}
`)
	assert.Equal(t, []string{"a 22:50"}, s.prompts(s.when("22:00:00")))
	s.scan("fence", "22:30:00")
	assert.Equal(t, []string{"a 22:30"}, s.prompts(s.when("22:30:00")))
	s.put(s.when("22:30:00"))
	assert.Equal(t, []string{"22:31:00 high"}, s.lone(s.when("22:31:00")))
}

func TestARollCall(t *testing.T) {
	times := setup(t, "pattern: primary\n"+posts("gatehouse")).Times
	at := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	after := func(s int) time.Time { return at.Add(time.Duration(s) * time.Second) }
	c := duty.Call{At: at, People: []string{"a", "b", "c"}, Replies: []duty.Reply{
		{Person: "a", At: after(10), Received: after(10)},
		{Person: "b", Help: true, At: after(70), Received: after(71)},
		{Person: "b", At: after(75), Received: after(75)},
		{Person: "c", At: after(-10), Received: after(1)}, // of the call before
		{Person: "c", At: after(100), Received: after(200)},
	}}
	for s, want := range map[int]duty.CallState{
		0:   {People: map[string]duty.Called{"a": duty.Asked, "b": duty.Asked, "c": duty.Asked}, Next: after(60)},
		59:  {People: map[string]duty.Called{"a": duty.Well, "b": duty.Asked, "c": duty.Asked}, Next: after(60)},
		60:  {People: map[string]duty.Called{"a": duty.Well, "b": duty.AskedAgain, "c": duty.AskedAgain}, Next: after(180)},
		76:  {People: map[string]duty.Called{"a": duty.Well, "b": duty.NeedsHelp, "c": duty.AskedAgain}, Next: after(180)},
		180: {People: map[string]duty.Called{"a": duty.Well, "b": duty.NeedsHelp, "c": duty.Unreached}, Over: true},
		200: {People: map[string]duty.Called{"a": duty.Well, "b": duty.NeedsHelp, "c": duty.Well}, Over: true},
	} {
		assert.Equal(t, want, c.State(times, after(s)), s)
	}
	put := duty.Watch{Puts: map[string]time.Time{"question/roll-call//c": after(30)}}.Heard(c)
	for s, want := range map[int]duty.Called{89: duty.Asked, 90: duty.AskedAgain, 199: duty.AskedAgain} {
		assert.Equal(t, want, put.State(times, after(s)).People["c"], "their windows run from when they were asked: %d s", s)
	}
	put.Replies = put.Replies[:3]
	assert.Equal(t, duty.Unanswered, put.State(times, after(210)).People["c"])
}

func TestWhoDoesNotAnswerARollCallIsRaised(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	at := date(t, "2026-03-04").At(8*60, z)
	after := func(s int) time.Time { return at.Add(time.Duration(s) * time.Second) }
	w := duty.Watch{
		Setup: setup(t, "pattern: primary\n"+posts("gatehouse", "second-gate")), Calendar: days(t, "{}"), Zone: z,
		Checkins: []duty.Checkin{
			{ID: "1", Person: "a", Post: "gatehouse", At: after(-3600), Received: after(-3600)},
			{ID: "2", Person: "a", Post: "second-gate", At: after(-600), Received: after(-600)},
			{ID: "3", Person: "a", Post: "gatehouse", At: after(60), Received: after(4000)},
		},
		Answers: []duty.Answer{{Person: "c", At: after(150), Received: after(150)}, {Person: "d", At: after(-1), Received: after(1)}},
		Calls: []duty.Call{{ID: "c-1", At: at, People: []string{"a", "b", "c", "d"}, Replies: []duty.Reply{
			{Person: "b", At: after(300), Received: after(300)},
		}}},
	}
	raised := func(s int) []string {
		out := []string{}
		for _, r := range w.Raises(after(s)) {
			if r.Call != "" {
				out = append(out, fmt.Sprintf("%s %s %s %s %s", r.Kind, r.Severity, r.Post.ID, r.Object, r.Due.Sub(at)))
			}
		}
		return out
	}
	unreached := "lone-worker low second-gate roll-call/c-1/unreached-later 0s"
	assert.Equal(t, []string{unreached}, raised(180), "nobody was asked: that is raised once, and nobody's silence is")
	assert.Len(t, w.Questions(after(180)), 3)
	w.Puts = map[string]time.Time{}
	for _, who := range []string{"a", "b", "c", "d"} {
		w.Puts["question/roll-call/c-1/"+who] = at
	}
	one := func(post, who string) string { return "lone-worker high " + post + " roll-call/c-1/" + who + " 0s" }
	assert.Empty(t, raised(179))
	assert.Equal(t, []string{one("second-gate", "a"), one("", "b"), one("", "d")}, raised(180), "a card is a word of life, but not from before the call")
	assert.Equal(t, []string{one("second-gate", "a"), one("", "d")}, raised(300), "a late answer takes it back")
	assert.Len(t, raised(180+3599), 2)
	assert.Empty(t, raised(180+3600), "whoever called the roll knows by then")
	assert.Equal(t, after(60), w.Next(after(0)))
	assert.Equal(t, after(180), w.Next(after(60)))
	assert.True(t, w.Calls[0].Awaits(w.Setup.Times, "b", after(299)))
	assert.False(t, w.Calls[0].Awaits(w.Setup.Times, "b", after(300)))
	assert.False(t, w.Calls[0].Awaits(w.Setup.Times, "a", after(180+3600)))
}

// Whom no way reaches is not "asked" meanwhile: somebody telephones.
func TestWhomARollCallCannotReachIsRaisedOnceForTheCall(t *testing.T) {
	at := date(t, "2026-03-04").At(8*60, zone(t, "Asia/Shanghai"))
	after := func(s int) time.Time { return at.Add(time.Duration(s) * time.Second) }
	w := duty.Watch{
		Setup: setup(t, "pattern: primary\n"+posts("gatehouse")), Calendar: days(t, "{}"), Zone: zone(t, "Asia/Shanghai"),
		Calls: []duty.Call{{ID: "c-1", At: at, People: []string{"a", "b", "c"}}},
		Puts:  map[string]time.Time{"question/roll-call/c-1/a": after(1)},
		Lost:  map[string]bool{"question/roll-call/c-1/b": true, "question/roll-call/c-1/c": true},
	}
	stand := func(s int) map[string]duty.Called { return w.Heard(w.Calls[0]).State(w.Setup.Times, after(s)).People }
	raised := func(s int) [][]string {
		var out [][]string
		for _, r := range w.Raises(after(s)) {
			if r.Unreached {
				out = append(out, r.People)
			}
		}
		return out
	}
	assert.Equal(t, map[string]duty.Called{"a": duty.Asked, "b": duty.Unreached, "c": duty.Unreached}, stand(2), "as soon as it is known")
	assert.Empty(t, raised(59), "their ways may take the first window")
	assert.Equal(t, [][]string{{"b", "c"}}, raised(60))
	var keys []string
	for _, q := range w.Questions(after(62)) {
		keys = append(keys, q.Key)
	}
	assert.Equal(t, []string{"question/roll-call/c-1/a/again", "question/roll-call/c-1/b/again", "question/roll-call/c-1/c/again"}, keys, "and all are asked once more")
	w.Puts["question/roll-call/c-1/b/again"] = after(63)
	assert.Equal(t, duty.Asked, stand(64)["b"], "their windows begin when it reaches them")
	assert.Equal(t, [][]string{{"c"}}, raised(64))
	w.Calls[0].Replies = []duty.Reply{{Person: "c", At: after(70), Received: after(70)}}
	assert.Empty(t, raised(70))
	w.Calls[0].Replies = nil
	assert.Len(t, raised(60+3599), 1)
	assert.Empty(t, raised(60+3600), "whoever called the roll knows by then")
}
