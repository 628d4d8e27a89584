package release_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

func TestEachNoticeReplacesTheOneBefore(t *testing.T) {
	s := about(t, "crowd")
	s.out()
	promised, ok := s.state.Promised()
	require.True(t, ok)
	assert.Equal(t, s.now.Add(30*time.Minute), promised)
	for n := 2; n <= 4; n++ {
		s.wait(time.Minute)
		s.draft(plain, s.content(release.DismissalLater))
		assert.Equal(t, n-1, s.state.Draft.Replaces())
		s.do(s.by(head, release.VerbRelease))
		last, _ := s.state.Last()
		assert.Equal(t, n, last.Draft.Number)
	}
	s.draft(plain, s.content(release.AllClear))
	s.do(s.by(head, release.VerbRelease))
	_, ok = s.state.Promised()
	assert.False(t, ok, "an all-clear promises nothing")
}

func TestAFirstTextIsFirstAndASuccessorHasOneBefore(t *testing.T) {
	s := about(t, "crowd")
	for _, id := range []release.TextID{release.Waiting, release.AllClear, release.AllSafe, release.Correction} {
		s.sit.Count = counted
		s.refused(alerting.ErrConflict, release.Command{Verb: release.VerbDraft, By: head, Content: s.content(id)})
	}
	s.out()
	for _, id := range []release.TextID{release.Holding, release.HoldingArrival} {
		s.refused(alerting.ErrConflict, release.Command{Verb: release.VerbDraft, By: head, Content: s.content(id)})
	}
}

func TestAChangedDraftLosesItsApprovals(t *testing.T) {
	s := about(t, "health")
	s.draft(plain, s.holding())
	s.do(s.by(head, release.VerbApprove))
	old := s.by(deputy, release.VerbApprove)
	s.wait(time.Minute)
	s.draft(plain, s.holding())

	s.refused(alerting.ErrConflict, old)
	s.refused(alerting.ErrConflict, s.by(deputy, release.VerbRelease))
	s.do(s.by(head, release.VerbApprove))
	s.do(s.by(deputy, release.VerbRelease))
}

func TestAChangedDraftLosesItsAgreement(t *testing.T) {
	s := about(t, "attack")
	s.out()
	s.draft(plain, s.content(release.AllClear))
	s.do(s.by(police, release.VerbAgree))
	s.draft(plain, s.content(release.PickUp))
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
}

func TestTheSameDraftAgainChangesNothing(t *testing.T) {
	s := about(t, "health")
	s.draft(plain, s.holding())
	s.do(s.by(head, release.VerbApprove))
	s.draft(deputy, s.holding())
	assert.Len(t, s.state.Draft.Approvals, 1)
	assert.Equal(t, plain.Actor, s.state.Draft.By)
}

func TestADraftThatReadsOtherwiseInOneLanguageIsAnother(t *testing.T) {
	for _, rename := range []func(*release.School){
		func(s *release.School) { s.Name.EN = "Other Primary" }, func(s *release.School) { s.Name.ZH = "别的小学" },
	} {
		s := about(t, "health")
		s.draft(plain, s.holding())
		s.do(s.by(head, release.VerbApprove))
		rename(&s.sit.Schools[0])
		s.draft(plain, s.holding())
		assert.Empty(t, s.state.Draft.Approvals)
	}
}

func TestApprovingNeedsTheTextThatWasSeen(t *testing.T) {
	for _, v := range []release.Verb{release.VerbApprove, release.VerbAgree, release.VerbRelease} {
		s := about(t, "attack")
		by := head
		if v == release.VerbAgree {
			by = police
		}
		s.refused(alerting.ErrConflict, s.by(by, v)) // no draft at all
		s.draft(plain, s.holding())
		for _, hash := range []string{"", "0", strings.Repeat("a", 64)} {
			c := s.by(by, v)
			c.Hash = hash
			s.refused(alerting.ErrConflict, c)
		}
	}
}

// What goes out is what was approved: a draft that reads otherwise than its
// template, because the record or the school's names changed, stays.
func TestATextThatIsNoLongerItsTemplateStays(t *testing.T) {
	for name, change := range map[string]func(*story){
		"words":      func(s *story) { s.state.Draft.Rendered[0].Text.ZH += "张三受伤" },
		"recipients": func(s *story) { s.state.Draft.Schools = []string{"lanhua"} },
		"number":     func(s *story) { s.state.Draft.Number = 2 },
		"mode":       func(s *story) { s.state.Draft.Mode = devices.Drill },
		"no drill":   func(s *story) { s.sit.Mode = devices.Drill },
		"content":    func(s *story) { s.state.Draft.Content.Pickup = "gate" },
		"hash":       func(s *story) { s.state.Draft.Hash = "0" },
		"name":       func(s *story) { s.sit.Schools[0].Name.ZH = "别的小学" },
		"place":      func(s *story) { s.sit.Schools[0].Pickups = nil },
		"school":     func(s *story) { s.sit.Schools = s.sit.Schools[1:] },
	} {
		s := about(t, "crowd")
		s.draft(plain, s.content(release.PickUp))
		s.do(s.by(head, release.VerbApprove))
		change(s)
		_, err := s.try(s.by(head, release.VerbRelease))
		require.Error(t, err, name)
	}
}

