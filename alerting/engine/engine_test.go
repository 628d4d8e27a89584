package engine_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPressIsToldStoredAndAnswered(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")

	require.NoError(t, r.Press(p))

	m := r.next("desk-1")
	assert.Equal(t, alerting.IncidentID(p.From, p.ID), m.Incident)
	assert.Equal(t, p.ID, m.Press)
	assert.Contains(t, m.Text.ZH, "紫薇小学 北门")
	assert.Equal(t, light{p.From, devices.Command{Receipt: p.ID, Indicator: devices.IndicatorStored}}, r.nextLight())
	i, err := r.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.True(t, i.Stored)
	assert.True(t, i.Latched)
	assert.Equal(t, alerting.StateOpen, i.State)
	require.Len(t, i.Presses, 1)
	assert.Equal(t, p.ID, i.Presses[0].ID)
	assert.NotEmpty(t, i.Deliveries)
	assert.NotEmpty(t, i.Timeline)
}

func TestRepeatedPressIsTheSamePress(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	require.NoError(t, r.Press(p))
	r.next("desk-1")
	r.nextLight()
	r.recipients()

	require.NoError(t, r.Press(p))

	assert.Equal(t, p.ID, r.nextLight().Receipt, "the hub's receipt is sent again")
	assert.Empty(t, r.recipients(), "nobody is told twice")
	i, err := r.Incident(t.Context(), alerting.IncidentID(p.From, p.ID))
	require.NoError(t, err)
	assert.Equal(t, 1, i.PressCount)
}

func TestSamePressIDFromTwoDevicesIsTwoPresses(t *testing.T) {
	r := start(t, "", nil)
	a, b := press("b-1"), press("b-2")
	b.ID = a.ID

	require.NoError(t, r.Press(a))
	require.NoError(t, r.Press(b))

	first, second := r.next("desk-1"), r.next("desk-1")
	assert.NotEqual(t, first.Incident, second.Incident)
}

func TestSecondPressRaisesAndRetells(t *testing.T) {
	r := start(t, "", nil)
	first, second := press("b-1"), press("b-1")
	first.Alarm, second.Alarm = devices.Intrusion, devices.Intrusion
	require.NoError(t, r.Press(first))
	require.NoError(t, r.Press(second))

	m1, m2 := r.next("desk-1"), r.next("desk-1")

	assert.Equal(t, m1.Incident, m2.Incident)
	assert.Equal(t, alerting.High, m1.Severity)
	assert.Equal(t, alerting.Critical, m2.Severity)
	assert.Greater(t, m2.Number, m1.Number)
	assert.Equal(t, second.ID, m2.Press)
	assert.NotEqual(t, m1.Delivery, m2.Delivery)
}

func TestLivePressNeverJoinsADrill(t *testing.T) {
	r := start(t, "", nil)
	r.govern(directory(), policeDrill)
	drill, live := press("b-1"), press("b-1")
	drill.Mode = devices.Drill
	require.NoError(t, r.Press(drill))
	require.NoError(t, r.Press(live))

	m1, m2 := r.next("desk-1"), r.next("desk-1")

	assert.NotEqual(t, m1.Incident, m2.Incident)
	assert.Equal(t, "【演练】", string([]rune(m1.Text.ZH)[:4]))
	assert.NotContains(t, m2.Text.ZH, "演练")
}

func TestSilentPressStaysDark(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	p.Silent = true
	require.NoError(t, r.Press(p))
	assert.Equal(t, devices.IndicatorIdle, r.nextLight().Indicator)
	told := r.recipients()
	assert.Contains(t, told, "desk-1")
	assert.NotContains(t, told, "sign-1", "others can see that terminal")

	require.NoError(t, r.Press(press("b-1")))

	assert.Equal(t, devices.IndicatorStored, r.nextLight().Indicator)
	assert.Contains(t, r.recipients(), "sign-1", "a press that is not silent ends the silence")
}

