package watch_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// counted lists what is not zero: "name label label value".
func counted(t *testing.T, c prometheus.Collector) []string {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	require.NoError(t, reg.Register(c))
	families, err := reg.Gather()
	require.NoError(t, err)
	out := []string{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			line := f.GetName()
			for _, l := range m.GetLabel() { // by name: class, school, state
				line += " " + l.GetValue()
			}
			if v := m.GetGauge().GetValue(); v != 0 {
				out = append(out, fmt.Sprint(line, " ", v))
			}
		}
	}
	return out
}

func TestMetricsSayHowThePostsStandNow(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.both(owes(t, "sun", duty.Guard))
		r.until("07:30:00")
		require.NoError(t, r.Call(t.Context(), school, "c-1", "officer"))
		require.NoError(t, r.Reply(t.Context(), school, "c-1", qian, false))
		synctest.Wait()
		assert.Equal(t, []string{
			"campushub_duty_guards ziwei 2",
			"campushub_duty_people second-gate ziwei missed 1",
			"campushub_duty_people second-gate ziwei present 2",
			"campushub_duty_posts second-gate ziwei covered 1",
			"campushub_duty_posts second-gate ziwei required 1",
			"campushub_duty_roll_call_people ziwei asked 1",
			"campushub_duty_roll_call_people ziwei well 1",
			"campushub_duty_roll_calls ziwei 1",
			"campushub_duty_roster ziwei 1",
		}, counted(t, r.Collector()))
		r.until("09:00:00")
		assert.Equal(t, []string{
			"campushub_duty_guards ziwei 2",
			"campushub_duty_roll_call_people ziwei unanswered 1",
			"campushub_duty_roll_call_people ziwei well 1",
			"campushub_duty_roll_calls ziwei 1",
			"campushub_duty_roster ziwei 1",
		}, counted(t, r.Collector()), "the shift is over")
		r.reload(func(of *watch.School) { of.Setup.Posts = nil })
		assert.NotContains(t, fmt.Sprint(counted(t, r.Collector())), "second-gate")
	})
}
