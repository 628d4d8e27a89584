package alerting_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// The states in which a command may find an incident.
const (
	atOpen     = "open"
	atReset    = "reset"
	atAcked    = "acknowledged"
	atResolved = "resolved"
)

// in brings an incident of the lead into a state.
func in(t *testing.T, state string, lead alerting.Lead) *story {
	s := opened(t, opening(alerting.Critical, lead))
	closer := liaison
	if lead == alerting.LeadSchool {
		closer = officer
	}
	switch state {
	case atReset:
		s.do(alerting.Command{Verb: alerting.VerbReset, Actor: guard, Reason: "looked"})
	case atAcked:
		s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
		s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: officer})
		s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: guard})
	case atResolved:
		s.do(alerting.Command{Verb: alerting.VerbReset, Actor: guard, Reason: "looked"})
		s.do(alerting.Command{Verb: alerting.VerbResolve, Actor: closer, Outcome: alerting.OutcomeReal})
	}
	return s
}

// full is a command of the verb with everything that any verb needs.
func full(v alerting.Verb, a alerting.Actor) alerting.Command {
	c := alerting.Command{
		ID: "c-1", Verb: v, Actor: a, Reason: "why", Text: "what", Outcome: alerting.OutcomeAccidental,
		Verify: alerting.VerifiedReal, Facts: []string{alerting.FactArmed}, Kind: "attack",
		Stage: alerting.ForceSent, Party: alerting.PartyPolice, To: alerting.CallAmbulance, Other: "other", Audience: alerting.District,
		Report: alerting.ReportFirst, Way: alerting.WayTelephone,
	}
	if v == alerting.VerbCall {
		c.Reason, c.Text = "", ""
	}
	return c
}

func TestVerbsByRoleAndState(t *testing.T) {
	yes, nothing := error(nil), error(nil)
	conflict, forbidden := alerting.ErrConflict, alerting.ErrForbidden
	type row map[string]error
	// For each verb and role, what each state answers. "police" and "school"
	// are the leads.
	for _, c := range []struct {
		verb  alerting.Verb
		actor alerting.Actor
		lead  alerting.Lead
		want  row
	}{
		{alerting.VerbAcknowledge, liaison, "police", row{atOpen: yes, atReset: yes, atAcked: nothing, atResolved: conflict}},
		{alerting.VerbAcknowledge, officer, "police", row{atOpen: yes, atReset: yes, atAcked: nothing, atResolved: conflict}},
		{alerting.VerbAcknowledge, guard, "police", row{atOpen: yes, atReset: yes, atAcked: nothing, atResolved: conflict}},
		{alerting.VerbNote, liaison, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: yes}},
		{alerting.VerbNote, officer, "school", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: yes}},
		{alerting.VerbNote, guard, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: yes}},
		{alerting.VerbReport, officer, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: yes}},
		{alerting.VerbReport, liaison, "police", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbReport, guard, "school", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbCancel, liaison, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbCancel, officer, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbCancel, guard, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbReset, liaison, "police", row{atOpen: yes, atReset: nothing, atAcked: yes, atResolved: conflict}},
		{alerting.VerbReset, officer, "school", row{atOpen: yes, atReset: nothing, atAcked: yes, atResolved: conflict}},
		{alerting.VerbReset, guard, "police", row{atOpen: yes, atReset: nothing, atAcked: yes, atResolved: conflict}},
		{alerting.VerbResolve, liaison, "police", row{atOpen: conflict, atReset: yes, atAcked: conflict, atResolved: conflict}},
		{alerting.VerbResolve, officer, "school", row{atOpen: conflict, atReset: yes, atAcked: conflict, atResolved: conflict}},
		{alerting.VerbResolve, liaison, "school", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbResolve, officer, "police", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbResolve, guard, "police", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbResolve, guard, "school", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbVerify, liaison, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbVerify, officer, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbVerify, guard, "school", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbClassify, liaison, "school", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbClassify, officer, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbClassify, guard, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbDispatch, liaison, "school", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbDispatch, officer, "school", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbDispatch, guard, "police", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbArrive, liaison, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbArrive, officer, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbArrive, guard, "school", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbCall, liaison, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: yes}},
		{alerting.VerbCall, officer, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: yes}},
		{alerting.VerbCall, guard, "school", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: yes}},
		{alerting.VerbRefer, liaison, "school", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbRefer, officer, "police", row{atOpen: yes, atReset: yes, atAcked: yes, atResolved: conflict}},
		{alerting.VerbRefer, guard, "school", row{atOpen: forbidden, atReset: forbidden, atAcked: forbidden, atResolved: forbidden}},
		{alerting.VerbReal, guard, "police", row{atOpen: conflict, atReset: conflict, atAcked: conflict, atResolved: conflict}},
	} {
		for _, state := range []string{atOpen, atReset, atAcked, atResolved} {
			s := in(t, state, c.lead)
			events, err := s.try(full(c.verb, c.actor))
			name := strings.Join([]string{string(c.verb), string(c.actor.Role), string(c.lead) + "-led", state}, " ")
			if want := c.want[state]; want != nil {
				require.ErrorIs(t, err, want, name)
				assert.Empty(t, events, name)
				continue
			}
			require.NoError(t, err, name)
			idle := (c.verb == alerting.VerbAcknowledge && state == atAcked) || (c.verb == alerting.VerbReset && state == atReset)
			if idle {
				assert.Empty(t, events, "%s changes nothing", name)
				continue
			}
			require.Len(t, events, 1, name)
			assert.Equal(t, c.actor, events[0].Actor, name)
			assert.Equal(t, "c-1", events[0].Command, name)
			assert.Equal(t, s.now.ID, events[0].Incident, name)
			assert.True(t, events[0].CommitFirst(), "%s: what a person does commits first", name)
		}
	}
}

