package release_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

func TestThePolicySaysWhatItTakesExceptWhereNoPolicyMay(t *testing.T) {
	for _, rule := range []release.Rule{release.Never, release.One, release.Agreed, release.Two} {
		assert.Equal(t, rule, release.RuleNamed(rule.String()))
		sit := about(t, "fire").sit
		sit.Rule = rule
		for _, id := range []release.TextID{release.Holding, release.PickUp, release.AllSafe} {
			assert.Equal(t, rule, release.RuleOf(sit, id))
		}
		for _, kind := range []alerting.Kind{"bullying", "welfare"} {
			sit.Kind = kind
			assert.Equal(t, release.Never, release.RuleOf(sit, release.Holding), kind)
		}
		sit.Kind, sit.Confidential = "fire", true
		assert.Equal(t, release.Never, release.RuleOf(sit, release.Holding), "%s, confidential", rule)
		sit.Confidential, sit.ByHub = false, true
		assert.Equal(t, release.Never, release.RuleOf(sit, release.Holding), "%s, raised by a sensor", rule)
	}
	for _, word := range []string{"", "never", "R4", "r1"} {
		assert.Equal(t, release.Never, release.RuleNamed(word), word)
	}
}

// Whatever a person tries with a kind that is never broadcast ends at the
// first step; and so does what became confidential on the way, at each step.
func TestNothingGoesOutWhereTheRuleSaysNever(t *testing.T) {
	for _, kind := range []alerting.Kind{"medical", "fight", "bullying", "welfare", "missing", "drowning", "hazard", "hub-fault", "x"} {
		s := about(t, kind)
		s.sit.Auto = release.Automatic{On: true, After: 10 * time.Minute, Countdown: time.Minute}
		for _, id := range release.Texts() {
			if release.Texts()[8] == id || release.Texts()[9] == id {
				continue // of drills, refused as such
			}
			s.refused(alerting.ErrForbidden, release.Command{Verb: release.VerbDraft, By: head, Content: s.content(id)})
		}
		s.wait(time.Hour)
		assert.Empty(t, s.tick())
	}
}

func TestWhatBecomesConfidentialStops(t *testing.T) {
	hide := map[string]func(*story){
		"flag":          func(s *story) { s.sit.Confidential = true },
		"bullying":      func(s *story) { s.become("bullying") },
		"welfare":       func(s *story) { s.become("welfare") },
		"never by rule": func(s *story) { s.become("medical") },
	}
	for name, f := range hide {
		s := about(t, "crowd")
		s.draft(plain, s.holding())
		f(s)
		s.refused(alerting.ErrForbidden, s.by(head, release.VerbApprove))
		s.become("crowd")
		s.sit.Confidential = false
		s.do(s.by(head, release.VerbApprove))
		f(s)
		s.refused(alerting.ErrForbidden, s.by(head, release.VerbRelease))
		_, err := s.try(s.by(head, release.VerbRelease))
		assert.NotContains(t, err.Error(), "bullying", name)
		assert.Zero(t, s.state.Number)
	}
}

func TestOneHolderIsEnoughByR1(t *testing.T) {
	for _, kind := range []alerting.Kind{"traffic", "crowd", "weather"} {
		for _, id := range []release.TextID{release.Holding, release.PickUp, release.DismissalLater} {
			s := about(t, kind)
			s.draft(head, s.content(id))
			events := s.do(s.by(head, release.VerbRelease))
			require.Len(t, events, 2, "approved by whoever wrote it, and released")
			assert.Equal(t, release.EventApproved, events[0].Type)
			assert.Equal(t, release.EventReleased, events[1].Type)
			assert.Equal(t, 1, s.state.Number)
			assert.Nil(t, s.state.Draft)
		}
	}
}

func TestHoldingTextGoesOutByOneHolderAloneByR2(t *testing.T) {
	for _, kind := range []alerting.Kind{"emergency", "attack", "intrusion", "fire"} {
		s := about(t, kind)
		s.draft(head, s.content(release.HoldingArrival))
		s.do(s.by(head, release.VerbRelease))
		wait := s.content(release.Waiting)
		wait.Reason = ""
		s.draft(head, wait)
		s.do(s.by(head, release.VerbRelease))
		assert.Equal(t, 2, s.state.Number)
	}
}

