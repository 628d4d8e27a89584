package duty_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// blind has a post not be seen from one time to another; to "" it lasts.
func (s *school) blind(post, from, to string) {
	b := duty.Blind{Post: post, From: s.when(from)}
	if to != "" {
		b.To = s.when(to)
	}
	s.Blinds = append(s.Blinds, b)
}

// at is how a post stands in a few words: who is how, and how the post is.
func (s *school) at(post, clock string) string {
	st := s.post(post, clock)
	out := ""
	for _, p := range st.People {
		out += fmt.Sprintf("%s %s ", p.Person, p.Status)
	}
	switch {
	case st.Uncovered && st.CannotTell:
		return out + "both"
	case st.Uncovered:
		return out + "uncovered " + st.Since.In(s.Zone).Format("15:04:05")
	case st.CannotTell:
		return out + "cannot tell"
	}
	return out + "-"
}

// Whoever has not checked in at a post whose card reader is lost is not missed, and
// the post is not uncovered: nobody can tell. When it is heard again they have the
// grace to hold their card, and from then on it counts as ever.
func TestNobodyIsMissedAtAPostThatCannotBeSeen(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "qian", duty.Teacher), owes(t, "second-gate", "zhao", duty.Guard))
	s.Setup.Posts = s.Setup.Posts[1:2]
	s.blind("second-gate", "07:10:00", "07:50:00")
	for _, c := range []struct{ clock, want string }{
		{"07:19:59", "zhao due qian due -"},
		{"07:25:09", "zhao late qian late -"},
		{"07:25:10", "zhao unseen qian unseen cannot tell"},
		{"07:40:00", "zhao unseen qian unseen cannot tell"},
		{"07:50:00", "zhao unseen qian unseen cannot tell"},
		{"07:55:09", "zhao unseen qian unseen cannot tell"},
		{"07:55:10", "zhao missed qian missed uncovered 07:55:10"},
	} {
		assert.Equal(t, c.want, s.at("second-gate", c.clock), c.clock)
	}
	object := wednesday + "/second-gate/morning"
	assert.Empty(t, s.raised("07:25:09"))
	assert.Equal(t, []string{"post-unseen " + object + "/unseen 07:10:00 low"}, s.raised("07:39:59"))
	assert.Equal(t, []string{"post-unseen " + object + "/unseen 07:10:00 high"}, s.raised("07:40:00"), "the gate is open")
	assert.Equal(t, []string{
		"post-missed " + object + "/zhao 07:55:10 low", "post-missed " + object + "/qian 07:55:10 low", "post-uncovered " + object + " 07:55:10 high",
	}, s.raised("07:55:10"))
	r := s.Raises(s.when("07:41:00"))[0]
	assert.Equal(t, s.when("07:10:00"), r.Blind.From)
	assert.False(t, s.Sees("second-gate", s.when("07:55:09")))
	assert.True(t, s.Sees("second-gate", s.when("07:55:10")) && s.Sees("main-gate", s.when("07:41:00")))
	assert.Equal(t, s.when("07:55:10"), s.Next(s.when("07:50:00")), "it changes by itself")

	s.late("zhao", "second-gate", "07:15:00", "07:51:00", false) // the reader kept it
	assert.Equal(t, "zhao present qian unseen cannot tell", s.at("second-gate", "07:52:00"))
	assert.False(t, s.post("second-gate", "07:52:00").People[0].Tardy)
	s.in("qian", "second-gate", "07:53:00")
	assert.Equal(t, "zhao present qian present -", s.at("second-gate", "07:53:00"))
	assert.False(t, s.post("second-gate", "07:53:00").People[1].Tardy, "who knows: they may have stood there")
	assert.Empty(t, s.raised("07:53:00"))
	assert.Equal(t, "zhao present qian present -", s.at("second-gate", "08:10:00"))
}

