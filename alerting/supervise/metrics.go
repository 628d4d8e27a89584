package supervise

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.org/campushub/devices/supervision"
)

type metrics struct {
	devices      *prometheus.GaugeVec
	cut          *prometheus.GaugeVec
	availability *prometheus.GaugeVec
	firmware     *prometheus.GaugeVec
	unheard      *prometheus.GaugeVec
	found        *prometheus.CounterVec
	dropped      prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg)
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return f.NewGaugeVec(prometheus.GaugeOpts{Namespace: "campushub", Subsystem: "supervision", Name: name, Help: help}, labels)
	}
	return &metrics{
		devices:      gauge("devices", "Devices of a school, by state.", "school", "state"),
		cut:          gauge("cut", "1 while the link of a school is cut.", "school"),
		availability: gauge("availability_ratio", "Part of the last 30 days in which the devices of a school were there.", "school"),
		firmware:     gauge("firmware_age_seconds", "The longest that a device of a school has said it runs the version that it runs.", "school"),
		unheard:      gauge("unheard_seconds", "The longest that a device of a school has been configured without ever being heard; absent where each was heard.", "school"),
		found: f.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "supervision", Name: "findings_total", Help: "What supervision has found, by what it is; stall is the hub's own.",
		}, []string{"what"}),
		dropped: f.NewCounter(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "supervision", Name: "dropped_total", Help: "Reports and findings that found no room.",
		}),
	}
}

// count puts the present figures in place; a school that is gone has none.
func (m *metrics) count(v supervision.View) {
	m.devices.Reset()
	m.cut.Reset()
	m.availability.Reset()
	m.firmware.Reset()
	m.unheard.Reset()
	oldest, unheard := map[string]time.Duration{}, map[string]time.Duration{}
	for _, d := range v.Devices {
		if d.State == supervision.Waiting {
			unheard[d.Address.School] = max(unheard[d.Address.School], d.Unheard(v.At))
		}
		if d.Running.Version != "" {
			oldest[d.Address.School] = max(oldest[d.Address.School], d.Running.Age(v.At))
		}
	}
	for school, age := range oldest {
		m.firmware.WithLabelValues(school).Set(age.Seconds())
	}
	for school, age := range unheard {
		m.unheard.WithLabelValues(school).Set(age.Seconds())
	}
	for _, s := range v.Schools {
		for _, state := range supervision.States() {
			m.devices.WithLabelValues(s.School, string(state)).Set(float64(s.Counts[state]))
		}
		cut := 0.0
		if !s.Cut.IsZero() {
			cut = 1
		}
		m.cut.WithLabelValues(s.School).Set(cut)
		if part, ok := supervision.Availability(s.Observed, s.Down); ok {
			m.availability.WithLabelValues(s.School).Set(part)
		}
	}
}
