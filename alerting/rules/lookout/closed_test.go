package lookout_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const campusClosed = "campushub_rules_campus_closed"

func TestACampusIsClosedWhileNoGateStandsOpenAtTheWrongTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, "")
		r.start(t)
		series := func() int {
			families, err := r.registry.Gather()
			require.NoError(t, err)
			at := slices.IndexFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == campusClosed })
			if at < 0 {
				return 0
			}
			return len(families[at].GetMetric())
		}
		pass(time.Minute)
		assert.Zero(t, series(), "no gate has said anything")
		r.tell("open", 0)
		pass(20 * time.Second)
		assert.Equal(t, 1, series())
		assert.InDelta(t, 1, r.metric(t, campusClosed), 0)
		r.tell("open", 1)
		pass(50 * time.Second)
		assert.InDelta(t, 1, r.metric(t, campusClosed), 0, "somebody is let in")
		pass(30 * time.Second)
		assert.InDelta(t, 0, r.metric(t, campusClosed), 0)
		r.tell("open", 0)
		pass(20 * time.Second)
		assert.InDelta(t, 1, r.metric(t, campusClosed), 0)
	})
}
