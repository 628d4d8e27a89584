package telemetry

import (
	"math"
	"runtime/metrics"
	"time"
)

// pauses are those in which the garbage collector has stopped the process.
type pauses struct{ counts []uint64 }

// longest is the longest since it was last asked, to the upper edge of the
// runtime's own bucket; 0 where there was none.
func (p *pauses) longest() time.Duration {
	s := []metrics.Sample{{Name: "/sched/pauses/total/gc:seconds"}}
	metrics.Read(s)
	h := s[0].Value.Float64Histogram()
	if p.counts == nil {
		p.counts = make([]uint64, len(h.Counts))
	}
	var out float64
	for i, n := range h.Counts {
		if n > p.counts[i] {
			out = edge(h.Buckets, i)
		}
		p.counts[i] = n
	}
	return time.Duration(out * float64(time.Second))
}

// edge is the upper edge of a bucket; the lower one of the last, which has none.
func edge(edges []float64, i int) float64 {
	if up := edges[i+1]; !math.IsInf(up, 1) {
		return up
	}
	return edges[i]
}
