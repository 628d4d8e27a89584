package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func verify(a alerting.Actor, v alerting.Verification, facts ...string) alerting.Command {
	return alerting.Command{Verb: alerting.VerbVerify, Actor: a, Verify: v, Facts: facts}
}

func TestToVerifyTakesNothingOn(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	before := s.now
	s.do(verify(liaison, alerting.VerifiedReal, alerting.FactArmed))

	assert.Equal(t, alerting.VerifiedReal, s.now.Verify)
	assert.Equal(t, []string{alerting.FactArmed}, s.now.Facts)
	assert.Equal(t, &alerting.Stamp{By: "desk", Role: alerting.RoleLiaison, At: s.events[1].At}, s.now.Verified)
	assert.Equal(t, alerting.StateOpen, s.now.State, "nobody has taken it on")
	assert.Empty(t, s.now.Acknowledgements)
	assert.Nil(t, before.Verified, "a published copy stays as it was")

	s.do(verify(guard, alerting.VerifiedFalse))
	assert.False(t, s.now.Resolved(), "verified false goes on until the lead closes it")
	assert.True(t, s.now.Latched)
}

func TestTheSameFindingTwiceIsNewsFromSomebodyElseOnly(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	assert.Empty(t, s.do(verify(guard, alerting.Unverified)), "it is unverified")
	assert.Len(t, s.do(verify(guard, alerting.VerifiedReal, alerting.FactInjured)), 1)
	assert.Empty(t, s.do(verify(guard, alerting.VerifiedReal, alerting.FactInjured)))
	assert.Len(t, s.do(verify(liaison, alerting.VerifiedReal)), 1, "the police say it too")
	assert.Equal(t, "desk", s.now.Verified.By)
	assert.Len(t, s.do(verify(officer, alerting.Unverified)), 1, "a finding may be taken back")
	assert.Equal(t, []string{alerting.FactInjured}, s.now.Facts, "facts stay until they are withdrawn")
}

func TestFactsOfTwoPeopleAddUp(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	s.do(verify(guard, "", alerting.FactCalled120, alerting.FactSeveral))
	s.do(verify(officer, "", alerting.FactArmed, alerting.FactSeveral))
	assert.Equal(t, []string{alerting.FactArmed, alerting.FactSeveral, alerting.FactCalled120}, s.now.Facts, "in the list's order, each once")
	assert.Equal(t, []string{alerting.FactArmed}, s.events[2].Facts, "what is new")
	assert.Equal(t, alerting.Unverified, s.now.Verify, "a fact alone verifies nothing")

	s.do(alerting.Command{Verb: alerting.VerbVerify, Actor: guard, Withdrawn: []string{alerting.FactArmed, alerting.FactGone}})
	assert.Equal(t, []string{alerting.FactSeveral, alerting.FactCalled120}, s.now.Facts)
	assert.Equal(t, []string{alerting.FactArmed}, s.events[3].Withdrawn, "what was not said is not withdrawn")
	line := alerting.Timeline(s.events)[3].Text
	assert.Equal(t, alerting.Text{ZH: "核实；撤回：持械", EN: "Verified; no longer: armed"}, line)
}

func TestFindingsAreOfTheClosedList(t *testing.T) {
	for name, c := range map[string]alerting.Command{
		"nothing":            verify(guard, ""),
		"an invented word":   verify(guard, "maybe"),
		"an invented fact":   verify(guard, alerting.VerifiedReal, "gun"),
		"a free text":        verify(guard, "", "他拿着刀"),
		"said and withdrawn": {Verb: alerting.VerbVerify, Actor: guard, Facts: []string{alerting.FactArmed}, Withdrawn: []string{alerting.FactArmed}},
	} {
		_, err := in(t, atOpen, alerting.LeadPolice).try(c)
		require.ErrorIs(t, err, alerting.ErrInvalid, name)
	}
	for _, f := range alerting.Facts() {
		assert.True(t, hasHan(alerting.FactText(f).ZH), f)
		assert.NotEmpty(t, alerting.FactText(f).EN, f)
		assert.Regexp(t, `^[a-z0-9-]+$`, f)
	}
	assert.Len(t, alerting.Facts(), 16)
}

