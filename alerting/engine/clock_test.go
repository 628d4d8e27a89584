package engine_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// Each bubble begins at the same moment: the second start has a clock that was
// set back by two hours.
func TestAStartWithAnEarlierClockShowsNoNonsense(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	var before deliver.Message
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(2 * time.Hour)
		r := start(t, path, nil)
		defer r.stop()
		require.NoError(t, r.Press(press("b-1")))
		before = r.next("desk-1")
		time.Sleep(30 * time.Second)
		_, err := r.do(officer, before.Incident, alerting.VerbNote)
		require.NoError(t, err)
	})
	synctest.Test(t, func(t *testing.T) {
		r := start(t, path, nil)
		defer r.stop()
		m := r.next("desk-1")
		require.Equal(t, before.Delivery, m.Delivery)
		assert.Equal(t, 30*time.Second, m.Age, "as old as it was known to be")
		r.Report(m.Progress(alerting.Received, "", time.Now()))
		time.Sleep(5 * time.Second)
		_, err := r.do(officer, m.Incident, alerting.VerbAcknowledge)
		require.NoError(t, err)
		assert.Equal(t, 35*time.Second, r.next("desk-1").Age, "and older from then on")

		d := r.delivery(m)
		assert.Equal(t, d.PlannedAt, *d.ReceivedAt, "no stage comes before the planning")
		assert.Equal(t, alerting.ClockSetBack, d.Reason)
		i, err := r.Incident(t.Context(), m.Incident)
		require.NoError(t, err)
		for _, entry := range i.Timeline {
			if entry.Event == alerting.EventResumed {
				assert.Contains(t, entry.Text.EN, "clock set back")
			}
		}
	})
}
