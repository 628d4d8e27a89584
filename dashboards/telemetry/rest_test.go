package telemetry

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/spool"
)

func TestFillingInRestsWhileAnAlarmIsYoung(t *testing.T) {
	begin := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	at := begin.Add
	steps := []struct {
		why         string
		now, latest time.Time
		points      int
		wait        time.Duration
	}{
		{"no alarm ever", at(0), time.Time{}, 5000, 0},
		{"one has just come", at(time.Second), at(time.Second), 0, 5 * time.Second},
		{"it is 2 s old", at(3 * time.Second), at(time.Second), 0, 3 * time.Second},
		{"it is old", at(6 * time.Second), at(time.Second), 5000, 0},
		{"the first of many", at(10 * time.Second), at(10 * time.Second), 0, 5 * time.Second},
		{"they go on", at(14 * time.Second), at(14 * time.Second), 0, 5 * time.Second},
		{"and on", at(18 * time.Second), at(18 * time.Second), 0, 5 * time.Second},
		{"and on", at(22 * time.Second), at(22 * time.Second), 0, 5 * time.Second},
		{"and on", at(26 * time.Second), at(26 * time.Second), 0, 5 * time.Second},
		{"and on", at(30 * time.Second), at(30 * time.Second), 0, 5 * time.Second},
		{"and on", at(34 * time.Second), at(34 * time.Second), 0, 5 * time.Second},
		{"the longest rest is nearly over", at(38 * time.Second), at(37 * time.Second), 0, 2 * time.Second},
		{"slowly", at(40 * time.Second), at(40 * time.Second), 500, time.Second},
		{"still", at(41 * time.Second), at(41 * time.Second), 500, time.Second},
		{"there was none for 5 s", at(46 * time.Second), at(41 * time.Second), 5000, 0},
		{"a new one has its whole rest", at(47 * time.Second), at(47 * time.Second), 0, 5 * time.Second},
		{"so has one after an hour in which nobody looked", at(time.Hour), at(time.Hour), 0, 5 * time.Second},
	}
	var r rest
	for _, s := range steps {
		points, wait := r.look(s.now, s.latest, 5000)
		assert.Equal(t, s.points, points, s.why)
		assert.Equal(t, s.wait, wait, s.why)
	}
}

// counter is an InfluxDB that takes everything.
type counter struct {
	mu      sync.Mutex // guards what follows
	old, in int
}

func (c *counter) WriteRecord(_ context.Context, lines ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range lines {
		c.old += strings.Count(l, "old=")
		c.in += strings.Count(l, "live=")
	}
	return nil
}

func (c *counter) counts() (old, live int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.old, c.in
}

// An outage has left 90,000 points, and 1,000 of them may be filled in each
// second.
func TestABackfillGivesWayToAlarmsAndEndsAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		sp, err := spool.Open(spool.Config{Dir: dir}, time.Now())
		require.NoError(t, err)
		appendPoints(t, sp, "old", 90_000)
		var alarms quietSince
		st := &station{registry: prometheus.NewRegistry()}
		w, err := NewWriter(WriterConfig{Aside: filepath.Join(dir, "rejected.txt"), FillRate: 1000, Batch: 500, LatestAlarm: alarms.latest},
			sp, quiet, st.registry)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		to := &counter{}
		ended := make(chan error, 1)
		go func() { ended <- w.run(ctx, to) }()
		filled := func(d time.Duration) int {
			before, _ := to.counts()
			time.Sleep(d)
			after, _ := to.counts()
			return after - before
		}

		assert.InDelta(t, 10_000, filled(10*time.Second), 1000, "nothing is wrong")
		alarms.come()
		time.Sleep(time.Second) // a batch may have been under way
		assert.Zero(t, filled(3*time.Second), "an alarm is young")
		appendPoints(t, sp, "live", 100)
		time.Sleep(900 * time.Millisecond)
		assert.Zero(t, filled(0))
		assert.InDelta(t, 10_000, filled(11*time.Second), 1500, "it is old")
		_, live := to.counts()
		assert.Equal(t, 100, live, "what is live went on")
		assert.InDelta(t, 1, st.metric(t, "fill_rests_total"), 0)

		stop := alarms.keepComing(ctx)
		time.Sleep(2 * time.Second)
		assert.Zero(t, filled(27*time.Second), "alarms follow each other")
		time.Sleep(2 * time.Second)
		assert.InDelta(t, 15_000, filled(30*time.Second), 1000, "for long: what waits goes on slowly")
		assert.InDelta(t, 2, st.metric(t, "fill_rests_total"), 0, "one rest")
		stop()
		time.Sleep(90 * time.Second)
		old, _ := to.counts()
		assert.Equal(t, 90_000, old, "all is in, once")
		assert.InDelta(t, 90_000, st.metric(t, "points_filled_total"), 0)
		cancel()
		require.NoError(t, <-ended)
		require.NoError(t, sp.Close())
	})
}

func appendPoints(t *testing.T, s *spool.Spool, field string, n int) {
	t.Helper()
	batch := make([][]byte, n)
	for i := range batch {
		batch[i] = fmt.Appendf(nil, "reading,device=g-%d %s=1 %d", i%100, field, i)
	}
	require.NoError(t, s.Append(spool.Reading, batch, time.Now()))
}

// quietSince is when the latest alarm came.
type quietSince struct {
	mu sync.Mutex // guards at
	at time.Time
}

func (q *quietSince) come() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.at = time.Now()
}

func (q *quietSince) latest() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.at
}

// keepComing has one come every second until stop is called.
func (q *quietSince) keepComing(ctx context.Context) (stop func()) {
	ctx, stop = context.WithCancel(ctx)
	go func() {
		for q.come(); ; q.come() {
			if sleep(ctx, time.Second); ctx.Err() != nil {
				return
			}
		}
	}()
	return stop
}
