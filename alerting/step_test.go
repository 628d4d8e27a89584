package alerting_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func TestPressOpensAnIncident(t *testing.T) {
	p := press("p-1", noon)
	p.Age, p.Silent, p.Mode = 1500*time.Millisecond, true, devices.Drill

	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: opening(alerting.High, alerting.LeadPolice)}, noon.Add(time.Millisecond))

	require.NoError(t, err)
	require.Len(t, events, 1)
	i := alerting.Fold(events)
	assert.Equal(t, alerting.Incident{
		ID: alerting.IncidentID(button, "p-1"), Number: 1, Round: 1, School: "ziwei", Device: "b-1",
		Place: alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}},
		Kind:  "emergency", Severity: alerting.High, Mode: devices.Drill, Silent: true,
		State: alerting.StateOpen, Lead: alerting.LeadPolice, Verify: alerting.Unverified,
		Facts: []string{}, Links: []string{}, Latched: true,
		Presses: []alerting.PressRecord{{
			ID: "p-1", PressedAt: noon.Add(-1500 * time.Millisecond), ReceivedAt: noon, AgeMS: 1500,
		}},
		PressCount: 1, OpenedAt: noon.Add(time.Millisecond), RoundAt: noon.Add(time.Millisecond), Rounds: 1, LastAt: noon.Add(time.Millisecond),
		Acknowledgements: []alerting.Acknowledgement{}, Plan: opening(alerting.High, alerting.LeadPolice).Plan,
		Dispatched: []alerting.Dispatch{}, Arrivals: []alerting.Arrival{}, Calls: []alerting.Call{},
	}, i)
	assert.Equal(t, alerting.Actor{Name: "b-1"}, events[0].Actor)
	assert.True(t, events[0].Told())
	assert.False(t, events[0].CommitFirst(), "a press is told before its commit")
}

func TestOpeningTakesItsTruthFromThePress(t *testing.T) {
	o := opening(alerting.High, alerting.LeadPolice)
	o.Device, o.Mode, o.Silent, o.Malformed = "other", devices.Test, true, true
	p := press("p-1", noon)

	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: o}, noon)

	require.NoError(t, err)
	got := events[0].Opening
	assert.Equal(t, "b-1", got.Device)
	assert.Equal(t, devices.Live, got.Mode, "no path turns one mode into another")
	assert.False(t, got.Silent)
	assert.False(t, got.Malformed)
	assert.True(t, got.Latched)
}

func TestSecondPressRaisesTheSeverityByOne(t *testing.T) {
	for from, to := range map[alerting.Severity]alerting.Severity{
		alerting.Low: alerting.High, alerting.High: alerting.Critical, alerting.Critical: alerting.Critical,
	} {
		s := opened(t, opening(from, alerting.LeadPolice))

		events := s.press(press("p-2", noon.Add(time.Second)))

		require.Len(t, events, 1)
		assert.Equal(t, alerting.EventPressed, events[0].Type)
		assert.True(t, events[0].Told())
		assert.Equal(t, to, s.now.Severity)
		assert.Equal(t, 2, s.now.PressCount)
		assert.Equal(t, 1, s.now.Updates)
		assert.Equal(t, "p-2", s.now.LastPress())
	}
}

func TestSecondPressOnACriticalIncidentBeginsARound(t *testing.T) {
	s := opened(t, opening(alerting.Critical, alerting.LeadPolice))
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: officer})
	require.Equal(t, alerting.StateAcknowledged, s.now.State)
	before := s.now.Number

	s.press(press("p-2", noon.Add(time.Minute)))

	assert.Equal(t, alerting.StateOpen, s.now.State)
	assert.False(t, s.now.AcknowledgedBy(alerting.Police))
	assert.False(t, s.now.AcknowledgedBy(alerting.School))
	assert.Len(t, s.now.Acknowledgements, 2, "what was done stays on record")

	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison, Number: before})
	assert.Equal(t, alerting.StateOpen, s.now.State, "nobody has seen the second press yet")
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: officer})
	assert.True(t, s.now.AcknowledgedBy(alerting.School), "the school takes the new round on too")
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison, Number: before + 1})
	assert.Equal(t, alerting.StateAcknowledged, s.now.State)
}

func TestSecondPressBelowCriticalLeavesTheIncidentWithWhoHasIt(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})

	s.press(press("p-2", noon.Add(time.Minute)))

	assert.Equal(t, alerting.StateAcknowledged, s.now.State)
	assert.True(t, s.now.AcknowledgedBy(alerting.Police))
}

func TestPressAfterResetLatchesAgain(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	s.do(alerting.Command{Verb: alerting.VerbReset, Actor: guard, Reason: "looked"})
	require.False(t, s.now.Latched)

	s.press(press("p-2", noon.Add(time.Minute)))

	assert.True(t, s.now.Latched)
}