func TestPublicTerminalGetsNothingButWords(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))

	m := r.next("sign-1")

	assert.Empty(t, m.Device)
	assert.Empty(t, m.Place)
	assert.Empty(t, m.School)
	assert.Empty(t, m.Kind)
	assert.Empty(t, m.Severity)
	assert.Empty(t, m.Press)
	assert.NotEmpty(t, m.Text.ZH)
}

func TestConfidentialKindReachesNamedPeopleOnly(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	p.Alarm = devices.Bullying
	require.NoError(t, r.Press(p))

	assert.Equal(t, []string{"deputy"}, r.recipients())
}

func TestLifeOfAnIncident(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	require.NoError(t, r.Press(p))
	id := r.next("desk-1").Incident
	r.nextLight()

	_, err := r.do(officer, id, alerting.VerbResolve)
	require.ErrorIs(t, err, alerting.ErrForbidden, "the police lead this one")
	_, err = r.do(liaison, id, alerting.VerbResolve)
	require.ErrorIs(t, err, alerting.ErrConflict, "the button is latched")

	i, err := r.do(officer, id, alerting.VerbAcknowledge)
	require.NoError(t, err)
	assert.Equal(t, alerting.StateOpen, i.State, "only a liaison's acknowledgement sets the state")
	r.nextLight()
	i, err = r.do(liaison, id, alerting.VerbAcknowledge)
	require.NoError(t, err)
	assert.Equal(t, alerting.StateAcknowledged, i.State)
	assert.Equal(t, devices.IndicatorAcknowledged, r.nextLight().Indicator)
	again, err := r.do(liaison, id, alerting.VerbAcknowledge)
	require.NoError(t, err)
	assert.Equal(t, i.Number, again.Number, "acknowledging twice changes nothing")

	_, err = r.do(guard, id, alerting.VerbCancel)
	require.NoError(t, err)
	i, err = r.do(guard, id, alerting.VerbReset)
	require.NoError(t, err)
	assert.False(t, i.Latched)
	l := r.nextLight()
	assert.True(t, l.Reset)
	assert.Equal(t, devices.IndicatorIdle, l.Indicator)

	i, err = r.do(liaison, id, alerting.VerbResolve)
	require.NoError(t, err)
	assert.Equal(t, alerting.StateResolved, i.State)
	assert.Equal(t, alerting.OutcomeAccidental, i.Outcome)
	_, err = r.do(liaison, id, alerting.VerbResolve)
	require.ErrorIs(t, err, alerting.ErrConflict)

	require.NoError(t, r.Press(p), "a press of a closed incident that comes late is acknowledged")
	require.Eventually(t, func() bool { return len(r.Unresolved()) == 0 }, 20*time.Second, time.Millisecond, "and opens nothing")
	require.NoError(t, r.Press(press("b-1")))
	require.Eventually(t, func() bool { return len(r.Unresolved()) == 1 }, 20*time.Second, time.Millisecond)
}

func TestRestartGoesOn(t *testing.T) {
	r := start(t, "", nil)
	p := press("b-1")
	require.NoError(t, r.Press(p))
	before := r.next("desk-1")
	_, err := r.do(liaison, before.Incident, alerting.VerbAcknowledge)
	require.NoError(t, err)
	last := r.next("desk-1")
	r.stop()

	r = start(t, r.path, nil)
	r.TerminalUp(alerting.Police, "desk-1")

	after := r.next("desk-1")
	assert.Equal(t, last.Delivery, after.Delivery, "the same delivery to everybody")
	assert.True(t, after.Again)
	assert.GreaterOrEqual(t, after.Number, last.Number+alerting.ResumeStep)
	assert.Equal(t, alerting.StateAcknowledged, after.State)
	require.NoError(t, r.Press(p), "a press from before the restart is known")
	i, err := r.Incident(t.Context(), before.Incident)
	require.NoError(t, err)
	assert.Equal(t, 1, i.PressCount)
}

