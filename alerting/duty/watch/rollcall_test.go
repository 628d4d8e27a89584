package watch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// settled is when a watch that has been started raises again.
const settled = watch.Settling + 2*time.Second

func TestWhoDoesNotAnswerARollCallIsRaisedOnceAndIsOverWhenTheyAnswer(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.called("c-1")
		require.NoError(t, r.Reply(t.Context(), school, "c-1", qian, false))
		r.until("07:17:59")
		assert.Empty(t, r.open(), "asked again, and not yet raised")
		r.until("07:18:01")
		require.Equal(t, []string{"lone-worker high"}, r.open())
		i := r.engine.Unresolved()[0]
		assert.Equal(t, "south-gate", i.Place.ID)
		assert.NotContains(t, i.Device, "zhao", "nobody is named beyond the school")
		r.stop()

		r = start(t, dir)
		defer r.stop()
		time.Sleep(settled)
		require.Equal(t, []string{"lone-worker high"}, r.open(), "a restart raises nothing twice")
		assert.Equal(t, i.ID, r.engine.Unresolved()[0].ID)
		require.NoError(t, r.Reply(t.Context(), school, "c-1", zhao, false))
		time.Sleep(2 * time.Second)
		assert.Empty(t, r.open(), "answered")
	})
}

func TestAnUnansweredRollCallThatSomebodyTookOnIsTheirsToClose(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.called("c-1")
		require.NoError(t, r.Reply(t.Context(), school, "c-1", qian, false))
		r.until("07:18:01")
		require.Equal(t, []string{"lone-worker high"}, r.open())
		i := r.engine.Unresolved()[0]
		_, err := r.engine.Do(t.Context(), alerting.Command{
			Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: alerting.Actor{Name: "officer", Role: alerting.RoleOfficer},
		})
		require.NoError(t, err)
		held := card("04a1b2c3")
		held.ID = "held once more"
		require.NoError(t, r.CheckIn(held))
		time.Sleep(3 * time.Second)
		require.Equal(t, []string{"lone-worker high"}, r.open(), "taken on: a person closes it")
		full, err := r.engine.Incident(t.Context(), i.ID)
		require.NoError(t, err)
		assert.Contains(t, full.Timeline[len(full.Timeline)-1].Text.EN, "over", "and reads that it is over")
		b, _ := r.Board(school, time.Now())
		assert.Equal(t, map[string]duty.Called{"zhao": duty.Well, "qian": duty.Well}, b.Calls[0].People, "a card held once more is an answer")
	})
}

// A hub that was off while the roll was called raises what is still of use when
// it is back, and nothing of a roll call of long ago.
func TestAnUnansweredRollCallOutlastsAnOutage(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.called("c-1")
		r.until("07:15:01") // it was put to both
		r.stop()
		r.until("07:25:00")
		r = start(t, dir)
		time.Sleep(settled - 3*time.Second)
		assert.Empty(t, r.open(), "what readers could not say arrives first")
		time.Sleep(3 * time.Second)
		require.Equal(t, []string{"lone-worker high", "lone-worker high"}, r.open())
		r.until("08:40:00")
		assert.Equal(t, []string{"lone-worker high", "lone-worker high"}, r.open(), "nothing has ended by itself")
		r.stop()
	})
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.called("c-1")
		r.stop()
		r.until("08:20:00")
		r = start(t, dir)
		defer r.stop()
		time.Sleep(settled)
		synctest.Wait()
		assert.Empty(t, r.open())
	})
}
