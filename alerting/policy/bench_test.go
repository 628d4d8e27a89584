package policy_test

import (
	"testing"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// What three audiences are told of every press.
func BenchmarkText(b *testing.B) {
	for _, a := range []alerting.Audience{alerting.Police, alerting.School, alerting.Guards} {
		b.Run(string(a), func(b *testing.B) {
			f := facts(alerting.EventOpened, devices.Live)
			b.ReportAllocs()
			for b.Loop() {
				policy.Text(a, f)
			}
		})
	}
}

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

// BenchmarkOpenWhileSomebodyIsElsewhere is an alarm while somebody whom the school
// knows nothing of has signed elsewhere: its plan is the one that was made.
func BenchmarkOpenWhileSomebodyIsElsewhere(b *testing.B) {
	s := policy.Compile(campus(), nil)
	o := live("emergency")
	o.Engaged = []string{"stranger"}
	for b.Loop() {
		s.Open(o)
	}
}
