package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func reveal(a alerting.Actor, k alerting.Kind, facts ...string) alerting.Command {
	return alerting.Command{Verb: alerting.VerbReveal, Actor: a, Kind: k, Facts: facts, Reason: "tapped by mistake"}
}

// at does something so long after noon.
func (s *story) at(after time.Duration, c alerting.Command) {
	s.t.Helper()
	events, err := s.tryAt(c, noon.Add(after))
	require.NoError(s.t, err)
	s.keep(events)
}

func TestAConcealmentIsUndone(t *testing.T) {
	s := of(t, "emergency")
	s.at(time.Second, alerting.Command{Verb: alerting.VerbVerify, Actor: guard, Facts: []string{alerting.FactArmed}})
	s.at(2*time.Second, alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
	s.at(3*time.Second, classify(liaison, "bullying", ""))
	s.at(4*time.Second, alerting.Command{Verb: alerting.VerbVerify, Actor: officer, Verify: alerting.VerifiedNoFind, Facts: []string{alerting.FactInjured}})
	s.at(5*time.Second, alerting.Command{Verb: alerting.VerbCancel, Actor: officer, Reason: "the child is at home"})
	s.at(6*time.Second, alerting.Command{Verb: alerting.VerbLink, Actor: officer, Other: "another"})
	require.True(t, s.now.Confidential)
	require.Equal(t, []string{"desk-1", "gate-1"}, recipients(s.now.Hushed))

	s.at(time.Minute, reveal(officer, ""))

	e := s.events[len(s.events)-1]
	assert.True(t, e.Told())
	assert.True(t, e.CommitFirst())
	assert.False(t, s.now.Confidential)
	assert.EqualValues(t, "emergency", s.now.Kind, "what it was")
	assert.Equal(t, alerting.LeadPolice, s.now.Lead)
	assert.ElementsMatch(t, []string{"desk-1", "gate-1", "deputy"}, recipients(s.now.Plan.Legs))
	assert.Empty(t, s.now.Hushed)
	assert.Equal(t, []string{alerting.FactArmed}, s.now.Facts, "what was found in confidence stays there")
	assert.Equal(t, alerting.Unverified, s.now.Verify)
	assert.Empty(t, s.now.Links)
	require.NotNil(t, s.now.CancelRequested)
	assert.Empty(t, s.now.CancelRequested.Reason)
	assert.Equal(t, alerting.StateOpen, s.now.State, "nobody of the police has it")
	assert.False(t, s.now.AcknowledgedBy(alerting.Police))
	assert.Equal(t, alerting.Text{ZH: "撤销保密：tapped by mistake；某类，等级 特急", EN: "No longer confidential: tapped by mistake; a kind, critical"}, alerting.Timeline(s.events)[len(s.events)-1].Text)

	var confided []alerting.EventType
	for _, line := range alerting.Timeline(s.events) {
		if line.Confided {
			confided = append(confided, line.Event)
		}
	}
	assert.Equal(t, []alerting.EventType{alerting.EventClassified, alerting.EventVerified, alerting.EventCancelRequested, alerting.EventLinked}, confided)

	s.at(2*time.Minute, alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
	assert.Equal(t, alerting.StateAcknowledged, s.now.State)
}

// Somebody of the police who is named took it on in confidence: they have it.
func TestWhoTookItOnInConfidenceHasItStill(t *testing.T) {
	s := of(t, "emergency")
	s.at(time.Second, classify(liaison, "bullying", ""))
	s.at(2*time.Second, alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
	s.at(time.Minute, reveal(officer, ""))
	assert.Equal(t, alerting.StateAcknowledged, s.now.State)
	assert.True(t, s.now.AcknowledgedBy(alerting.Police))
	assert.False(t, s.now.AcknowledgedBy(alerting.Guards))
	require.Len(t, s.now.Revealed, 1)
	assert.Equal(t, alerting.Guards, s.now.Revealed[0].Audience)
}

func TestWhoRevealsSaysWhatItIs(t *testing.T) {
	s := of(t, "medical")
	s.at(time.Second, classify(guard, "bullying", ""))
	s.at(time.Minute, reveal(officer, "attack", alerting.FactArmed))
	assert.EqualValues(t, "attack", s.now.Kind)
	assert.Equal(t, alerting.Critical, s.now.Severity)
	assert.Contains(t, recipients(s.now.Plan.Legs), "desk-1", "whom that kind asks for")
	assert.Equal(t, []string{alerting.FactArmed}, s.now.Facts)

	s.at(2*time.Minute, classify(liaison, "bullying", ""))
	assert.True(t, s.now.Confidential, "it may be concealed again")
	s.at(3*time.Minute, reveal(liaison, ""))
	assert.EqualValues(t, "attack", s.now.Kind)
	assert.False(t, s.now.Confidential)
}

func TestWhatIsNotRevealed(t *testing.T) {
	concealed := func() *story {
		s := of(t, "emergency")
		s.do(classify(liaison, "bullying", ""))
		return s
	}
	born := of(t, "bullying")
	c := reveal(officer, "attack")
	_, err := alerting.Step(&born.now, alerting.Input{Command: &c, Opening: policyOf("attack"), Named: true}, noon)
	require.ErrorIs(t, err, alerting.ErrConflict, "it was confidential from the beginning")
	s := of(t, "emergency")
	_, err = alerting.Step(&s.now, alerting.Input{Command: &c, Opening: policyOf("attack"), Named: true}, noon)
	require.ErrorIs(t, err, alerting.ErrConflict, "it is not confidential")
	_, err = alerting.Step(&concealed().now, alerting.Input{Command: &c, Opening: policyOf("attack")}, noon)
	require.ErrorIs(t, err, alerting.ErrForbidden, "somebody who is not named")
	_, err = concealed().try(reveal(guard, ""))
	require.ErrorIs(t, err, alerting.ErrForbidden)
	for what, c := range map[string]alerting.Command{
		"as what is confidential": reveal(officer, "bullying"), "as welfare": reveal(officer, "welfare"),
		"as no kind": reveal(officer, "earthquake"), "with a fact of its own": reveal(officer, "", "rain"),
		"without a reason": {Verb: alerting.VerbReveal, Actor: officer, Reason: " "},
	} {
		_, err := concealed().try(c)
		require.ErrorIs(t, err, alerting.ErrInvalid, what)
	}
	s = concealed()
	c = reveal(officer, "")
	_, err = alerting.Step(&s.now, alerting.Input{Command: &c, Opening: alerting.Opening{Kind: "emergency", Confidential: true}, Named: true}, noon)
	require.ErrorIs(t, err, alerting.ErrInvalid, "as the school's own policy has it")
	s.do(alerting.Command{Verb: alerting.VerbReset, Actor: officer, Reason: "looked"})
	s.do(alerting.Command{Verb: alerting.VerbResolve, Actor: officer, Outcome: alerting.OutcomeAccidental})
	_, err = s.try(reveal(officer, ""))
	require.ErrorIs(t, err, alerting.ErrConflict, "it is closed")
}
