package engine

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// latencyBuckets span 0.1 ms to 10 s, in seconds.
var latencyBuckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 4, 10}

// stageBuckets go on to 60 s, the hard limit of the slowest channel: a call
// rings, and a mail waits in its server.
var stageBuckets = slices.Concat(latencyBuckets, []float64{15, 30, 60})

// A native histogram beside the classic one has buckets 10 % apart, and at most
// nativeBuckets of them: beyond that it grows coarser, and starts anew once an
// hour.
const (
	nativeFactor  = 1.1
	nativeBuckets = 160
)

func seconds(name, help string, buckets []float64) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{
		Namespace: "campushub", Subsystem: "engine", Name: name, Help: help, Buckets: buckets,
		NativeHistogramBucketFactor: nativeFactor, NativeHistogramMaxBucketNumber: nativeBuckets, NativeHistogramMinResetDuration: time.Hour,
	}
}

// label is a label with all its values.
type label struct {
	name   string
	values []string
}

func labelOf[T ~string](name string, values ...T) label {
	l := label{name: name}
	for _, v := range values {
		l.values = append(l.values, string(v))
	}
	return l
}

// The labels of the counters.
var (
	modes      = labelOf("mode", devices.Modes()...)
	responders = labelOf("audience", alerting.Police, alerting.School, alerting.Guards, alerting.Staff, alerting.District)
	takers     = labelOf("audience", alerting.Police, alerting.School, alerting.Guards)
	missings   = labelOf("missing", alerting.Missings()...)
	channels   = labelOf("channel", alerting.Channels()...)
	endpoints  = labelOf("stage", judged()...)
	paths      = labelOf("path", mainPath, backupPath)
	limits     = labelOf("limit", alerting.Misses()...)
	whys       = labelOf("reason", alerting.Whys()...)
)

// wayLabels are those of the histograms, which have a series for each way that
// was used.
var wayLabels = []string{"audience", "channel", "via", "path", "stage", "mode"}

// The paths of a contact, by whether they begin at once.
const (
	mainPath   = "main"
	backupPath = "backup"
)

func pathLabel(path int) string {
	if path == 0 {
		return mainPath
	}
	return backupPath
}

// counters is a vector with all its series at 0.
func counters(name, help string, labels ...label) *prometheus.CounterVec {
	names := make([]string, len(labels))
	for i, l := range labels {
		names[i] = l.name
	}
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "campushub", Subsystem: "engine", Name: name, Help: help}, names)
	each(labels, nil, func(values []string) { v.WithLabelValues(values...) })
	return v
}

// each calls f with every combination of the labels' values.
func each(labels []label, chosen []string, f func([]string)) {
	if len(labels) == 0 {
		f(chosen)
		return
	}
	for _, v := range labels[0].values {
		each(labels[1:], append(slices.Clone(chosen), v), f)
	}
}
