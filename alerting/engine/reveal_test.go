package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/devices"
)

func (r *rig) reveal(incident string, k alerting.Kind) alerting.Incident {
	r.t.Helper()
	i, err := r.Do(r.t.Context(), alerting.Command{
		Incident: incident, Verb: alerting.VerbReveal, Actor: alerting.Actor{Name: "deputy", Role: alerting.RoleOfficer}, Kind: k, Reason: "tapped by mistake",
	})
	require.NoError(r.t, err)
	return i
}

// A wrong tap cut the police off. Who is named undoes it: they are told anew
// what it is, nothing of what was said meanwhile, and escalated to until
// somebody of them answers, also over a restart.
func TestWhoWasCutOffIsToldAnew(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		require.NoError(t, r.Press(press("b-1")))
		id := r.next("desk-1").Incident
		_, err := r.do(liaison, id, alerting.VerbAcknowledge)
		require.NoError(t, err)
		r.classify(id, "bullying")
		_, err = r.Do(t.Context(), alerting.Command{Incident: id, Verb: alerting.VerbNote, Actor: alerting.Actor{Name: "deputy", Role: alerting.RoleOfficer}, Text: "in confidence"})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		synctest.Wait()
		r.recipients()

		done := r.reveal(id, "")

		assert.False(t, done.Confidential)
		assert.Equal(t, alerting.StateOpen, done.State)
		m := r.next("desk-1")
		assert.Equal(t, id, m.Incident)
		assert.EqualValues(t, "emergency", m.Kind)
		assert.Equal(t, "north-gate", m.Place.ID)
		assert.Contains(t, m.Text.ZH, "【撤销保密】")
		assert.NotContains(t, m.Text.EN, "in confidence")
		r.stop()

		r = startAs(t, path, manned())
		defer r.stop()
		synctest.Wait()
		r.recipients()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		full, err := r.Incident(t.Context(), id)
		require.NoError(t, err)
		assert.False(t, full.Confidential)
		assert.True(t, escalatedTo(full, "police"), "nobody of the police has taken it on since")
		_, err = r.do(liaison, id, alerting.VerbAcknowledge)
		require.NoError(t, err)
	})
}

func escalatedTo(i alerting.Incident, audience string) bool {
	revealed := false
	for _, e := range i.Timeline {
		revealed = revealed || e.Event == alerting.EventRevealed
		if revealed && e.Event == alerting.EventEscalated && e.Text.EN == "Escalated to level 1 of the "+audience+": nobody has taken it on" {
			return true
		}
	}
	return false
}

// A press that passed a concealed incident by opened one of its own. Once that
// is closed the button joins the one that was revealed, also after a restart.
func TestAButtonJoinsWhatWasRevealed(t *testing.T) {
	for _, restarts := range []bool{false, true} {
		path := t.TempDir() + "/journal.db"
		r := start(t, path, nil)
		require.NoError(t, r.Press(press("b-1")))
		first := r.next("desk-1").Incident
		r.classify(first, "bullying")
		r.next("desk-1") // their last line
		require.NoError(t, r.Press(press("b-1")))
		second := r.next("desk-1").Incident
		require.NotEqual(t, first, second)
		r.reveal(first, "")
		if restarts {
			r.stop()
			r = start(t, path, nil)
		}
		again := func() (string, int) {
			p := press("b-1")
			require.NoError(t, r.Press(p))
			for _, id := range []string{first, second} {
				i, err := r.Incident(t.Context(), id)
				require.NoError(t, err)
				for _, q := range i.Presses {
					if q.ID == p.ID {
						return id, i.PressCount
					}
				}
			}
			return alerting.IncidentID(p.From, p.ID), 1
		}
		joined, _ := again()
		assert.Equal(t, second, joined, "the latest")
		for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
			_, err := r.do(liaison, second, v)
			require.NoError(t, err)
		}
		joined, count := again()
		assert.Equal(t, first, joined)
		assert.Equal(t, 2, count)
		r.stop()
	}
}

// Of several that were revealed meanwhile the button joins the latest.
func TestAButtonJoinsTheLatestThatWasRevealed(t *testing.T) {
	r := start(t, "", nil)
	defer r.stop()
	var all []string
	for range 3 {
		require.NoError(t, r.Press(press("b-1")))
		all = append(all, r.next("desk-1").Incident)
		if len(all) < 3 {
			r.classify(all[len(all)-1], "bullying")
			r.next("desk-1") // their last line
		}
	}
	r.reveal(all[0], "")
	r.reveal(all[1], "")
	for _, v := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
		_, err := r.do(liaison, all[2], v)
		require.NoError(t, err)
	}
	p := press("b-1")
	require.NoError(t, r.Press(p))
	i, err := r.Incident(t.Context(), all[1])
	require.NoError(t, err)
	require.Len(t, i.Presses, 2)
	assert.Equal(t, p.ID, i.Presses[1].ID)
}

// What was found in confidence chooses nobody who is told then.
func TestWhatWasSaidInConfidenceTellsNobody(t *testing.T) {
	r := start(t, "", nil)
	defer r.stop()
	i := r.raised("missing")
	r.classify(i.ID, "bullying")
	r.learns(i.ID, alerting.FactUnder10)
	r.recipients()

	done := r.reveal(i.ID, "")

	assert.EqualValues(t, "missing", done.Kind)
	assert.Empty(t, done.Facts)
	assert.NotContains(t, r.recipients(), "desk-1", "who is asked for a small child alone")
}

// Whoever is told anew has to be reached anew: where nobody is, the light says
// so.
func TestTheLightSaysThatNobodyHeardOfWhatWasRevealed(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		m := r.next("desk-1")
		r.Report(m.Progress(alerting.Received, "", time.Now()))
		r.classify(m.Incident, "bullying")
		time.Sleep(time.Minute)
		synctest.Wait()
		for len(r.lights) > 0 {
			<-r.lights
		}
		r.reveal(m.Incident, "")
		assert.Equal(t, devices.IndicatorStored, r.nextLight().Indicator)
		time.Sleep(engine.UnreachedAfter + time.Second)
		synctest.Wait()
		require.NotEmpty(t, r.lights)
		assert.Equal(t, devices.IndicatorFailed, r.nextLight().Indicator)
	})
}

// The light says again what is so: nobody of the police has it.
func TestTheLightFollowsWhatIsRevealed(t *testing.T) {
	r := start(t, "", nil)
	require.NoError(t, r.Press(press("b-1")))
	id := r.next("desk-1").Incident
	assert.Equal(t, devices.IndicatorStored, r.nextLight().Indicator)
	_, err := r.do(liaison, id, alerting.VerbAcknowledge)
	require.NoError(t, err)
	assert.Equal(t, devices.IndicatorAcknowledged, r.nextLight().Indicator)
	r.classify(id, "bullying")
	r.reveal(id, "")
	assert.Equal(t, devices.IndicatorStored, r.nextLight().Indicator)
}
