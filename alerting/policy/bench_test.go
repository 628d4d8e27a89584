package policy_test

import (
	"testing"

	"example.org/campushub/alerting/policy"
)

// On the way of an alarm: one copy of a plan that was made before.
func BenchmarkOpen(b *testing.B) {
	s := policy.Compile(campus(), nil)
	o := live("emergency")
	b.ReportAllocs()
	for b.Loop() {
		s.Open(o)
	}
}

// At a start and a reload, for each school.
func BenchmarkCompile(b *testing.B) {
	d := campus()
	for b.Loop() {
		policy.Compile(d, nil)
	}
}
