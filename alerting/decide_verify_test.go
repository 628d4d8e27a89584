package alerting_test

import (
	"testing"

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
	assert.Equal(t, alerting.Text{ZH: "核实;撤回:持械", EN: "Verified; no longer: armed"}, line)
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
	assert.Len(t, alerting.Facts(), 11)
}

func TestVerifyingKeepsNoFreeText(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	events := s.do(full(alerting.VerbVerify, guard))
	assert.Empty(t, events[0].Text)
	assert.Empty(t, events[0].Reason)
}
