package hub

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting/duty"
)

// guardsDue says of how many guards each school should have, by its pupils. A
// school that did not say how many it has is left out, and so is one where
// pupils sleep: how many it needs is for local rules.
type guardsDue struct{ who func() *roster }

var guardsDueDesc = prometheus.NewDesc("campushub_duty_guards_required",
	"Guards that a school should employ for its pupils (GB/T 29315-2022); absent where the pupils are not known or sleep at school.", []string{"school"}, nil)

// Describe is of prometheus.Collector.
func (g guardsDue) Describe(ch chan<- *prometheus.Desc) { ch <- guardsDueDesc }

// Collect is of prometheus.Collector.
func (g guardsDue) Collect(ch chan<- prometheus.Metric) {
	who := g.who()
	for school, set := range who.rules {
		d, ok := who.duties[school]
		if !ok || set.Roll == 0 || slices.Contains(d.Setup.With, duty.Boarding) {
			continue
		}
		ch <- prometheus.MustNewConstMetric(guardsDueDesc, prometheus.GaugeValue, float64(duty.Guards(set.Roll)), school)
	}
}