func TestStuckButtonIsToldAsACount(t *testing.T) {
	r := start(t, "", nil)
	for range 30 {
		require.NoError(t, r.Press(press("b-1")))
	}
	id := r.next("desk-1").Incident

	i, err := r.Incident(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, 30, i.PressCount, "each is stored")
	assert.Len(t, i.Presses, 30)
	for n := 0; n < 5; n++ { // four told one by one, then the count, within a second
		m := r.next("desk-1")
		if m.Press == i.Presses[29].ID {
			return
		}
	}
	assert.Fail(t, "the count was never told")
}

func TestBrokenDiskDelaysNoAlarm(t *testing.T) {
	var broken atomic.Bool
	r := start(t, "", func(s journal.Stage) error {
		if broken.Load() && (s == journal.StageCommit || s == journal.StageOpen) {
			return errDisk
		}
		return nil
	})
	first := press("b-1")
	require.NoError(t, r.Press(first))
	id := r.next("desk-1").Incident
	broken.Store(true)

	second := press("b-2")
	require.ErrorIs(t, r.Press(second), engine.ErrNotStored, "not durable, so not acknowledged")
	m := r.next("desk-1")
	assert.Equal(t, second.ID, m.Press, "but told all the same")
	i, err := r.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.False(t, i.Stored)
	listed, err := r.List(t.Context(), alerting.Query{Schools: []string{school}, Limit: 10})
	require.NoError(t, err)
	assert.True(t, listsUnstored(listed, m.Incident), "listed although no disk has it")

	i, err = r.do(liaison, id, alerting.VerbAcknowledge)
	require.NoError(t, err, "an acknowledgement works without a disk")
	assert.False(t, i.Stored)
	_, err = r.do(liaison, id, alerting.VerbReset)
	require.ErrorIs(t, err, alerting.ErrUnavailable, "a reset must be durable")
	i, err = r.Incident(t.Context(), id)
	require.NoError(t, err)
	assert.True(t, i.Latched)

	broken.Store(false)
	require.Eventually(t, func() bool { return r.Press(second) == nil }, 20*time.Second, 10*time.Millisecond,
		"the device's retry is stored once the disk is back")
	require.Eventually(t, func() bool {
		i, err := r.Incident(t.Context(), id)
		return err == nil && i.Stored && i.State == alerting.StateAcknowledged
	}, 20*time.Second, 10*time.Millisecond)
	_, err = r.do(liaison, id, alerting.VerbReset)
	require.NoError(t, err)

	r.stop()
	r = start(t, r.path, nil)
	i, err = r.Incident(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, alerting.StateAcknowledged, i.State)
	assert.False(t, i.Latched)
	i, err = r.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.Equal(t, 1, i.PressCount, "the press that was told, failed and came again is one press")
}

func listsUnstored(all []alerting.Incident, id string) bool {
	for _, i := range all {
		if i.ID == id {
			return !i.Stored
		}
	}
	return false
}

func TestCommandIsIdempotent(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))
	id := r.next("desk-1").Incident
	note := alerting.Command{ID: "11111111-2222-4333-8444-555555555555", Incident: id, Verb: alerting.VerbNote, Actor: liaison, Text: "on my way"}

	first, err := r.Do(t.Context(), note)
	require.NoError(t, err)
	second, err := r.Do(t.Context(), note)
	require.NoError(t, err)

	assert.Equal(t, first.Number, second.Number)
}

func TestUnknownIncidentIsNotFound(t *testing.T) {
	r := start(t, "", nil)

	_, err := r.do(liaison, "nowhere", alerting.VerbAcknowledge)
	require.ErrorIs(t, err, alerting.ErrNotFound)
	_, err = r.Incident(t.Context(), "nowhere")
	require.ErrorIs(t, err, alerting.ErrNotFound)
}
