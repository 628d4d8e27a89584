package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/people"
)

// The school reads how many stand at a post below its minimum, and to hold the
// gate once pupils come and go.
func TestAnUncoveredPostHasTheGateHeld(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		d := directory()
		office := people.Terminal{Audience: alerting.School, ID: "office-1", Schools: []string{school}}
		r := startAs(t, path, people.New(people.Lists{Schools: d.Schools(), Devices: d.Devices(), Terminals: []people.Terminal{office}, Accounts: d.AccountsOf(school)}))
		defer r.stop()
		time.Sleep(10 * time.Hour) // by day: no quiet hours hold what is of low severity
		c := engine.Condition{
			School: school, Kind: "post-uncovered", Object: "2000-01-01/south/morning", Due: time.Now(), Present: new(1),
			Place: alerting.Place{ID: "south-gate", Name: alerting.Text{ZH: "南门", EN: "South gate"}},
		}
		require.NoError(t, r.Found(c))
		m := r.next("office-1")
		assert.Contains(t, m.Text.ZH, "缺岗,在岗 1 人,低于最低人数。请安排替岗")

		c.Facts = []string{alerting.FactPupilsMoving}
		require.NoError(t, r.Found(c))
		synctest.Wait()
		m = r.next("office-1")
		assert.Contains(t, m.Text.ZH, "缺岗,低于最低人数。暂缓开门", "who is there by now was not counted")
		assert.Contains(t, m.Text.EN, "Hold the gate")
		assert.Equal(t, alerting.High, m.Severity)
	})
}
