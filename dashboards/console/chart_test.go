package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The present hour has a bar from its first second on, and one behind the edge
// has none.
func TestABarOfAnHourIsSeenFromItsBeginning(t *testing.T) {
	hour := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	for _, begun := range []time.Duration{time.Second, time.Minute, 3 * time.Minute} {
		now := hour.Add(begun)
		a := axes{now.Add(-courseLong), now, 0, 1, barsPlot}
		var c chart
		c.bar(a, hour, hour.Add(time.Hour), 0.5, "in")
		require.Len(t, c.Rects, 1, begun)
		assert.Equal(t, "1", c.Rects[0].W, begun)
		c.bar(a, hour.Add(time.Hour), hour.Add(2*time.Hour), 0.5, "in")
		c.bar(a, hour.Add(-courseLong-time.Hour), hour.Add(-courseLong), 0.5, "in")
		assert.Len(t, c.Rects, 1, begun)
	}
}
