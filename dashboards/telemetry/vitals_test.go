package telemetry

import (
	"runtime"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheHubsMetricsSayHowItWorksInside(t *testing.T) {
	reg := prometheus.NewRegistry()
	v, err := ReadVitals(reg)
	require.NoError(t, err)
	assert.Equal(t, Vitals{}, v)

	commits := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "campushub_journal_commit_seconds"})
	waiting := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "campushub_deliver_lane_waiting_messages"}, []string{"audience"})
	reg.MustRegister(commits, waiting)
	waiting.WithLabelValues("police").Set(2)
	waiting.WithLabelValues("school").Set(3)
	commits.Observe(1)
	early, err := ReadVitals(reg)
	require.NoError(t, err)
	assert.Equal(t, 5, early.LanesWaiting)
	for range 2 {
		commits.Observe(.25)
	}
	late, err := ReadVitals(reg)
	require.NoError(t, err)
	took, some := late.CommitSince(early)
	assert.True(t, some)
	assert.Equal(t, 250*time.Millisecond, took, "on average since the earlier look")
	_, some = late.CommitSince(late)
	assert.False(t, some)
}

func TestTheLongestPauseIsThatSinceTheLastLook(t *testing.T) {
	var p pauses
	p.longest()
	runtime.GC()
	assert.Positive(t, p.longest())
}
