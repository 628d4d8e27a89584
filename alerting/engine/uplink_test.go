package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
)

// A way that is not proven is a line on the boards of the police, and told at
// the school. When it has lasted the police are told once, to telephone the
// school, and by nobody's silence again.
func TestALastingCutIsToldToThePoliceOnce(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		r := startAs(t, path, manned())
		defer r.stop()
		time.Sleep(time.Hour)
		since := time.Now().Add(-90 * time.Second)
		of, _ := manned().School(school)
		cut := engine.Condition{School: school, Kind: "uplink-lost", Object: "path", Since: since}
		require.NoError(t, r.Found(cut))
		time.Sleep(210 * time.Second)
		synctest.Wait()
		told := r.recipients()
		assert.Contains(t, told, "officer")
		assert.NotContains(t, told, "desk-1", "a line on the board")
		assert.NotContains(t, told, "leader")
		require.Len(t, r.Unresolved(), 1)

		lasting := cut
		lasting.Facts = []string{alerting.FactLasting}
		require.NoError(t, r.Found(lasting))
		m := r.next("desk-1")
		assert.Equal(t, "once", m.Sound())
		assert.Contains(t, m.Text.ZH, "【通路中断】紫薇小学 自 "+since.In(of.Location()).Format("15:04:05")+" 起", "not from when it was raised")
		assert.Contains(t, m.Text.ZH, "起报警通路未证实,请电联 010-5555")
		assert.Contains(t, m.Text.EN, "Please telephone 010-5555")
		require.NoError(t, r.Found(lasting))
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		again := r.recipients()
		assert.NotContains(t, again, "desk-1", "once, whoever says it again")
		assert.NotContains(t, again, "leader", "and no level follows")
		require.Len(t, r.Unresolved(), 1)

		require.NoError(t, r.Ended(cut))
		m = r.next("desk-1")
		assert.Equal(t, alerting.StateResolved, m.State)
		assert.Empty(t, m.Sound())
		synctest.Wait()
		assert.Empty(t, r.Unresolved())
	})
}