// What was known before the reader was lost stays known, and what is known by
// telephone counts.
func TestWhatIsKnownOfAPostThatCannotBeSeenCounts(t *testing.T) {
	for name, c := range map[string]struct {
		do                    func(s *school)
		clock, stands, raised string
	}{
		"missed before": {func(s *school) { s.blind("second-gate", "07:30:00", "") }, "07:39:00", "zhao missed qian missed -", "post-missed"},
		"uncovered before": {func(s *school) { s.blind("second-gate", "07:40:01", "") }, "07:45:00",
			"zhao missed qian missed uncovered 07:40:00", "post-uncovered"},
		"both are there by telephone": {func(s *school) {
			s.blind("second-gate", "07:10:00", "")
			s.in("zhao", "second-gate", "07:20:00")
			s.in("qian", "second-gate", "07:22:00")
		}, "07:45:00", "zhao present qian present -", ""},
		"one is": {func(s *school) {
			s.blind("second-gate", "07:10:00", "")
			s.in("zhao", "second-gate", "07:20:00")
		}, "07:45:00", "zhao present qian unseen cannot tell", "post-unseen"},
		"one leaves by telephone": {func(s *school) {
			s.in("zhao", "second-gate", "07:15:00")
			s.in("qian", "second-gate", "07:16:00")
			s.blind("second-gate", "07:45:00", "")
			s.out("zhao", "second-gate", "07:50:00")
		}, "08:00:00", "zhao left qian present cannot tell", "post-unseen"},
		"another post's":             {func(s *school) { s.blind("main-gate", "07:10:00", "") }, "07:30:00", "zhao missed qian missed -", "post-missed"},
		"lost and heard well before": {func(s *school) { s.blind("second-gate", "07:03:00", "07:10:00") }, "07:25:10", "zhao missed qian missed -", "post-missed"},
		"lost in the grace":          {func(s *school) { s.blind("second-gate", "07:22:00", "07:24:00") }, "07:29:09", "zhao unseen qian unseen cannot tell", "post-unseen"},
		"again and again": {func(s *school) {
			s.blind("second-gate", "07:10:00", "07:21:00")
			s.blind("second-gate", "07:26:00", "07:30:00")
		}, "07:35:09", "zhao unseen qian unseen cannot tell", "post-unseen"},
		"until the end": {func(s *school) { s.blind("second-gate", "07:10:00", "") }, "08:34:59", "zhao unseen qian unseen cannot tell", "post-unseen"},
	} {
		t.Run(name, func(t *testing.T) {
			s := morning(t, owes(t, "second-gate", "qian", duty.Teacher), owes(t, "second-gate", "zhao", duty.Guard))
			c.do(s)
			assert.Equal(t, c.stands, s.at("second-gate", c.clock))
			kinds := map[string]bool{}
			for _, r := range s.Raises(s.when(c.clock)) {
				if r.Post.ID == "second-gate" {
					kinds[string(r.Kind)] = true
				}
			}
			if c.raised == "" {
				assert.Empty(t, kinds)
			} else {
				assert.True(t, kinds[c.raised], "%v", kinds)
			}
			assert.Equal(t, c.raised == "post-unseen", kinds["post-unseen"], "%v", kinds)
		})
	}
}

// A post that has its minimum, or somebody where it has none, is not raised for one
// of whom it cannot be told.
func TestAPostWithItsMinimumIsNotRaisedForOneWhoIsUnseen(t *testing.T) {
	s := full(t)
	s.blind("main-gate", "07:10:00", "")
	for _, who := range []string{"wang", "li", "chen"} {
		s.in(who, "main-gate", "07:15:00") // by telephone
	}
	st := s.post("main-gate", "07:45:00")
	assert.Equal(t, 1, st.Unseen, "the volunteer; whoever roves is expected nowhere")
	assert.False(t, st.CannotTell || st.Uncovered)
	for _, r := range s.Raises(s.when("07:45:00")) {
		assert.NotEqual(t, "main-gate", r.Post.ID)
	}
}

// Where the link of the school is cut, all of its posts are told at once, and what
// begins later belongs to it.
func TestACutLinkIsToldOnceForAllPosts(t *testing.T) {
	s := full(t)
	s.blind("", "06:50:00", "")
	s.blind("second-gate", "06:49:30", "") // its reader is lost with the rest
	low := s.Raises(s.when("07:26:00"))
	require.Len(t, low, 1, "%v", low)
	r := low[0]
	assert.Equal(t, duty.KindPostUnseen, r.Kind)
	assert.Equal(t, "link/"+wednesday+"T07:20", r.Object)
	assert.Equal(t, [2]any{s.when("07:20:00"), alerting.Low}, [2]any{r.Due, r.Severity})
	assert.True(t, r.Blind.Link())
	due, err := duty.LinkDue(r.Object, s.Zone)
	require.NoError(t, err)
	assert.True(t, due.Equal(r.Due))
	high := s.Raises(s.when("07:40:00"))
	require.Len(t, high, 1)
	assert.Equal(t, r.Object, high[0].Object)
	assert.Equal(t, alerting.High, high[0].Severity)
	assert.False(t, s.Sees("", s.when("07:40:00")))
}

