package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// aged is a press that was so long under way.
func aged(device string, age time.Duration) devices.Press {
	p := press(device)
	p.Age = age
	return p
}

func TestALatePressSoundsOnceAndEscalatesAsAHighOne(t *testing.T) {
	r := start(t, "", nil)
	p := aged("b-1", 10*time.Minute)
	require.NoError(t, r.Press(p))

	m := r.next("desk-1")

	assert.Equal(t, alerting.LateOpen, m.Lateness)
	assert.Equal(t, "once", m.Sound())
	assert.Contains(t, m.Text.ZH, "【补报】")
	assert.Contains(t, m.Text.ZH, "10 分钟后送达")
	assert.GreaterOrEqual(t, m.Age, 10*time.Minute)
	i, err := r.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.True(t, i.Late)
	assert.Equal(t, alerting.Critical, i.Severity)
	assert.Equal(t, "E2", i.Plan.Profile)
	assert.Equal(t, int64(600_000), i.Presses[0].AgeMS, "the ledger keeps how long it took")

	young := aged("b-2", 4*time.Minute)
	require.NoError(t, r.Press(young))
	m = r.next("desk-1")
	assert.Empty(t, m.Sound(), "younger than five minutes: as live, with its age")
	assert.Contains(t, m.Text.ZH, "已 4 分钟")
	i, err = r.Incident(t.Context(), m.Incident)
	require.NoError(t, err)
	assert.Equal(t, "E1", i.Plan.Profile)
}

func TestWhoComesBackLateHearsItAsLate(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(aged("b-1", 6*time.Minute)))
	first := r.next("desk-1")
	_, err := r.do(officer, first.Incident, alerting.VerbAcknowledge)
	require.NoError(t, err)
	r.next("desk-1")

	r.TerminalUp(alerting.Police, "desk-1")

	m := r.next("desk-1")
	assert.Equal(t, "once", m.Sound())
	assert.Contains(t, m.Text.ZH, "尚未办结")
	r.Report(m.Progress(alerting.Handed, "", time.Now()))
	_, err = r.do(officer, m.Incident, alerting.VerbNote)
	require.NoError(t, err)
	r.TerminalUp(alerting.Police, "desk-1")
	again := r.next("desk-1")
	assert.Empty(t, again.Sound(), "it has heard of it before")
	assert.NotContains(t, again.Text.ZH, "补报")
}

func TestWhatWasOverIsToldOnceWithoutASound(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(aged("b-1", 6*time.Minute)))
	id := r.next("desk-1").Incident
	for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
		_, err := r.do(liaison, id, v)
		require.NoError(t, err)
	}
	r.recipients()

	r.TerminalUp(alerting.Police, "desk-1")

	m := r.next("desk-1")
	assert.Equal(t, "none", m.Sound())
	assert.Contains(t, m.Text.ZH, "学校已处置:误触。请回访")
	callBack := func() bool {
		i, err := r.Incident(t.Context(), id)
		return err == nil && i.CallBack
	}
	require.Eventually(t, callBack, 20*time.Second, 5*time.Millisecond, "a task of the station")
	r.TerminalUp(alerting.Police, "desk-1")
	done, err := r.Do(t.Context(), alerting.Command{Incident: id, Verb: alerting.VerbCall, Actor: liaison, To: alerting.CallSchool, Reached: true})
	require.NoError(t, err)
	assert.False(t, done.CallBack)
	n := 0
	for _, e := range done.Timeline {
		if e.Event == alerting.EventCallBack {
			n++
		}
	}
	assert.Equal(t, 1, n, "said once, however often the desk comes back")
}