func TestStuckButtonIsToldOnceAndCounted(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	var stuck, told int
	for n := 2; n <= 40; n++ {
		for _, e := range s.press(press(fmt.Sprintf("p-%d", n), noon.Add(time.Duration(n)*100*time.Millisecond))) {
			if e.Type == alerting.EventStuck {
				stuck++
				assert.Equal(t, alerting.StuckPresses+1, s.now.PressCount, "with the first press that is only counted")
			}
			if e.Told() {
				told++
			}
		}
	}

	assert.Equal(t, alerting.StuckPresses-1, told, "with the opening that makes five")
	assert.Equal(t, 1, stuck)
	assert.Equal(t, 40, s.now.PressCount, "all of them are on record")
	assert.True(t, s.now.Stuck)
}

func TestSlowlyRepeatingButtonIsOneStuckButton(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	stuck := 0
	for n := 2; n <= 60; n++ { // five of them in every window
		for _, e := range s.press(press(fmt.Sprintf("p-%d", n), noon.Add(time.Duration(n)*2*time.Second))) {
			if e.Type == alerting.EventStuck {
				stuck++
			}
		}
	}
	assert.Equal(t, 1, stuck)
}

func TestStuckButtonThatRestsIsAButtonAgain(t *testing.T) {
	s := opened(t, opening(alerting.Critical, alerting.LeadPolice))
	burst := func(name string, from time.Time) (stuck int) {
		for n := range 7 {
			for _, e := range s.press(press(fmt.Sprintf("%s-%d", name, n), from.Add(time.Duration(n)*time.Millisecond))) {
				if e.Type == alerting.EventStuck {
					stuck++
				}
			}
		}
		return stuck
	}
	require.Equal(t, 1, burst("a", noon.Add(time.Second)))
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})

	later := noon.Add(time.Second + alerting.StuckWindow + time.Second)
	events := s.press(press("rested", later))

	require.Len(t, events, 1)
	assert.False(t, events[0].Quiet)
	assert.False(t, s.now.Stuck)
	assert.Equal(t, alerting.StateOpen, s.now.State, "a new round")
	assert.Equal(t, 1, burst("b", later), "a second fault is said again")
}

func TestQuietPressBeginsNoRound(t *testing.T) {
	s := opened(t, opening(alerting.Critical, alerting.LeadPolice))
	for n := 2; n <= 6; n++ {
		s.press(press(fmt.Sprintf("p-%d", n), noon.Add(time.Duration(n)*time.Millisecond)))
	}
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
	updates := s.now.Updates

	events := s.press(press("p-7", noon.Add(time.Second)))

	require.Len(t, events, 1)
	assert.True(t, events[0].Quiet)
	assert.False(t, events[0].Told())
	assert.Equal(t, alerting.StateAcknowledged, s.now.State)
	assert.Equal(t, updates, s.now.Updates)
}

func TestFivePressesInMoreThanTheWindowAreNotStuck(t *testing.T) {
	for gap, quiet := range map[time.Duration]bool{
		2 * time.Second:         true, // the first of five is exactly as old as the window
		2010 * time.Millisecond: false,
	} {
		s := opened(t, opening(alerting.High, alerting.LeadPolice))
		var last []alerting.Event
		for n := 1; n <= 5; n++ {
			last = s.press(press(fmt.Sprintf("q-%d", n), noon.Add(time.Duration(n)*gap)))
		}
		assert.Equal(t, quiet, last[0].Quiet, "gap %v", gap)
	}
}

func TestClockSetBackMakesNoButtonStuck(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	for n := 2; n <= 5; n++ {
		s.press(press(fmt.Sprintf("p-%d", n), noon.Add(time.Duration(n)*time.Minute)))
	}

	events := s.press(press("after", noon.Add(-time.Hour)))

	assert.False(t, events[0].Quiet)
}

func TestRepeatedPressChangesNothing(t *testing.T) {
	for name, again := range map[string]devices.Press{
		"the same":             press("p-1", noon),
		"later":                press("p-1", noon.Add(time.Hour)),
		"within a millisecond": {ID: "p-1", From: button, ReceivedAt: noon, Age: 900 * time.Microsecond},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, opening(alerting.High, alerting.LeadPolice))
			before := s.now
			assert.Empty(t, s.press(again))
			assert.Equal(t, before, s.now)
		})
	}
}

