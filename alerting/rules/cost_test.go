package rules

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
)

// The page says what the built-in rules cost.
func TestWhatTheBuiltInRulesCost(t *testing.T) {
	p := Default().point(Gate{Device: "g-1", Type: Pedestrian, Width: 2, Area: 100})
	in := p.inputs(Clock{Calendar: calendar.Default(), Zone: time.UTC}, Post{Known: true}, time.Date(2026, 9, 1, 7, 56, 0, 0, time.UTC))
	in["counter.known"], in["counter.watched"] = true, int64(700) // so that no condition ends early
	for _, r := range builtIn.rules {
		for _, e := range []*program{r.when, r.clear} {
			if e == nil {
				continue
			}
			_, details, err := e.run.ContextEval(t.Context(), in)
			require.NoError(t, err, r.ID)
			require.NotNil(t, details.ActualCost(), r.ID)
			assert.Less(t, *details.ActualCost(), uint64(30), r.ID)
		}
	}
}
