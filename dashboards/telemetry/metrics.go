package telemetry

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/dashboards/telemetry/spool"
)

func registerAll(reg prometheus.Registerer, all []prometheus.Collector) error {
	for _, c := range all {
		if err := reg.Register(c); err != nil {
			return fmt.Errorf("register telemetry metrics: %w", err)
		}
	}
	return nil
}

// spoolCollector reads the spool when it is asked.
type spoolCollector struct {
	spool                            *spool.Spool
	bytes, waiting, dropped, damaged *prometheus.Desc
}

func spoolMetrics(s *spool.Spool) spoolCollector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("campushub_telemetry_"+name, help, labels, nil)
	}
	return spoolCollector{
		spool:   s,
		bytes:   desc("spool_bytes", "Size of the spool on disk."),
		waiting: desc("spool_waiting_points", "Points that wait to be delivered, by class.", "class"),
		dropped: desc("points_dropped_total", "Points that were given up before they were delivered, for want of room or age, by class.", "class"),
		damaged: desc("spool_damaged_segments", "Segments that could not be read at the start."),
	}
}

// Describe and Collect make it a prometheus.Collector.
func (c spoolCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.bytes, c.waiting, c.dropped, c.damaged} {
		out <- d
	}
}

// Collect reads the spool.
func (c spoolCollector) Collect(out chan<- prometheus.Metric) {
	s := c.spool.Stats()
	out <- prometheus.MustNewConstMetric(c.bytes, prometheus.GaugeValue, float64(s.Bytes))
	out <- prometheus.MustNewConstMetric(c.damaged, prometheus.GaugeValue, float64(s.Damaged))
	for _, class := range spool.Classes() {
		out <- prometheus.MustNewConstMetric(c.waiting, prometheus.GaugeValue, float64(s.Waiting[class]), class.String())
		out <- prometheus.MustNewConstMetric(c.dropped, prometheus.CounterValue, float64(s.Dropped[class]), class.String())
	}
}

// writerMetrics counts what became of points.
type writerMetrics struct {
	written  *prometheus.CounterVec
	rejected *prometheus.CounterVec
	filled   prometheus.Counter
	rests    prometheus.Counter
	damaged  prometheus.Counter
	failures *prometheus.CounterVec
	seconds  prometheus.Histogram
}

func newWriterMetrics(reg prometheus.Registerer) (*writerMetrics, error) {
	opts := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: "campushub", Subsystem: "telemetry", Name: name, Help: help}
	}
	m := &writerMetrics{
		written:  prometheus.NewCounterVec(opts("points_written_total", "Points that InfluxDB has taken, by class."), []string{"class"}),
		rejected: prometheus.NewCounterVec(opts("points_rejected_total", "Points that InfluxDB rejected and that were set aside, by reason."), []string{"reason"}),
		filled:   prometheus.NewCounter(opts("points_filled_total", "Points that an outage had left and that were filled in behind what is live.")),
		rests:    prometheus.NewCounter(opts("fill_rests_total", "How often filling in came to rest for an alarm.")),
		damaged:  prometheus.NewCounter(opts("points_damaged_total", "Points that the spool could not read any more.")),
		failures: prometheus.NewCounterVec(opts("writes_failed_total", "Writes that are tried again, by reason."), []string{"reason"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "campushub", Subsystem: "telemetry", Name: "write_seconds", Help: "How long InfluxDB took for a batch.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}, NativeHistogramBucketFactor: 1.1,
		}),
	}
	m.begin()
	return m, registerAll(reg, []prometheus.Collector{m.written, m.rejected, m.filled, m.rests, m.damaged, m.failures, m.seconds})
}

// begin has every series there at 0: the first event is a rise then, which
// rate() and the alert rules see.
func (m *writerMetrics) begin() {
	for _, c := range spool.Classes() {
		m.written.WithLabelValues(c.String())
	}
	for _, reason := range rejectionReasons() {
		m.rejected.WithLabelValues(reason)
	}
	for _, reason := range failureReasons() {
		m.failures.WithLabelValues(reason)
	}
}
