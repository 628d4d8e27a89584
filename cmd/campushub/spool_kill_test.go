package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/dashboards/telemetry/spool"
)

const (
	sensors   = 120
	smallest  = 16 // MiB; the least that a spool may be told to keep
	pressesOf = 5  // made while the spool is full, before the kill and after it
)

// spooled looks at the spool's readings, and gives each to see. The hub must
// not run.
func (s *served) spooled(t *testing.T, see func(line string)) (gone, taken, waiting uint64) {
	t.Helper()
	at, err := spool.Open(spool.Config{Dir: filepath.Join(filepath.Dir(s.config), "telemetry"), MaxBytes: smallest << 20}, time.Now())
	require.NoError(t, err)
	gone, taken = at.Bounds(spool.Reading)
	waiting = at.Stats().Waiting[spool.Reading]
	r := at.NewReader(spool.Reading)
	defer r.Close()
	for n := gone; n < taken; {
		b, err := r.Read(n, taken, 1000)
		require.NoError(t, err)
		require.Zero(t, b.Damaged)
		for _, line := range b.Records {
			see(string(line))
		}
		n = b.Next
	}
	require.NoError(t, at.Close())
	return gone, taken, waiting
}

// oldest is the number of the oldest reading of a spool that is in use: its
// segments are named so.
func (s *served) oldest(t *testing.T) uint64 {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(s.config), "telemetry", "reading", "*.seg"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	n, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(slices.Min(names)), ".seg"), 10, 64)
	require.NoError(t, err)
	return n
}

func (s *served) counted(t *testing.T, name string) uint64 {
	t.Helper()
	return uint64(metric(t, &hubProcess{handout: s.handout}, "campushub_telemetry_"+name))
}

// handedOf is every delivery of the incidents that were pressed which got as far
// as its endpoint.
func handedOf(t *testing.T, s session) (out []string) {
	t.Helper()
	for _, i := range s.incidents(t) {
		if i.PressCount == 0 {
			continue
		}
		for _, d := range s.incident(t, i.ID).Deliveries {
			if d.State == "handed" || d.State == "received" {
				out = append(out, d.ID)
			}
		}
	}
	return out
}

// pressAndSettle presses the first buttons, has the liaison take each on, and
// waits until all that this led to is in the spool.
func (s *served) pressAndSettle(ctx context.Context, t *testing.T, liaison session) {
	t.Helper()
	for n := range pressesOf {
		user, password := credentials(s.handout, fmt.Sprintf("b-%d", n%4+1))
		c, err := dialRaw(ctx, s.address(), user, password)
		require.NoError(t, err)
		require.NoError(t, c.publish("campus/"+user+"/alarm", []byte(`{"id":"`+uuid.NewString()+`","age_ms":0}`)))
		_ = c.Close()
	}
	for _, i := range liaison.incidents(t) {
		if i.PressCount > 0 && i.State == "open" {
			require.Equal(t, http.StatusOK, liaison.call(t, http.MethodPost, "/api/v1/incidents/"+i.ID+"/acknowledge", `{}`, nil))
		}
	}
	require.Eventually(t, func() bool {
		return s.counted(t, `spool_waiting_points{class="alarm"}`) >= uint64(len(handedOf(t, liaison)))
	}, patience, 50*time.Millisecond)
}

