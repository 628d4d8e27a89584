package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

func TestSignedAndNobodyComes(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		r.people.Store(manned())
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		time.Sleep(5 * time.Second)
		id := r.next("desk-1").Incident
		_, err := r.do(liaison, id, alerting.VerbAcknowledge)
		require.NoError(t, err)
		r.next("desk-1")

		at, m := r.since(began, "desk-1")
		assert.Equal(t, time.Minute, at)
		assert.Contains(t, m.Text.ZH, "【提醒】")
		assert.Contains(t, m.Text.ZH, "校内人员尚未到场")
		at, m = r.since(began, "desk-1")
		assert.Equal(t, 65*time.Second, at)
		assert.Contains(t, m.Text.ZH, "尚未派警")
		r.stop()
		time.Sleep(20 * time.Second)

		r = startAs(t, path, manned())
		defer r.stop()
		at, m = r.since(began, "leader")
		assert.Equal(t, 135*time.Second, at, "escalation began again after two minutes, over a restart")
		assert.Contains(t, m.Text.ZH, "签收后未见处置")

		for _, c := range []alerting.Command{
			{Verb: alerting.VerbAcknowledge},
			{Verb: alerting.VerbDispatch, Stage: alerting.ForceSent},
		} {
			c.Incident, c.Actor = id, liaison
			_, err = r.Do(t.Context(), c)
			require.NoError(t, err)
		}
		i, err := r.Incident(t.Context(), id)
		require.NoError(t, err)
		assert.Empty(t, police(i.Escalation), "taken on again")
	})
}

// Whoever a level had told before the signature hears that nothing followed it:
// the record says that they were told, and they are.
func TestARenewedEscalationTellsThoseWhoWereToldBefore(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		r.people.Store(manned())
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		at, m := r.since(began, "leader")
		assert.Equal(t, 15*time.Second, at)
		time.Sleep(5 * time.Second)
		id := m.Incident
		_, err := r.do(liaison, id, alerting.VerbAcknowledge)
		require.NoError(t, err)

		for !strings.Contains(m.Text.ZH, "签收后未见处置") { // reminders of what is missing come before
			at, m = r.since(began, "leader")
		}
		assert.Equal(t, 135*time.Second, at, "reminded after a minute that nobody of the school is there, renewed after another, and 15 s from there")

		i, err := r.Incident(t.Context(), id)
		require.NoError(t, err)
		var escalated []string
		for _, e := range i.Timeline {
			if strings.HasPrefix(e.Text.ZH, "升级通知警方") {
				escalated = append(escalated, e.Text.ZH)
			}
		}
		assert.Equal(t, []string{"升级通知警方（第 1 级）：无人接手", "升级通知警方（第 1 级）：签收后未见处置"}, escalated)
	})
}

// A reminder is stored before it is told. What happens while the disk holds it up
// makes no second one of it.
func TestAReminderOnItsWayToTheDiskIsNotMadeAgain(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		disk := newHold()
		r := startFor(t, journal.Config{Path: path, Fault: disk.fault}, manned())
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		time.Sleep(5 * time.Second)
		id := r.next("desk-1").Incident
		_, err := r.do(liaison, id, alerting.VerbAcknowledge)
		require.NoError(t, err)
		time.Sleep(54 * time.Second)

		release := disk.next()
		noted := make(chan error)
		go func() {
			_, err := r.do(liaison, id, alerting.VerbNote)
			noted <- err
		}()
		time.Sleep(1500 * time.Millisecond) // the reminder is due after a minute, and waits behind the note
		again := disk.next()
		release()
		require.NoError(t, <-noted)
		time.Sleep(100 * time.Millisecond)
		again()
		time.Sleep(3 * time.Second)

		events, _, err := r.journal.Get(t.Context(), id)
		require.NoError(t, err)
		var reminded []string
		for _, e := range events {
			if e.Type == alerting.EventReminded {
				reminded = append(reminded, e.Reason)
			}
		}
		assert.Len(t, reminded, 1, reminded)
	})
}

func police(all []alerting.Escalation) []alerting.Escalation {
	var out []alerting.Escalation
	for _, e := range all {
		if e.Audience == alerting.Police {
			out = append(out, e)
		}
	}
	return out
}