func TestRepeatedPressKeepsTheEarliestMoment(t *testing.T) {
	s := opened(t, opening(alerting.Critical, alerting.LeadPolice))
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
	before := s.now
	again := press("p-1", noon.Add(10*time.Minute))
	again.Age = 10*time.Minute + 2*time.Second

	events := s.press(again)

	require.Len(t, events, 1)
	assert.Equal(t, alerting.EventPressAgain, events[0].Type)
	assert.False(t, events[0].Told())
	assert.Equal(t, noon.Add(-2*time.Second), s.now.Presses[0].PressedAt)
	assert.Equal(t, noon, s.now.Presses[0].ReceivedAt, "the first arrival stands")
	assert.Equal(t, before.State, s.now.State)
	assert.Equal(t, before.Severity, s.now.Severity)
	assert.Equal(t, 1, s.now.PressCount)
	assert.Equal(t, noon, before.Presses[0].PressedAt, "what was published does not change")
	assert.Empty(t, s.press(again), "once is enough")
}

func TestMalformedPressAfterAMalformedOneIsCounted(t *testing.T) {
	p := press("m-1", noon)
	p.Malformed = true
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: opening(alerting.Critical, alerting.LeadPolice)}, noon)
	require.NoError(t, err)
	s := &story{t: t}
	s.keep(events)
	require.True(t, s.now.Malformed)

	for n := 2; n <= 20; n++ {
		p := press(fmt.Sprintf("m-%d", n), noon.Add(time.Duration(n)*time.Second))
		p.Malformed = true
		events := s.press(p)
		require.Len(t, events, 1, "no device fault beside it")
		assert.True(t, events[0].Quiet)
	}
	assert.Equal(t, 20, s.now.PressCount)
	assert.Zero(t, s.now.Updates)

	readable := s.press(press("p-1", noon.Add(time.Hour)))
	assert.True(t, readable[0].Told(), "a press that can be read is told")
}

func TestMalformedPressOnAnOrdinaryIncidentIsASecondPress(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	p := press("m-1", noon.Add(time.Second))
	p.Malformed = true

	events := s.press(p)

	assert.True(t, events[0].Told())
	assert.Equal(t, alerting.Critical, s.now.Severity)
	assert.False(t, s.now.Malformed)
}

func TestLoudPressEndsTheSilenceForGood(t *testing.T) {
	o := opening(alerting.High, alerting.LeadPolice)
	p := press("p-1", noon)
	p.Silent = true
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: o}, noon)
	require.NoError(t, err)
	s := &story{t: t}
	s.keep(events)

	silent := func(id string, at time.Duration, yes bool) {
		p := press(id, noon.Add(at))
		p.Silent = yes
		s.press(p)
	}
	silent("p-2", time.Minute, true)
	assert.True(t, s.now.Silent)
	silent("p-3", 2*time.Minute, false)
	assert.False(t, s.now.Silent)
	silent("p-4", 3*time.Minute, true)
	assert.False(t, s.now.Silent, "silence never comes back")
}

func TestLoudPressOfAStuckButtonEndsTheSilenceToo(t *testing.T) {
	p := press("p-1", noon)
	p.Silent = true
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: opening(alerting.High, alerting.LeadPolice)}, noon)
	require.NoError(t, err)
	s := &story{t: t}
	s.keep(events)
	for n := 2; n <= 8; n++ {
		p := press(fmt.Sprintf("p-%d", n), noon.Add(time.Duration(n)*time.Millisecond))
		p.Silent = n < 8
		s.press(p)
	}
	assert.False(t, s.now.Silent)
}

func TestPressIsLateFromOneMinute(t *testing.T) {
	for age, late := range map[time.Duration]bool{
		0: false, alerting.LateAfter - time.Millisecond: false, alerting.LateAfter: true, 48 * time.Hour: true,
	} {
		first := press("p-1", noon)
		first.Age = age
		events, err := alerting.Step(nil, alerting.Input{Press: &first, Opening: opening(alerting.High, alerting.LeadPolice)}, noon)
		require.NoError(t, err)
		i := alerting.Fold(events)
		assert.Equal(t, late, i.Late, "opened at age %v", age)
		assert.Equal(t, noon.Add(-age), i.Presses[0].PressedAt, "the time of pressing is kept")

		s := opened(t, opening(alerting.High, alerting.LeadPolice))
		second := press("p-2", noon.Add(time.Minute))
		second.Age = age
		s.press(second)
		assert.Equal(t, late, s.now.Late, "pressed again at age %v", age)
		s.press(press("p-3", noon.Add(2*time.Minute)))
		assert.Equal(t, late, s.now.Late, "late stays late")
	}
}

func TestNoticeIsTheHubsOwnRemark(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	n := alerting.Notice{Type: alerting.EventOverrun, Audience: alerting.Police, Reason: "desk-1"}

	events, err := alerting.Step(&s.now, alerting.Input{Notice: &n}, noon)

	require.NoError(t, err)
	assert.Equal(t, []alerting.Event{{
		Type: alerting.EventOverrun, Incident: s.now.ID, School: "ziwei", At: noon,
		Actor: alerting.Actor{Name: alerting.ActorHub}, Audience: alerting.Police, Reason: "desk-1",
	}}, events)
	assert.False(t, events[0].Told())
}