// The hub's process is killed while its spool is full and drops, under load,
// with InfluxDB away. When both are back every reading is in InfluxDB once, but
// for those that were dropped, which are the oldest of each device, and just as
// many as were counted; of what tells of alarms nothing is missing.
//
// A counter begins anew with its process: what was dropped between the last
// look at it and the kill is told by the numbers of what is left.
func TestHubKilledWithASpoolThatIsFullLosesWhatItCounted(t *testing.T) {
	influx, err := influxtest.New(t.TempDir())
	require.NoError(t, err)
	s := provisionWith(t, sensors, func(yaml string) string {
		return yaml + fmt.Sprintf("telemetry: {url: %q, database: campushub, spool: {max_mib: %d}}\n", influx.URL, smallest)
	})
	ctx, wg := signUp(t)
	s.start()
	desk := newTold()
	wg.Go(func() { listen(ctx, func() handout { return s.handout }, desk) })
	g := &gauges{}
	measuring, stopMeasuring := context.WithCancel(ctx)
	var working sync.WaitGroup
	for n := range sensors {
		one := &sensor{}
		one.user, one.password = credentials(s.handout, fmt.Sprintf("x-%d", n+1))
		g.all = append(g.all, one)
		working.Go(func() { g.keepMeasuring(measuring, ctx, s.address(), one) })
	}
	const dropped = `points_dropped_total{class="reading"}`
	require.Eventually(t, func() bool { return s.counted(t, dropped) > 0 }, patience, 10*time.Millisecond, "it is full, and lets the oldest go")
	liaison := (&hubProcess{handout: s.handout}).signIn(t, "liaison")
	s.pressAndSettle(ctx, t, liaison)

	g.pause.Lock()
	require.Eventually(t, func() bool { return s.counted(t, dropped) == s.oldest(t) }, patience, 10*time.Millisecond,
		"every point that is not there any more is counted")
	g.pause.Unlock()
	const took = `campushub_hub_signals_total{kind="reading"}`
	hub := &hubProcess{handout: s.handout}
	calm := metric(t, hub, took)
	require.Eventually(t, func() bool { return metric(t, hub, took) > calm+sensors }, patience, time.Millisecond, "they are sending again")
	killed := time.Now().UnixNano()
	s.kill()
	first, _, _ := s.spooled(t, g.note)

	s.start()
	require.Eventually(t, func() bool { return s.counted(t, dropped) > 0 }, patience, 10*time.Millisecond, "it is full at once, and goes on dropping")
	liaison = (&hubProcess{handout: s.handout}).signIn(t, "liaison")
	s.pressAndSettle(ctx, t, liaison)
	stopMeasuring()
	working.Wait()
	require.NoError(t, influx.Start(ctx))
	t.Cleanup(func() { require.NoError(t, influx.Stop()) })
	require.NoError(t, telemetry.Init(ctx, telemetry.Target{URL: influx.URL, Database: "campushub"}, telemetry.DefaultRetention(), func(string) {}))
	require.Eventually(t, func() bool {
		return s.counted(t, `spool_waiting_points{class="reading"}`)+s.counted(t, `spool_waiting_points{class="alarm"}`) == 0
	}, patience, 50*time.Millisecond, "all that there is arrives")
	told, second, alarms := handedOf(t, liaison), s.counted(t, dropped), s.counted(t, `points_dropped_total{class="alarm"}`)
	assert.Zero(t, s.counted(t, `points_unspooled_total{class="reading"}`)+s.counted(t, `points_unspooled_total{class="alarm"}`))
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	_ = s.cmd.Wait()

	_, taken, waiting := s.spooled(t, func(string) {})
	arrived := len(rows(t, influx, `SELECT "seq" FROM "reading"`)) + len(rows(t, influx, `SELECT "online" FROM "device"`)) + len(rows(t, influx, `SELECT "uptime" FROM "hub"`))
	assert.Equal(t, first+second, taken-waiting-uint64(arrived), "what was counted is what is missing")
	lost, unkept := g.missing(t, influx)
	t.Logf("%d points dropped before the kill, %d after it; of these %d readings, of %d points in all; %d acknowledged by a slow disk died with the hub",
		first, second, lost, taken, unkept)
	assert.Positive(t, lost)
	assert.LessOrEqual(t, lost, first+second, "the rest is what the hub says of itself and of its devices")

	var delivered []string
	handed := map[string]int{} // by each of the two starts: what the disk did not know to be handed was handed again
	for _, row := range rows(t, influx, `SELECT "delivery" FROM "delivery" WHERE "stage" = 'handed'`) {
		delivered = append(delivered, row["delivery"])
		at, err := strconv.ParseInt(row["time"], 10, 64)
		require.NoError(t, err)
		handed[fmt.Sprintf("%s, again %v", row["delivery"], at > killed)]++
	}
	assert.Zero(t, alarms)
	assert.GreaterOrEqual(t, len(told), 2*pressesOf)
	assert.Subset(t, delivered, told, "of what tells of alarms nothing is missing")
	for which, times := range handed {
		assert.Equal(t, 1, times, "nor twice: %s", which)
	}
}
