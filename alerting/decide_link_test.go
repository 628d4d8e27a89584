package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func other(t *testing.T) *story {
	p := press("p-9", noon.Add(time.Minute))
	p.From.Device = "b-9"
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: policyOf("emergency")}, p.ReceivedAt)
	require.NoError(t, err)
	s := &story{t: t}
	s.keep(events)
	return s
}

// together decides link or unlink on a and lets both sides have their events.
func together(t *testing.T, v alerting.Verb, a, b *story) []alerting.Event {
	c := alerting.Command{Verb: v, Actor: officer, Other: b.now.ID}
	events, err := alerting.Step(&a.now, alerting.Input{Command: &c, Other: &b.now}, noon.Add(time.Minute))
	require.NoError(t, err)
	for _, e := range events {
		if e.Incident == a.now.ID {
			a.keep([]alerting.Event{e})
		} else {
			b.keep([]alerting.Event{e})
		}
	}
	return events
}

func TestALinkStandsOnBothSidesAndMergesNothing(t *testing.T) {
	a, b := in(t, atOpen, alerting.LeadPolice), other(t)
	before := b.now
	require.Len(t, together(t, alerting.VerbLink, a, b), 2)
	assert.Equal(t, []string{b.now.ID}, a.now.Links)
	assert.Equal(t, []string{a.now.ID}, b.now.Links)
	assert.Equal(t, before.Presses, b.now.Presses)
	assert.Equal(t, before.Plan, b.now.Plan)
	assert.Equal(t, before.Number+1, b.now.Number)
	assert.Empty(t, together(t, alerting.VerbLink, b, a), "twice changes nothing")

	require.Len(t, together(t, alerting.VerbUnlink, b, a), 2)
	assert.Equal(t, []string{}, a.now.Links)
	assert.Equal(t, []string{}, b.now.Links)
	assert.Equal(t, []string{b.now.ID}, a.now.Unlinked)
	assert.Empty(t, together(t, alerting.VerbUnlink, a, b))
	require.Len(t, together(t, alerting.VerbLink, a, b), 2, "and again")
	assert.Empty(t, a.now.Unlinked)
	assert.Equal(t, a.now, alerting.Fold(a.events))
	assert.Equal(t, b.now, alerting.Fold(b.events))
}

func TestARepeatCompletesHalfALink(t *testing.T) {
	a, b := in(t, atOpen, alerting.LeadPolice), other(t)
	together(t, alerting.VerbLink, a, b)
	b.now.Links = []string{}
	events := together(t, alerting.VerbLink, a, b)
	require.Len(t, events, 1)
	assert.Equal(t, b.now.ID, events[0].Incident)
}

func TestACommandIsCarriedOutOnceAlsoOnTheOtherSide(t *testing.T) {
	a, b := in(t, atOpen, alerting.LeadPolice), other(t)
	b.now.Commands = []string{"c-1"}
	c := alerting.Command{ID: "c-1", Verb: alerting.VerbLink, Actor: officer, Other: b.now.ID}
	events, err := alerting.Step(&a.now, alerting.Input{Command: &c, Other: &b.now}, noon)
	require.NoError(t, err)
	require.Len(t, events, 2)
	assert.Equal(t, "c-1", events[0].Command)
	assert.Empty(t, events[1].Command, "the other incident has seen the id as another command's")
}

func TestWhatCanNotBeLinked(t *testing.T) {
	s, o := in(t, atOpen, alerting.LeadPolice), other(t).now
	try := func(id string, o *alerting.Incident) error {
		c := alerting.Command{Verb: alerting.VerbLink, Actor: officer, Other: id}
		_, err := alerting.Step(&s.now, alerting.Input{Command: &c, Other: o}, noon)
		return err
	}
	require.ErrorIs(t, try("", nil), alerting.ErrInvalid)
	require.ErrorIs(t, try(s.now.ID, &s.now), alerting.ErrInvalid, "itself")
	require.ErrorIs(t, try("nowhere", nil), alerting.ErrNotFound)
	foreign := o
	foreign.School = "lanhua"
	require.ErrorIs(t, try(o.ID, &foreign), alerting.ErrInvalid, "another school's")
	hidden := o
	hidden.Confidential = true
	require.ErrorIs(t, try(o.ID, &hidden), alerting.ErrConflict, "a link would show a confidential one")
	full := o
	full.Links = make([]string, alerting.MaxLinks)
	require.ErrorIs(t, try(o.ID, &full), alerting.ErrConflict)
	require.NoError(t, try(o.ID, &o))
}

func drill(t *testing.T) *story {
	p := press("p-1", noon)
	p.Mode = devices.Drill
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: policyOf("fire")}, noon)
	require.NoError(t, err)
	s := &story{t: t}
	s.keep(events)
	return s
}

func TestNotADrillOpensALiveIncidentBesideIt(t *testing.T) {
	s := drill(t)
	c := alerting.Command{ID: "c-1", Verb: alerting.VerbReal, Actor: guard, Text: "x"}
	events := s.do(c)
	require.Len(t, events, 2)
	live := alerting.Fold(s.elsewhere)

	assert.Equal(t, devices.Drill, s.now.Mode, "the drill stays what it was")
	assert.Equal(t, []string{live.ID}, s.now.Links)
	assert.Equal(t, devices.Live, live.Mode)
	assert.Equal(t, s.now.ID, live.DrillOf)
	assert.Equal(t, []string{s.now.ID}, live.Links)
	assert.Equal(t, s.now.Kind, live.Kind)
	assert.Equal(t, s.now.Place, live.Place)
	assert.Equal(t, alerting.Critical, live.Severity)
	assert.Empty(t, live.Device)
	assert.False(t, live.Latched, "there is no button to reset")
	assert.Equal(t, 1, live.PressCount)
	assert.Len(t, live.Plan.Legs, 3)
	assert.False(t, s.elsewhere[0].CommitFirst(), "an alarm is told before its commit")
	assert.Equal(t, "非演练，真实险情", alerting.Timeline(s.elsewhere)[0].Text.ZH)
	assert.NotEmpty(t, events[0].Command, "the drill's own event carries the command")
	assert.Empty(t, s.elsewhere[0].Command)
}

func TestASecondWordOpensNoSecondIncident(t *testing.T) {
	s := drill(t)
	c := alerting.Command{Verb: alerting.VerbReal, Actor: guard}
	s.do(c)
	live := alerting.Fold(s.elsewhere)
	say := func(o *alerting.Incident) []alerting.Event {
		events, err := alerting.Step(&s.now, alerting.Input{Command: &c, Opening: policyOf("fire"), Other: o}, noon.Add(time.Hour))
		require.NoError(t, err)
		return events
	}
	assert.Empty(t, say(&live))
	live.State = alerting.StateResolved
	again := say(&live)
	require.Len(t, again, 2, "once that one is closed it may be real again")
	assert.NotEqual(t, live.ID, again[1].Incident)
	assert.Equal(t, say(nil), again)

	fresh := drill(t)
	first, err := fresh.try(c)
	require.NoError(t, err)
	later, err := fresh.tryAt(c, noon.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, first[1].Incident, later[1].Incident, "what was told before a crash is the same incident after it")
}
