package hub

import "github.com/prometheus/client_golang/prometheus"

// guardsDue says how many guards each school should have, by its own number or
// its pupils. A school that said neither is left out, and so is one where pupils
// sleep and that has no number of its own: how many it needs is for local rules.
type guardsDue struct{ who func() *roster }

var guardsDueDesc = prometheus.NewDesc("campushub_duty_guards_required",
	"Guards that a school should employ, by its own number or for its pupils (GB/T 29315-2022); absent where it has none and the pupils are not known or sleep at school.", []string{"school"}, nil)

// Describe is of prometheus.Collector.
func (g guardsDue) Describe(ch chan<- *prometheus.Desc) { ch <- guardsDueDesc }

// Collect is of prometheus.Collector.
func (g guardsDue) Collect(ch chan<- prometheus.Metric) {
	who := g.who()
	for school, d := range who.duties {
		pupils := 0
		if set, ruled := who.rules[school]; ruled {
			pupils = set.Roll
		}
		if n := d.Setup.Employs(pupils); n > 0 {
			ch <- prometheus.MustNewConstMetric(guardsDueDesc, prometheus.GaugeValue, float64(n), school)
		}
	}
}