func TestPromisesAreKeptWithinReason(t *testing.T) {
	s := about(t, "crowd")
	for _, next := range []time.Time{s.now, s.now.Add(-time.Minute), s.now.Add(release.MaxNext + time.Minute)} {
		s.refused(alerting.ErrConflict, release.Command{Verb: release.VerbDraft, By: head, Content: release.Content{Text: release.Holding, Next: next}})
	}
	for _, collect := range []time.Time{s.now.Add(-2 * time.Minute), s.now.Add(20 * time.Hour)} {
		c := s.content(release.PickUp)
		c.Collect = collect
		s.refused(alerting.ErrConflict, release.Command{Verb: release.VerbDraft, By: head, Content: c})
	}
	d := about(t, "weather")
	for date, want := range map[string]error{
		"2026-03-01": alerting.ErrConflict, "2026-03-17": alerting.ErrConflict,
		"3月3日": alerting.ErrInvalid, "2026-02-30": alerting.ErrInvalid, "2026-03-16": nil,
	} {
		c := d.content(release.ClosedWeather)
		c.Date = date
		_, err := d.try(release.Command{Verb: release.VerbDraft, By: head, Content: c})
		require.ErrorIs(t, err, want, date)
	}
}

func TestAPromiseThatHasPassedIsNotReleased(t *testing.T) {
	s := about(t, "crowd")
	s.draft(plain, release.Content{Text: release.Holding, Next: s.now.Add(5 * time.Minute)})
	s.do(s.by(head, release.VerbApprove))
	s.wait(5 * time.Minute)
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
}

func TestAnOldDraftIsNotReleased(t *testing.T) {
	s := about(t, "crowd")
	s.draft(plain, release.Content{Text: release.Holding, Next: s.now.Add(3 * time.Hour)})
	s.wait(release.MaxDraftAge)
	s.do(s.by(head, release.VerbApprove))
	s.wait(time.Second)
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
}

func TestHeldMeansNothingGoesOut(t *testing.T) {
	s := about(t, "crowd")
	s.do(s.by(plain, release.VerbHold))
	s.draft(plain, s.holding())
	s.do(s.by(head, release.VerbApprove))
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
	s.refused(alerting.ErrForbidden, s.by(plain, release.VerbContinue))
	signing := police
	signing.Releases = []string{"ziwei"} // a right that no liaison has
	s.refused(alerting.ErrForbidden, s.by(signing, release.VerbContinue))
	s.do(s.by(head, release.VerbContinue))
	s.do(s.by(head, release.VerbRelease))

	s = about(t, "crowd")
	s.draft(plain, s.holding())
	s.do(s.by(police, release.VerbHold))
	assert.Empty(t, s.do(s.by(plain, release.VerbHold)), "held already")
	s.refused(alerting.ErrForbidden, s.by(head, release.VerbContinue))
	s.do(s.by(police, release.VerbContinue))
	s.do(s.by(head, release.VerbRelease))
}

func TestWithdrawnIsGone(t *testing.T) {
	s := about(t, "crowd")
	s.draft(plain, s.holding())
	c := s.by(plain, release.VerbWithdraw)
	c.Reason = " "
	s.refused(alerting.ErrInvalid, c)
	s.do(s.by(plain, release.VerbWithdraw))
	assert.Nil(t, s.state.Draft)
	assert.Empty(t, s.do(s.by(plain, release.VerbWithdraw)))
	c.Reason = strings.Repeat("a", alerting.MaxReasonLength+1)
	s.refused(alerting.ErrInvalid, c)
}