func TestVerifyingKeepsNoFreeText(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	events := s.do(full(alerting.VerbVerify, guard))
	assert.Empty(t, events[0].Text)
	assert.Empty(t, events[0].Reason)
}

func TestAFactWidensThePlanThatAsksForIt(t *testing.T) {
	s := of(t, "fight")
	c := verify(officer, "", alerting.FactViolence)
	graver := policyOf("fight")
	graver.Severity, graver.Plan.Legs[0].After = alerting.Critical, 0
	graver.Plan.Steps = []alerting.EscalationStep{{Audience: alerting.Police, Level: 1, After: 15 * time.Second}}

	events, err := alerting.Step(&s.now, alerting.Input{Command: &c}, noon)
	require.NoError(t, err)
	assert.Nil(t, events[0].Class, "without a plan a fact is told, and changes nobody's part")
	events, err = alerting.Step(&s.now, alerting.Input{Command: &c, Opening: graver}, noon.Add(10*time.Second))
	require.NoError(t, err)
	s.keep(events)

	assert.Equal(t, []string{"desk-1"}, recipients(events[0].Class.Added))
	assert.Equal(t, alerting.Critical, s.now.Severity)
	assert.Equal(t, []string{alerting.FactViolence}, s.now.Facts)
	assert.Equal(t, noon.Add(10*time.Second), s.now.Plan.Steps[0].Since)
	assert.Contains(t, alerting.Timeline(events)[0].Text.EN, "told further by it, critical")
	again, err := alerting.Step(&s.now, alerting.Input{Command: &c, Opening: graver}, noon.Add(time.Minute))
	require.NoError(t, err)
	assert.Empty(t, again, "said twice is said once")
}

// Whoever was spared because somebody else had it before was never told: what
// is graver reaches them also when their time has long passed.
func TestWhoWasSparedIsToldOfWhatIsGraver(t *testing.T) {
	s := of(t, "fight")
	k := alerting.Command{Verb: alerting.VerbAcknowledge, Actor: officer}
	events, err := s.tryAt(k, noon.Add(10*time.Second))
	require.NoError(t, err)
	s.keep(events)
	require.True(t, s.now.Spared(alerting.Police))

	events, err = s.tryAt(classify(guard, "attack", ""), noon.Add(10*time.Minute))
	require.NoError(t, err)

	assert.Equal(t, []string{"desk-1"}, recipients(events[0].Class.Added))
	s.keep(events)
	assert.False(t, s.now.Spared(alerting.Police))
}

func TestStepsThatWouldBeDueSoonerTakeTheirPlace(t *testing.T) {
	step := func(level int, after time.Duration) alerting.EscalationStep {
		return alerting.EscalationStep{Audience: alerting.Police, Level: level, After: after}
	}
	o := policyOf("fight")
	o.Plan.Steps = []alerting.EscalationStep{step(1, 90*time.Second), step(3, 3*time.Minute)}
	s := opened(t, o)
	graver := policyOf("attack")
	graver.Plan.Steps = []alerting.EscalationStep{step(1, 15*time.Second), step(2, 30*time.Second), step(3, 4*time.Minute)}
	c := classify(guard, "attack", "")
	events, err := alerting.Step(&s.now, alerting.Input{Command: &c, Opening: graver}, noon.Add(30*time.Second))
	require.NoError(t, err)
	s.keep(events)

	want := []alerting.EscalationStep{step(1, 15*time.Second), step(2, 30*time.Second), step(3, 3*time.Minute)}
	want[0].Since, want[1].Since = noon.Add(30*time.Second), noon.Add(30*time.Second)
	assert.Equal(t, want, s.now.Plan.Steps, "in the order of their levels, and what is due sooner stays")
}
