package engine_test

import (
	"maps"

	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"
)

// series are those of a metric whose labels have the values.
func (r *rig) series(name string, labels map[string]string) (out []*dto.Metric) {
	r.t.Helper()
	all, err := r.figures.Gather()
	require.NoError(r.t, err)
	for _, f := range all {
		if f.GetName() != "campushub_engine_"+name {
			continue
		}
		for _, m := range f.GetMetric() {
			has := map[string]string{}
			for _, l := range m.GetLabel() {
				has[l.GetName()] = l.GetValue()
			}
			left := maps.Clone(labels)
			maps.DeleteFunc(left, func(k, v string) bool { return has[k] == v })
			if len(left) == 0 {
				out = append(out, m)
			}
		}
	}
	return out
}

// count is a counter that there must be, also at 0.
func (r *rig) count(name string, labels map[string]string) float64 {
	r.t.Helper()
	found := r.series(name, labels)
	require.Len(r.t, found, 1, name)
	return found[0].GetCounter().GetValue()
}

// sum is what all series together have counted or observed.
func (r *rig) sum(name string, labels ...string) (sum float64) {
	r.t.Helper()
	want := map[string]string{}
	for i := 0; i < len(labels); i += 2 {
		want[labels[i]] = labels[i+1]
	}
	for _, m := range r.series(name, want) {
		sum += m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
	}
	return sum
}

// observed is the one series of a histogram.
func (r *rig) observed(name string, labels map[string]string) *dto.Histogram {
	r.t.Helper()
	found := r.series(name, labels)
	require.Len(r.t, found, 1, name)
	return found[0].GetHistogram()
}
