package load

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Spread is a distribution by its exact samples.
type Spread struct {
	Count               int
	P50, P99, P999, Max time.Duration
}

// Measure sorts the samples in place. Percentiles are of the nearest rank: the
// smallest sample that is not exceeded by at least that share of them, so each
// was really seen.
func Measure(samples []time.Duration) Spread {
	if len(samples) == 0 {
		return Spread{}
	}
	slices.Sort(samples)
	return Spread{
		Count: len(samples),
		P50:   nearest(samples, 500), P99: nearest(samples, 990), P999: nearest(samples, 999),
		Max: samples[len(samples)-1],
	}
}

// nearest reads the percentile in thousandths from sorted samples.
func nearest(sorted []time.Duration, thousandths int) time.Duration {
	return sorted[(len(sorted)*thousandths+999)/1000-1]
}

type spreadJSON struct {
	Count  int     `json:"count"`
	P50MS  float64 `json:"p50_ms"`
	P99MS  float64 `json:"p99_ms"`
	P999MS float64 `json:"p99_9_ms"`
	MaxMS  float64 `json:"max_ms"`
}

// MarshalJSON writes milliseconds.
func (s Spread) MarshalJSON() ([]byte, error) {
	return json.Marshal(spreadJSON{s.Count, milliseconds(s.P50), milliseconds(s.P99), milliseconds(s.P999), milliseconds(s.Max)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Spread) UnmarshalJSON(b []byte) error {
	var v spreadJSON
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("decode spread: %w", err)
	}
	*s = Spread{v.Count, duration(v.P50MS), duration(v.P99MS), duration(v.P999MS), duration(v.MaxMS)}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func duration(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