func TestFactsNeedTheLeadAuthorityByR2(t *testing.T) {
	for _, kind := range []alerting.Kind{"emergency", "attack", "intrusion", "fire"} {
		for _, id := range []release.TextID{
			release.Waiting, release.DismissalLater, release.PickUp, release.AllClear, release.AllSafe, release.Correction,
		} {
			s := about(t, kind)
			s.out()
			s.sit.Count = counted
			s.draft(plain, s.content(id))
			s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
			assert.Equal(t, release.Wants{Approvals: 1, Agreement: release.AuthorityOf(kind)}, release.Wanting(s.sit, *s.state.Draft))
			s.agreeFor(kind)
			s.do(s.by(head, release.VerbRelease))
			assert.Equal(t, 2, s.state.Number, "%s about %s", id, kind)
		}
	}
}

// agreeFor gives the lead authority's word in its usual way.
func (s *story) agreeFor(kind alerting.Kind) {
	s.t.Helper()
	if kind != "fire" {
		s.do(s.by(police, release.VerbAgree))
		return
	}
	c := s.by(plain, release.VerbAgree)
	c.Call = &release.Call{Role: release.FireCommander, At: s.now}
	s.do(c)
}

func TestWhoCanAgree(t *testing.T) {
	at := func(s *story, role release.PhoneRole, ago time.Duration) *release.Call {
		return &release.Call{Role: role, At: s.now.Add(-ago)}
	}
	for _, c := range []struct {
		name string
		kind alerting.Kind
		by   release.Person
		role release.PhoneRole
		ago  time.Duration
		want error
	}{
		{"signed by the police", "attack", police, "", 0, nil},
		{"an officer can't sign for them", "attack", head, "", 0, alerting.ErrForbidden},
		{"the police can't sign for the fire service", "fire", police, "", 0, alerting.ErrForbidden},
		{"the station's desk by telephone", "attack", plain, release.StationDesk, 0, nil},
		{"the command centre by telephone", "attack", plain, release.CommandCentre, 0, nil},
		{"the fire service for the police", "attack", plain, release.FireCommander, 0, alerting.ErrInvalid},
		{"the police for the fire service", "fire", plain, release.StationLeader, 0, alerting.ErrInvalid},
		{"the fire service", "fire", plain, release.FireCommander, 0, nil},
		{"a role of one's own making", "attack", plain, "张所长", 0, alerting.ErrInvalid},
		{"before there was a draft", "attack", plain, release.StationDesk, 5 * time.Minute, alerting.ErrInvalid},
		{"in the future", "attack", plain, release.StationDesk, -time.Minute, alerting.ErrInvalid},
		{"the police note no call of their own", "attack", police, release.StationDesk, 0, alerting.ErrForbidden},
		{"guards have no word in it", "attack", person("g", alerting.RoleGuard), "", 0, alerting.ErrForbidden},
	} {
		s := about(t, c.kind)
		s.out()
		s.draft(plain, s.content(release.AllClear))
		s.wait(time.Minute)
		cmd := s.by(c.by, release.VerbAgree)
		if c.role != "" {
			cmd.Call = at(s, c.role, c.ago)
		}
		events, err := s.try(cmd)
		require.ErrorIs(t, err, c.want, c.name)
		if c.want != nil {
			assert.Empty(t, events, c.name)
			continue
		}
		s.keep(events)
		assert.Empty(t, release.Wanting(s.sit, *s.state.Draft).Agreement, c.name)
	}
}

func TestAnotherAuthoritysWordDoesNotCountAfterTheKindChanged(t *testing.T) {
	s := about(t, "attack")
	s.out()
	s.draft(plain, s.content(release.AllClear))
	s.do(s.by(police, release.VerbAgree))
	s.become("fire")
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
}

func TestTwoDifferentHoldersByR3(t *testing.T) {
	for _, id := range []release.TextID{release.Holding, release.PickUp} {
		s := about(t, "health")
		s.draft(plain, s.content(id))
		s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
		s.do(s.by(head, release.VerbApprove))
		s.refused(alerting.ErrConflict, s.by(head, release.VerbApprove))
		s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
		s.do(s.by(deputy, release.VerbApprove))
		s.refused(alerting.ErrConflict, s.by(third, release.VerbApprove))
		s.do(s.by(head, release.VerbRelease))
		assert.Equal(t, 1, s.state.Number)
		assert.Len(t, s.state.Notices[0].Draft.Approvals, 2)
	}
}

