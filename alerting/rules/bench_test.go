package rules_test

import (
	"testing"
	"time"

	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// What a reading costs, and a look at a gate.
func BenchmarkPoint(b *testing.B) {
	p := rules.Default().NewPoint("g-1")
	r := devices.Reading{ReceivedAt: night, Values: map[string]float64{"open": 1, "passages_in": 3, "passages_out": 1}}
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.ReceivedAt = r.ReceivedAt.Add(time.Millisecond)
			p.Read(r, clock)
		}
	})
	b.Run("look", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.Step(clock, rules.Post{}, r.ReceivedAt)
		}
	})
}