func TestFiguresOfAPostThatCannotBeSeenAreNeitherCoveredNorUncovered(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "qian", duty.Teacher), owes(t, "second-gate", "zhao", duty.Guard))
	s.blind("second-gate", "07:10:00", "")
	k := s.Figures(s.when("07:45:00")).Kinds["second-gate"]
	assert.Equal(t, duty.KindFigures{Required: 1, Unseen: 1, Doubted: 2}, k)
	s.Blinds = nil
	k = s.Figures(s.when("07:45:00")).Kinds["second-gate"]
	assert.Equal(t, duty.KindFigures{Required: 1, Uncovered: 1, Missed: 2}, k)
}

// Police who are told of an alarm never read that nobody is at a post that cannot be seen.
func TestAnAlarmNeverSaysThatNobodyIsWhereNobodyCanBeSeen(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "qian", duty.Teacher), owes(t, "second-gate", "zhao", duty.Guard))
	at := s.when("07:45:00")
	assert.Equal(t, "nobody", s.OnPost(at)["second-gate"].EN)
	s.blind("second-gate", "07:10:00", "")
	assert.Equal(t, alerting.Text{ZH: "情况不明", EN: "not known"}, s.OnPost(at)["second-gate"])
	s.in("zhao", "second-gate", "07:30:00")
	assert.Equal(t, alerting.Text{ZH: "保安员1人,其余不明", EN: "school guard 1, others not known"}, s.OnPost(at)["second-gate"])
}

// What is remembered of when a post was not seen: a reader that comes and goes is
// one time, a clock that is ahead makes none of the future, and old ones go.
func TestBlindTimesFollowWhatIsSeen(t *testing.T) {
	times := setup(t, "pattern: primary\n"+posts("second-gate")).Times
	zero := time.Date(2026, 3, 4, 7, 0, 0, 0, time.UTC)
	at := func(m int) time.Time { return zero.Add(time.Duration(m) * time.Minute) }
	lost := func(m int, posts ...string) duty.Sight {
		s := duty.Sight{Posts: map[string]time.Time{}}
		for _, p := range posts {
			s.Posts[p] = at(m)
		}
		return s
	}
	follow := func(b duty.Blinds, s duty.Sight, m int) duty.Blinds {
		next, changed := b.Follow(s, times, at(m))
		require.True(t, changed)
		again, changed := next.Follow(s, times, at(m))
		assert.False(t, changed, "nothing to write down at every look")
		assert.Equal(t, next, again)
		return next
	}
	none, changed := duty.Blinds(nil).Follow(duty.Sight{}, times, at(0))
	assert.True(t, none == nil && !changed)
	b := follow(nil, lost(1, "gate"), 2)
	require.Equal(t, duty.Blinds{{Post: "gate", From: at(1)}}, b)
	was := b
	b = follow(b, lost(0), 5)
	require.Equal(t, duty.Blinds{{Post: "gate", From: at(1), To: at(5)}}, b)
	assert.Equal(t, duty.Blinds{{Post: "gate", From: at(1)}}, was, "what was published is never written to")
	b = follow(b, lost(9, "gate"), 10)
	require.Equal(t, duty.Blinds{{Post: "gate", From: at(1)}}, b, "within the grace it goes on")
	b = follow(b, lost(0), 12)
	b = follow(b, lost(18, "gate"), 19)
	require.Equal(t, duty.Blinds{{Post: "gate", From: at(1), To: at(12)}, {Post: "gate", From: at(18)}}, b)
	cut := lost(40, "gate")
	cut.Link = at(17)
	b = follow(b, cut, 20)
	require.Equal(t, duty.Blinds{{Post: "gate", From: at(1), To: at(12)}, {From: at(17)}, {Post: "gate", From: at(18)}}, b)
	b = follow(b, lost(40, "gate", "road"), 21)
	assert.Equal(t, duty.Blind{Post: "road", From: at(21)}, b[3], "not of the future")
	b = follow(b, lost(0), 22)
	assert.Len(t, b, 4)
	assert.Empty(t, follow(b, lost(0), 22+48*60+1))
}