func TestWhoeverWroteItIsNotTheSecondOfTwo(t *testing.T) {
	s := about(t, "health")
	s.draft(head, s.holding())
	s.do(s.by(deputy, release.VerbApprove))
	s.refused(alerting.ErrForbidden, s.by(head, release.VerbApprove))
	s.refused(alerting.ErrForbidden, s.by(head, release.VerbRelease))
	s.do(s.by(third, release.VerbRelease))

	s = about(t, "health")
	s.draft(head, s.holding())
	s.do(s.by(head, release.VerbApprove))
	s.do(s.by(deputy, release.VerbRelease))
	assert.Equal(t, 1, s.state.Number)
}

func TestOnlyHoldersOfTheRightReleaseAnything(t *testing.T) {
	elsewhere := person("head-of-lanhua", alerting.RoleOfficer)
	elsewhere.Releases = []string{"lanhua"}
	for _, role := range alerting.Roles() {
		p := person("x", role)
		if role != alerting.RoleOfficer {
			p.Releases = []string{"ziwei"} // the right alone makes no holder
		}
		s := about(t, "crowd")
		s.draft(plain, s.holding())
		s.refused(alerting.ErrForbidden, s.by(p, release.VerbApprove))
		s.refused(alerting.ErrForbidden, s.by(p, release.VerbRelease))
		s.refused(alerting.ErrForbidden, s.by(elsewhere, release.VerbRelease))
		if role != alerting.RoleOfficer {
			s.refused(alerting.ErrForbidden, release.Command{Verb: release.VerbDraft, By: p, Content: s.holding()})
			s.refused(alerting.ErrForbidden, s.by(p, release.VerbWithdraw))
		}
		if role != alerting.RoleOfficer && role != alerting.RoleLiaison {
			s.refused(alerting.ErrForbidden, s.by(p, release.VerbHold))
			s.refused(alerting.ErrForbidden, s.by(p, release.VerbContinue))
		}
	}
}

func TestAllSafeOnlyAfterACompleteHeadCount(t *testing.T) {
	for _, c := range []struct {
		count release.Count
		want  error
	}{
		{release.Count{}, alerting.ErrConflict},
		{release.Count{Complete: false, Expected: 400}, alerting.ErrConflict},
		{release.Count{Complete: true, Expected: 400, Missing: 1}, alerting.ErrConflict},
		{release.Count{Complete: true}, alerting.ErrConflict}, // nobody was counted
		{release.Count{Complete: true, Expected: 400}, nil},
	} {
		s := about(t, "crowd")
		s.out()
		s.sit.Count = c.count
		_, err := s.try(release.Command{Verb: release.VerbDraft, By: head, Content: s.content(release.AllSafe)})
		require.ErrorIs(t, err, c.want)
		fire := about(t, "fire")
		fire.out()
		fire.sit.Count = c.count
		_, err = fire.try(release.Command{Verb: release.VerbDraft, By: head, Content: fire.content(release.Waiting)})
		require.ErrorIs(t, err, c.want, "that everybody has left the building")
	}
}

func TestACountThatChangesHoldsAllSafeBack(t *testing.T) {
	s := about(t, "crowd")
	s.out()
	s.sit.Count = counted
	s.draft(plain, s.content(release.AllSafe))
	s.do(s.by(head, release.VerbApprove))
	s.sit.Count.Missing = 1
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
	s.sit.Count.Missing = 0
	s.do(s.by(head, release.VerbRelease))
}

// Every text but one leaves it open whether all pupils are safe.
func TestNoOtherTextSaysThatAllAreSafe(t *testing.T) {
	for _, c := range agreed {
		got := written(t, c.kind, modeOf(c.id), c.id)
		if c.id == release.AllSafe {
			assert.Contains(t, got.ZH, "全体学生安全")
			continue
		}
		assert.NotContains(t, got.ZH, "安全")
		assert.NotContains(t, got.EN, "safe")
	}
}