func TestOnlyRespondersChangeIncidents(t *testing.T) {
	for _, role := range alerting.Roles() {
		if role == alerting.RoleLiaison || role == alerting.RoleOfficer || role == alerting.RoleGuard {
			continue
		}
		for _, verb := range alerting.Verbs() {
			s := in(t, atReset, alerting.LeadSchool)
			_, err := s.try(full(verb, alerting.Actor{Name: "x", Role: role}))
			require.ErrorIs(t, err, alerting.ErrForbidden, "%s by %s", verb, role)
		}
	}
	s := in(t, atOpen, alerting.LeadPolice)
	_, err := s.try(full(alerting.VerbNote, alerting.Actor{Name: "x"}))
	require.ErrorIs(t, err, alerting.ErrForbidden, "no role at all")
}

func TestUnknownVerbIsNotFound(t *testing.T) {
	_, err := in(t, atOpen, alerting.LeadPolice).try(full("disarm", liaison))
	require.ErrorIs(t, err, alerting.ErrNotFound)
}

func TestCommandWithTheSameIDChangesNothing(t *testing.T) {
	for _, verb := range alerting.Verbs() {
		s := in(t, atReset, alerting.LeadPolice)
		if verb == alerting.VerbReset {
			s = in(t, atOpen, alerting.LeadPolice)
		}
		if verb == alerting.VerbReal {
			s.now.Mode = devices.Drill
		}
		if verb == alerting.VerbUnlink {
			s.do(alerting.Command{Verb: alerting.VerbLink, Actor: guard, Other: "other"})
		}
		if verb == alerting.VerbReveal {
			s.do(alerting.Command{Verb: alerting.VerbClassify, Actor: liaison, Kind: "bullying"})
		}
		by := liaison
		if verb == alerting.VerbReport {
			by = officer
		}
		require.NotEmpty(t, s.do(full(verb, by)))
		before := s.now

		events, err := s.try(full(verb, by))

		require.NoError(t, err, verb)
		assert.Empty(t, events, verb)
		assert.Equal(t, before, s.now)
		_, err = s.try(full(verb, alerting.Actor{Name: "x", Role: alerting.RoleStaff}))
		require.ErrorIs(t, err, alerting.ErrForbidden, "a known id opens no door")
	}
}

func TestCommandsWithoutIDAreEachTheirOwn(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	c := alerting.Command{Verb: alerting.VerbNote, Actor: guard, Text: "seen"}
	assert.Len(t, s.do(c), 1)
	assert.Len(t, s.do(c), 1)
	assert.Empty(t, s.now.Commands)
}

func TestAcknowledgementNamesTheUpdateThatWasSeen(t *testing.T) {
	for given, want := range map[int64]int64{0: 3, -1: 3, 4: 3, 1 << 40: 3, 3: 3, 2: 2, 1: 1} {
		s := in(t, atOpen, alerting.LeadPolice)
		s.do(alerting.Command{Verb: alerting.VerbNote, Actor: guard, Text: "a"})
		s.do(alerting.Command{Verb: alerting.VerbNote, Actor: guard, Text: "b"})
		c := full(alerting.VerbAcknowledge, liaison)
		c.Number = given

		events, err := s.try(c)

		require.NoError(t, err)
		assert.Equal(t, want, events[0].Number, "given %d of 3", given)
		assert.Equal(t, alerting.Police, events[0].Audience)
	}
}

func TestOnlyThePoliceTurnTheState(t *testing.T) {
	s := in(t, atOpen, alerting.LeadSchool)
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: officer})
	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: guard})
	assert.Equal(t, alerting.StateOpen, s.now.State)
	assert.True(t, s.now.AcknowledgedBy(alerting.School))
	assert.True(t, s.now.AcknowledgedBy(alerting.Guards))
	assert.False(t, s.now.AcknowledgedBy(alerting.Police))

	s.do(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison})
	assert.Equal(t, alerting.StateAcknowledged, s.now.State)
}

func TestStaleAcknowledgementIsRecordedOnce(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	s.press(press("p-2", noon.Add(1)))
	stale := alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison, Number: 1}
	assert.Len(t, s.do(stale), 1)
	assert.Equal(t, alerting.StateOpen, s.now.State)
	assert.Empty(t, s.do(stale))
}

