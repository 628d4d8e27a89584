package telemetry

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal/journaltest"
	"example.org/campushub/devices"
)

// burst sends readings that nobody waits for, and gives how many.
func (s *station) burst(from, n int) int {
	for i := range n {
		s.Reading(devices.Reading{
			From: devices.Address{School: "no-1", Device: fmt.Sprintf("gate-%d", i%40)}, ReceivedAt: time.Now(), Seq: uint64(from + i), Boot: "only",
			Values: map[string]float64{"passages_in": float64(i)},
		})
	}
	return n
}

// The disk under the spool is full, first of what others wrote, then of its own
// too. What waits in memory is bounded, what was given up is counted, an alarm's
// points are no part of it, and when there is room everything goes on.
func TestADiskThatIsFullCostsReadingsThatAreCounted(t *testing.T) {
	s := startInflux(t, t.TempDir())
	setUp(t, s)
	g := newGateway(t, s)
	dir := journaltest.SmallDisk(t, 16)
	st := startStation(t, dir, quick(g.URL))
	count := func(field, measurement string) (n float64) {
		got, err := s.Query(t.Context(), database, fmt.Sprintf("SELECT count(%q) FROM %q", field, measurement))
		require.NoError(t, err)
		if len(got) > 0 {
			_, err = fmt.Sscan(fmt.Sprint(got[0].Values[0][1]), &n)
			require.NoError(t, err)
		}
		return n
	}
	began := time.Now()
	given := func() float64 { return st.metric(t, "points_unspooled_total") + st.metric(t, "points_dropped_total") }
	accounted := func(sent int) { // but for what the hub says of itself meanwhile
		t.Helper()
		missing := float64(sent) - count("seq", "reading")
		assert.LessOrEqual(t, missing, given(), "what did not arrive was counted")
		assert.LessOrEqual(t, given()-missing, float64(time.Since(began)/sampleEvery), "and nothing else")
	}

	free := journaltest.Fill(t, dir)
	sent := st.burst(1, queueLimit+5000)
	require.Eventually(t, func() bool { return st.metric(t, "points_unspooled_total") >= 5000 }, patience, time.Millisecond, "counted")
	st.points.mu.Lock()
	assert.LessOrEqual(t, len(st.points.points), queueLimit, "bounded")
	st.points.mu.Unlock()
	free()
	st.drained(t)
	accounted(sent)

	g.answer.Store(http.StatusServiceUnavailable)
	d := alerting.Delivery{ID: "d-1", Audience: alerting.Police, Channel: alerting.ChannelMQTT, PlannedAt: time.Now()}
	const stages = 100
	for range stages {
		st.Stage(Stage{School: "no-1", Mode: devices.Live, Delivery: d, State: alerting.Handed, At: d.PlannedAt.Add(time.Millisecond)})
	}
	for range 4 { // into a second segment
		sent += st.burst(sent+1, queueLimit)
		require.Eventually(t, st.points.idle, patience, time.Millisecond)
	}
	require.Eventually(t, st.stages.idle, patience, time.Millisecond)
	before := given()
	free = journaltest.Fill(t, dir)
	for given() == before { // its own oldest give way
		sent += st.burst(sent+1, 1000)
		require.Eventually(t, func() bool { return st.points.idle() || given() > before }, patience, time.Millisecond)
	}
	free()
	g.answer.Store(0)
	st.drained(t)
	accounted(sent)
	assert.InDelta(t, stages, count("after", "delivery"), 0, "of alarms all arrives")
}