// What is practised would read as true: of a drill parents hear that it comes
// and that it is over, whatever the policy says of its kind.
func TestInADrillParentsAreSentNothingButItsTwoTexts(t *testing.T) {
	for _, c := range agreed {
		s := about(t, c.kind)
		s.sit.Mode, s.sit.Count = devices.Drill, counted
		cmd := release.Command{Verb: release.VerbDraft, By: head, Content: s.content(c.id)}
		if modeOf(c.id) == devices.Drill {
			s.do(cmd)
			continue
		}
		s.refused(alerting.ErrConflict, cmd)
		_, err := s.try(cmd)
		require.ErrorContains(t, err, "PAR-08 and PAR-09 alone", c.id)
	}
	s := about(t, "attack")
	s.sit.Mode, s.sit.Auto = devices.Drill, release.Automatic{On: true, After: release.AutoNotBefore, Countdown: time.Minute}
	s.wait(time.Hour)
	assert.Empty(t, s.tick(), "nor does the hub speak by itself")
}

func TestDrillTextsByOneHolderButNeverAboutAConfidentialKind(t *testing.T) {
	for _, kind := range []alerting.Kind{"bullying", "welfare"} {
		s := about(t, kind)
		s.sit.Mode = devices.Drill
		s.refused(alerting.ErrForbidden, release.Command{Verb: release.VerbDraft, By: head, Content: s.content(release.DrillAhead)})
	}
	for _, kind := range []alerting.Kind{"medical", "attack", "health"} {
		s := about(t, kind)
		s.sit.Mode = devices.Drill
		s.draft(plain, s.content(release.DrillAhead))
		s.do(s.by(head, release.VerbRelease))
		assert.Zero(t, s.state.Number, "a notice of a drill has no number")
		_, ok := s.state.Last()
		assert.False(t, ok)
	}
}

func TestWhatIsApprovedIsStillReleasedByAHolder(t *testing.T) {
	s := about(t, "crowd")
	s.draft(plain, s.holding())
	s.do(s.by(head, release.VerbApprove))
	s.refused(alerting.ErrForbidden, s.by(plain, release.VerbRelease))
	s.do(s.by(deputy, release.VerbRelease))
	assert.Len(t, s.state.Notices[0].Draft.Approvals, 1)
	assert.Equal(t, deputy.Actor, s.state.Notices[0].ReleasedBy)
}

func TestAnotherAuthoritysCallDoesNotCountAfterTheKindChanged(t *testing.T) {
	s := about(t, "fire")
	s.out()
	s.draft(plain, s.content(release.AllClear))
	s.agreeFor("fire")
	s.become("attack")
	s.refused(alerting.ErrConflict, s.by(head, release.VerbRelease))
	s.do(s.by(police, release.VerbHold)) // and whoever leads now may hold it
}

func TestWhatTheGateKnowsOfAnIncident(t *testing.T) {
	i := alerting.Incident{ID: "i-1", School: "ziwei", Kind: "intrusion", Mode: devices.Live, OpenedAt: opened, PressCount: 1, Verify: alerting.Unverified}
	want := release.Situation{Incident: "i-1", School: "ziwei", Kind: "intrusion", Mode: devices.Live, OpenedAt: opened, Rule: release.Agreed}
	assert.Equal(t, want, release.Of(i, release.Agreed))
	for _, c := range []struct {
		change func(*alerting.Incident)
		want   func(release.Situation) bool
	}{
		{func(i *alerting.Incident) { i.Confidential = true }, func(s release.Situation) bool { return s.Confidential }},
		{func(i *alerting.Incident) { i.Silent = true }, func(s release.Situation) bool { return s.Silent }},
		{func(i *alerting.Incident) { i.State = alerting.StateResolved }, func(s release.Situation) bool { return s.Resolved }},
		{func(i *alerting.Incident) { i.Verify = alerting.VerifiedFalse }, func(s release.Situation) bool { return s.Unfounded }},
		{func(i *alerting.Incident) { i.Verify = alerting.VerifiedNoFind }, func(s release.Situation) bool { return s.Unfounded }},
		{func(i *alerting.Incident) { i.PressCount = 0 }, func(s release.Situation) bool { return s.ByHub }},
		{func(i *alerting.Incident) { i.PressCount, i.Verify = 0, alerting.VerifiedReal }, func(s release.Situation) bool { return !s.ByHub }},
	} {
		changed := i
		c.change(&changed)
		assert.True(t, c.want(release.Of(changed, release.Agreed)))
	}
}