func TestCancelRequestStopsNothing(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	before := s.now
	s.do(alerting.Command{Verb: alerting.VerbCancel, Actor: guard, Reason: "a mistake"})
	assert.Equal(t, "a mistake", s.now.CancelRequested.Reason)
	assert.Equal(t, "gate", s.now.CancelRequested.By)
	assert.Equal(t, before.State, s.now.State)
	assert.Equal(t, before.Latched, s.now.Latched)
	assert.Equal(t, before.Severity, s.now.Severity)
	assert.Nil(t, before.CancelRequested)
}

func TestResolutionClosesWithItsOutcome(t *testing.T) {
	s := in(t, atReset, alerting.LeadPolice)
	s.do(full(alerting.VerbResolve, liaison))
	assert.True(t, s.now.Resolved())
	assert.Equal(t, alerting.OutcomeAccidental, s.now.Outcome)
	assert.Equal(t, s.events[len(s.events)-1].At, s.now.ResolvedAt)
}

func TestOutcomesByModeAndLead(t *testing.T) {
	every := []alerting.Outcome{
		alerting.OutcomeReal, alerting.OutcomeTransferred, alerting.OutcomeUnfounded, alerting.OutcomeAccidental,
		alerting.OutcomePrank, alerting.OutcomeDeviceFault, alerting.OutcomeUnfiledTest, alerting.OutcomeMalicious,
		alerting.OutcomeDrill, alerting.OutcomeTest, "", "invented",
	}
	type set map[alerting.Outcome]bool
	live := set{"real": true, "transferred": true, "unfounded": true, "accidental": true, "prank": true, "device-fault": true, "unfiled-test": true}
	police := set{"malicious": true}
	for o := range live {
		police[o] = true
	}
	for _, c := range []struct {
		mode  alerting.Mode
		lead  alerting.Lead
		actor alerting.Actor
		want  set
	}{
		{devices.Live, alerting.LeadPolice, liaison, police},
		{devices.Live, alerting.LeadSchool, officer, live},
		{devices.Drill, alerting.LeadPolice, liaison, set{"drill": true}},
		{devices.Drill, alerting.LeadSchool, officer, set{"drill": true}},
		{devices.Test, alerting.LeadPolice, liaison, set{"test": true}},
		{devices.Test, alerting.LeadSchool, officer, set{"test": true}},
	} {
		for _, o := range every {
			s := in(t, atReset, c.lead)
			s.now.Mode = c.mode
			cmd := full(alerting.VerbResolve, c.actor)
			cmd.Outcome = o
			_, err := s.try(cmd)
			if c.want[o] {
				require.NoError(t, err, "%s %s-led %q", c.mode, c.lead, o)
			} else {
				require.ErrorIs(t, err, alerting.ErrInvalid, "%s %s-led %q", c.mode, c.lead, o)
			}
		}
	}
}

func TestTextsAreBounded(t *testing.T) {
	s := func() *story { return in(t, atReset, alerting.LeadPolice) }
	note := func(text string) alerting.Command {
		return alerting.Command{Verb: alerting.VerbNote, Actor: guard, Text: text}
	}
	cancel := func(reason string) alerting.Command {
		return alerting.Command{Verb: alerting.VerbCancel, Actor: guard, Reason: reason}
	}
	reset := func(reason string) alerting.Command {
		return alerting.Command{Verb: alerting.VerbReset, Actor: guard, Reason: reason}
	}
	for name, c := range map[string]alerting.Command{
		"an empty note":             note(""),
		"a blank note":              note(" \t\n　"),
		"a note that is too long":   note(strings.Repeat("a", alerting.MaxNoteLength+1)),
		"a note that is no UTF-8":   note("a\xff"),
		"a cancel without reason":   cancel(""),
		"a cancel with a blank one": cancel("  "),
		"a reason too long":         cancel(strings.Repeat("a", alerting.MaxReasonLength+1)),
		"a reason that is no UTF-8": cancel("\xc3\x28"),
		"a reset without reason":    reset(""),
		"a reset with a blank one":  reset("\n"),
	} {
		_, err := s().try(c)
		require.ErrorIs(t, err, alerting.ErrInvalid, name)
	}
	for name, c := range map[string]alerting.Command{
		"the longest note":   note(strings.Repeat("字", alerting.MaxNoteLength/3)),
		"the longest cancel": cancel(strings.Repeat("a", alerting.MaxReasonLength)),
	} {
		_, err := s().try(c)
		require.NoError(t, err, name)
	}
}

func TestWhatMayBeGivenUp(t *testing.T) {
	for _, kind := range eventTypes(t) {
		e := alerting.Event{Type: kind}
		durable := kind == alerting.EventReset || kind == alerting.EventResolved
		assert.Equal(t, durable, e.Rejectable(), kind)
		if durable {
			assert.True(t, e.CommitFirst(), "%s: what may be given up is shown only when it is durable", kind)
		}
		assert.False(t, alerting.Event{Type: kind, Quiet: true}.Told(), kind)
	}
}
