package release_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
)

var afterTwelve = release.Automatic{On: true, After: 12 * time.Minute, Countdown: 2 * time.Minute}

// let runs the story's clock to a moment after the opening, a tick a second,
// and returns what happened.
func (s *story) let(until time.Duration) []release.Event {
	s.t.Helper()
	var out []release.Event
	for s.now.Before(opened.Add(until)) {
		s.wait(time.Second)
		out = append(out, s.tick()...)
	}
	return out
}

func TestTheHubSendsNothingUnlessTheSchoolTurnedItOn(t *testing.T) {
	assert.Empty(t, about(t, "attack").let(time.Hour))
}

func TestAutomaticHoldingTextCountsDownAndGoes(t *testing.T) {
	for _, kind := range []alerting.Kind{"emergency", "attack", "intrusion", "fire", "traffic", "crowd", "weather"} {
		s := about(t, kind)
		s.sit.Auto = afterTwelve
		events := s.let(time.Hour)
		require.Len(t, events, 2, kind)
		assert.Equal(t, opened.Add(10*time.Minute), events[0].At, "the countdown")
		assert.Equal(t, opened.Add(12*time.Minute), events[1].At)
		assert.Equal(t, alerting.ActorHub, events[1].Actor.Name)
		assert.Equal(t, alerting.Text{
			ZH: "【紫薇小学】第1号 08:12:学校正在处置突发情况。请勿前来学校,08:40 前发布下一号通知",
			EN: "[Ziwei Primary] No. 1, 08:12: the school is dealing with an incident. Please do not come. Next notice before 08:40",
		}, s.state.Notices[0].Draft.Rendered[0].Text)
	}
}

func TestWhatTheHubNeverSaysByItself(t *testing.T) {
	for name, change := range map[string]func(*story){
		"R3":           func(s *story) { s.become("health") },
		"R0":           func(s *story) { s.become("missing") },
		"confidential": func(s *story) { s.sit.Confidential = true },
		"silent":       func(s *story) { s.sit.Silent = true },
		"closed":       func(s *story) { s.sit.Resolved = true },
		"nothing there": func(s *story) {
			s.sit.Unfounded = true
		},
		"a sensor":        func(s *story) { s.sit.ByHub = true },
		"a notice is out": func(s *story) { s.out() },
		"a person drafts": func(s *story) { s.draft(plain, s.holding()) },
		"held":            func(s *story) { s.do(s.by(plain, release.VerbHold)) },
	} {
		s := about(t, "attack")
		s.sit.Auto = afterTwelve
		change(s)
		assert.Empty(t, s.let(time.Hour), name)
		if name == "a notice is out" || name == "a person drafts" || name == "held" {
			continue
		}
		// And the same in the middle of the countdown: it is taken back.
		s = about(t, "attack")
		s.sit.Auto = afterTwelve
		require.Len(t, s.let(11*time.Minute), 1)
		change(s)
		events := s.let(time.Hour)
		require.Len(t, events, 1, name)
		assert.Equal(t, release.EventWithdrawn, events[0].Type, name)
	}
}

func TestNeverBeforeTenMinutes(t *testing.T) {
	for _, a := range []release.Automatic{
		{On: true, After: 9 * time.Minute, Countdown: time.Minute},
		{On: true, After: 10 * time.Minute, Countdown: 59 * time.Second},
		{On: true, After: 10 * time.Minute, Countdown: 11 * time.Minute},
		{On: true},
	} {
		require.ErrorIs(t, a.Check(), alerting.ErrInvalid)
		s := about(t, "attack")
		s.sit.Auto = a
		s.wait(time.Hour)
		_, err := release.Step(s.state, release.Input{Situation: s.sit}, s.now)
		require.ErrorIs(t, err, alerting.ErrInvalid)
	}
	require.NoError(t, release.Automatic{}.Check())
	require.NoError(t, afterTwelve.Check())

	// Not by a draft that says that it is due either.
	s := about(t, "attack")
	s.sit.Auto = release.Automatic{On: true, After: 10 * time.Minute, Countdown: 10 * time.Minute}
	require.Len(t, s.tick(), 1)
	s.state.Draft.Due = s.now
	assert.Empty(t, s.tick())
}

func TestHoldStopsTheCountdown(t *testing.T) {
	s := about(t, "attack")
	s.sit.Auto = afterTwelve
	s.let(12*time.Minute - time.Second)
	c := s.by(plain, release.VerbHold)
	c.Reason = "" // there is no time to type
	s.do(c)
	assert.Empty(t, s.let(20*time.Minute))

	s.do(s.by(head, release.VerbContinue))
	events := s.let(time.Hour)
	require.Len(t, events, 2, "it counts down anew, in full")
	assert.Equal(t, afterTwelve.Countdown, events[1].At.Sub(events[0].At))
	assert.Equal(t, 1, s.state.Number)
}

func TestAHubThatWasAwayCountsDownInFull(t *testing.T) {
	s := about(t, "attack")
	s.sit.Auto = afterTwelve
	s.wait(2 * time.Hour)
	events := s.let(3 * time.Hour)
	require.Len(t, events, 2)
	assert.Equal(t, afterTwelve.Countdown, events[1].At.Sub(events[0].At))

	// Away in the middle of a countdown, so long that the text is no longer true.
	s = about(t, "attack")
	s.sit.Auto = afterTwelve
	s.let(11 * time.Minute)
	s.wait(2 * time.Hour)
	events = s.let(4 * time.Hour)
	require.Len(t, events, 3)
	assert.Equal(t, release.EventWithdrawn, events[0].Type)
	assert.Equal(t, afterTwelve.Countdown, events[2].At.Sub(events[1].At))
}

func TestAPersonsDraftTakesTheHubsPlace(t *testing.T) {
	s := about(t, "attack")
	s.sit.Auto = afterTwelve
	s.let(11 * time.Minute)
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
	s.refused(alerting.ErrConflict, s.by(head, release.VerbWithdraw))
	s.draft(plain, s.content(release.HoldingArrival))
	assert.Empty(t, s.let(13*time.Minute))
	s.do(s.by(head, release.VerbRelease))
	assert.Empty(t, s.let(time.Hour))
	assert.Equal(t, 1, s.state.Number)
}
