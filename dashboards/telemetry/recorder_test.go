package telemetry

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/devices"
)

// idle is a recorder whose Run has not begun: nothing reaches the spool, as
// with a disk that hangs.
func idle(t *testing.T) *Recorder {
	t.Helper()
	s, err := spool.Open(spool.Config{Dir: t.TempDir()}, time.Now())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	r, err := NewRecorder(recorderDeps(s, prometheus.NewRegistry()), time.Now())
	require.NoError(t, err)
	return r
}

func TestADiskThatHangsCostsOneWaitAndNotOneEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := idle(t)
		f := newFleet("a")
		began := time.Now()
		for range 50 {
			for _, one := range f.next(20) {
				r.Reading(one)
			}
		}
		assert.Equal(t, kept, time.Since(began), "the first waits, the others know")
		require.NoError(t, r.flushPoints())
		_, next := r.deps.Spool.Bounds(spool.Reading)
		assert.EqualValues(t, 1000, next)
		began = time.Now()
		waited := make(chan struct{})
		go func() { r.Reading(f.next(1)[0]); close(waited) }()
		synctest.Wait()
		assert.False(t, r.points.idle())
		require.NoError(t, r.flushPoints())
		<-waited
		assert.Zero(t, time.Since(began), "no longer than until it is written")
	})
}

func TestAlarmsWayNeverWaitsAndItsQueueIsItsOwn(t *testing.T) {
	r := idle(t)
	r.mu.Lock() // whatever reads or measures
	defer r.mu.Unlock()
	for range queueLimit + 10 {
		r.Stage(Stage{School: "no-1", State: "handed", At: monday})
	}
	assert.EqualValues(t, 10, r.stages.lost())
	assert.Zero(t, r.points.lost())
}

func TestOldestReadingsGoWhenTheQueueIsFull(t *testing.T) {
	q := newQueue[int]()
	for i := range queueLimit + 3 {
		q.put(i)
	}
	taken, _ := q.take()
	require.Len(t, taken, queueLimit)
	assert.Equal(t, 3, taken[0])
	q.put(-1)
	q.put(-2)
	q.giveBack(taken)
	taken, _ = q.take()
	require.Len(t, taken, queueLimit)
	assert.Equal(t, 5, taken[0])
	assert.Equal(t, []int{-1, -2}, taken[queueLimit-2:])
	assert.EqualValues(t, 5, q.lost())
}

func TestADeviceCannotFillTheIndexWithNames(t *testing.T) {
	r := idle(t)
	for i := range 2 * MaxValueNames {
		values := map[string]float64{"open": 1, fmt.Sprintf("v%d", i): 1}
		r.Reading(devices.Reading{From: gate, Values: values, ReceivedAt: monday})
	}
	assert.LessOrEqual(t, len(r.names), MaxValueNames)
	r.mu.Lock()
	defer r.mu.Unlock()
	assert.True(t, r.admit("open"), "what is known stays")
	assert.False(t, r.admit("one_more"))
}