func TestSeveralSchoolsNeedAnotherPersonWithinFiveMinutes(t *testing.T) {
	s := about(t, "weather")
	s.draft(plain, s.content(release.ClosedWeather), "lanhua", "ziwei", "lanhua")
	require.Len(t, s.state.Draft.Rendered, 2)
	assert.Contains(t, s.state.Draft.Rendered[0].Text.ZH, "兰花小学")
	s.do(s.by(head, release.VerbApprove))
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))

	s.wait(5 * time.Minute)
	assert.Empty(t, s.tick(), "to the last second")
	s.wait(time.Second)
	s.refused(alerting.ErrConflict, s.by(deputy, release.VerbRelease))
	events := s.do(s.by(deputy, release.VerbApprove))
	require.Len(t, events, 2)
	assert.Equal(t, release.EventLapsed, events[0].Type)
	assert.Equal(t, deputy.Name, s.state.Draft.Approvals[0].By.Name, "the first of a new pair")
	s.do(s.by(head, release.VerbRelease))
	s.wait(time.Hour)
	assert.Empty(t, s.tick())
}

func TestApprovalsForSeveralSchoolsLapseByThemselves(t *testing.T) {
	s := about(t, "weather")
	s.draft(plain, s.content(release.ClosedWeather), "lanhua", "ziwei")
	s.do(s.by(head, release.VerbApprove))
	s.wait(5*time.Minute + time.Second)
	require.Len(t, s.tick(), 1)
	assert.Empty(t, s.state.Draft.Approvals)
	assert.Empty(t, s.tick())
	s.do(s.by(head, release.VerbApprove))
}

func TestOnceConfirmedNothingLapses(t *testing.T) {
	s := about(t, "weather")
	s.draft(plain, s.content(release.ClosedWeather), "lanhua", "ziwei")
	s.do(s.by(head, release.VerbApprove))
	s.do(s.by(deputy, release.VerbApprove))
	s.wait(5*time.Minute + time.Second)
	assert.Empty(t, s.tick())
	s.do(s.by(head, release.VerbRelease))
}

func TestWhoseParents(t *testing.T) {
	s := about(t, "weather")
	try := func(schools ...string) error {
		_, err := s.try(release.Command{Verb: release.VerbDraft, By: plain, Content: s.content(release.ClosedWeather), Schools: schools})
		return err
	}
	require.ErrorIs(t, try("lanhua"), alerting.ErrInvalid, "not the incident's own")
	require.ErrorIs(t, try("ziwei", "unknown"), alerting.ErrInvalid)
	require.ErrorIs(t, try(append([]string{"ziwei"}, many(release.MaxSchools)...)...), alerting.ErrInvalid)
	s.out()
	require.ErrorIs(t, try("lanhua", "ziwei"), alerting.ErrConflict, "the others have not had number 1")
	require.NoError(t, try("ziwei"))
}

func many(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Repeat("a", i+1)
	}
	return out
}

func TestOneCommandCountsOnce(t *testing.T) {
	s := about(t, "crowd")
	s.draft(plain, s.holding())
	c := s.by(head, release.VerbRelease)
	c.ID = "c-1"
	require.Len(t, s.do(c), 2)
	assert.Empty(t, s.do(c))
	assert.Equal(t, []string{"c-1"}, s.state.Commands)
	c.By = person("x", alerting.RoleGuard)
	s.refused(alerting.ErrForbidden, c)
}

func TestUnknownVerbIsNotFound(t *testing.T) {
	s := about(t, "crowd")
	s.refused(alerting.ErrNotFound, release.Command{Verb: "send", By: head})
}

func TestTheJournalGivesTheSameState(t *testing.T) {
	s := about(t, "attack")
	s.out()
	s.draft(plain, s.content(release.PickUp))
	c := s.by(plain, release.VerbAgree)
	c.Call = &release.Call{Role: release.StationDesk, At: s.now}
	s.do(c)
	s.do(s.by(plain, release.VerbHold))
	s.do(s.by(head, release.VerbApprove))
	assert.Equal(t, s.state, s.recorded())
	assert.Equal(t, s.state, release.Fold(s.events))
}

func TestWhatWasPublishedIsNeverWrittenTo(t *testing.T) {
	s := about(t, "health")
	s.draft(plain, s.holding())
	s.do(s.by(head, release.VerbApprove))
	before, draft := s.state, *s.state.Draft
	s.do(s.by(deputy, release.VerbApprove))
	s.do(s.by(deputy, release.VerbRelease))
	assert.Len(t, before.Draft.Approvals, 1)
	assert.Equal(t, draft, *before.Draft)
	assert.Empty(t, before.Notices)
}

func TestNoMoreNoticesThanANumberHolds(t *testing.T) {
	s := about(t, "crowd")
	s.out()
	for range release.MaxNotices - 1 {
		s.draft(plain, s.content(release.DismissalLater))
		s.do(s.by(head, release.VerbRelease))
	}
	s.refused(alerting.ErrConflict, release.Command{Verb: release.VerbDraft, By: head, Content: s.content(release.AllClear)})
}
