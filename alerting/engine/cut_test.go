package engine_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// forgetLast takes the rows of the latest telling from the disk, as a crash
// does that comes before they are written.
func forgetLast(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.Exec(`DELETE FROM tellings WHERE number = (SELECT max(number) FROM tellings)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// When the hub stops in the middle of a level that tells everybody once more,
// the next start completes it: at once, under the ids that it had, and nobody
// twice.
func TestALevelForEverybodyIsCompletedByARestart(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		began := time.Now()
		require.NoError(t, r.Press(press("b-1")))
		_, m := r.since(began, "leader")
		r.Report(m.Progress(alerting.Received, "", time.Now()))
		at, m := r.since(began, "leader")
		require.Equal(t, time.Minute, at)
		require.Equal(t, alerting.ChannelSMS, m.Channel)
		time.Sleep(time.Second)
		r.stop()
		forgetLast(t, path)

		r = startAs(t, path, manned())
		defer r.stop()
		resumed := time.Now()
		at, again := r.since(resumed, "leader")
		assert.Zero(t, at, "not with the next repetition")
		assert.Equal(t, m.Delivery, again.Delivery)
		assert.Equal(t, m.Text.ZH, again.Text.ZH)
		r.Report(again.Progress(alerting.Received, "", time.Now()))
		time.Sleep(5 * time.Second)
		assert.NotContains(t, r.recipients(), "leader", "once")
		at, next := r.since(resumed, "leader")
		assert.Equal(t, 59*time.Second, at, "and the repetition comes when it was due")
		assert.NotEqual(t, m.Delivery, next.Delivery)
	})
}
