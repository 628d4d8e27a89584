package telemetry

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal/journaltest"
	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/devices"
)

func cancelled(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

// outage is something that happens to InfluxDB, and its end.
type outage struct {
	begin func(t *testing.T, s *influxtest.Server, g *gateway, dir string)
	end   func(t *testing.T, s *influxtest.Server, g *gateway)
}

func none(*testing.T, *influxtest.Server, *gateway) {}

func answering(status int32) outage {
	return outage{
		begin: func(_ *testing.T, _ *influxtest.Server, g *gateway, _ string) { g.answer.Store(status) },
		end: func(t *testing.T, _ *influxtest.Server, g *gateway) {
			require.Eventually(t, func() bool { refused, _ := g.counts(); return refused > 1 }, patience, 10*time.Millisecond)
			g.answer.Store(0)
			_, hasty := g.counts()
			assert.Zero(t, hasty, "nobody comes back before the time that Retry-After names")
		},
	}
}

var outages = map[string]outage{
	"nothing": {begin: func(*testing.T, *influxtest.Server, *gateway, string) {}, end: none},
	"stopped": {
		begin: func(t *testing.T, s *influxtest.Server, _ *gateway, _ string) { require.NoError(t, s.Stop()) },
		end:   func(t *testing.T, s *influxtest.Server, _ *gateway) { require.NoError(t, s.Start(t.Context())) },
	},
	"answering 429": answering(http.StatusTooManyRequests),
	"answering 503": answering(http.StatusServiceUnavailable),
	"hanging": {
		begin: func(t *testing.T, s *influxtest.Server, _ *gateway, _ string) { require.NoError(t, s.Hang()) },
		end: func(t *testing.T, s *influxtest.Server, g *gateway) {
			require.Eventually(t, func() bool { return g.broken.Load() > 0 }, patience, time.Millisecond, "the writer's own patience ends: it sends again")
			require.NoError(t, s.Continue())
		},
	},
	"killed during a batch": {
		begin: func(t *testing.T, s *influxtest.Server, g *gateway, _ string) {
			g.cut = make(chan struct{})
			kill := sync.OnceFunc(func() {
				assert.NoError(t, s.Kill())
				close(g.cut)
			})
			f := func(_ http.ResponseWriter, r *http.Request) {
				halfSent(s.URL, r)
				kill()
				panic(http.ErrAbortHandler)
			}
			g.instead.Store(&f)
		},
		end: func(t *testing.T, s *influxtest.Server, g *gateway) {
			<-g.cut
			require.NoError(t, s.Start(t.Context()))
			g.instead.Store(nil)
		},
	},
	"disk full": {
		begin: func(t *testing.T, s *influxtest.Server, _ *gateway, dir string) {
			s.Free = sync.OnceFunc(journaltest.Fill(t, dir))
			t.Cleanup(s.Free)
		},
		end: func(t *testing.T, s *influxtest.Server, _ *gateway) {
			s.Free()
			// 1.8 keeps its log's first error until it is started anew.
			require.NoError(t, s.Stop())
			require.NoError(t, s.Start(t.Context()))
		},
	},
}

// halfSent passes a request on and lets InfluxDB have all of it, but nobody
// hears the answer: the batch may be in, whole or in part.
func halfSent(to string, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, to+r.URL.String(), strings.NewReader(string(body)))
	if err != nil {
		return
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
	}
}

// realLength and realRate make an outage last for real: how long, and how many
// devices send a reading a second meanwhile. Without them it is 2,000 readings
// as fast as they are taken.
const (
	realLength = "CAMPUSHUB_TEST_OUTAGE"
	realRate   = "CAMPUSHUB_TEST_OUTAGE_DEVICES"
)

// lasting is how long an outage really lasts; 0 where that is not asked for.
func lasting(t *testing.T) time.Duration {
	t.Helper()
	if os.Getenv(realLength) == "" {
		return 0
	}
	length, err := time.ParseDuration(os.Getenv(realLength))
	require.NoError(t, err)
	return length
}

// meanwhile is what is sent while InfluxDB is away.
func meanwhile(t *testing.T, f *fleet, send func(devices.Reading)) {
	t.Helper()
	n, rounds, every := 20, 100, time.Nanosecond
	if length := lasting(t); length > 0 {
		var err error
		n, err = strconv.Atoi(os.Getenv(realRate))
		require.NoError(t, err)
		rounds, every = int(length/time.Second), time.Second
		t.Log(rounds, "seconds of", n, "devices")
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for range rounds {
		<-tick.C
		for _, r := range f.next(n) {
			send(r)
		}
	}
}

func TestEveryPointArrivesThrough(t *testing.T) {
	for name, o := range outages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if name == "disk full" {
				dir = journaltest.SmallDisk(t, 24)
			}
			s := startInflux(t, dir)
			setUp(t, s)
			g := newGateway(t, s)
			st := startStation(t, t.TempDir(), quick(g.URL))
			f := newFleet("boot-1")
			send := func(rounds int) {
				for range rounds {
					for _, r := range f.next(20) {
						st.Reading(r)
					}
				}
			}
			send(40)
			require.Eventually(t, func() bool { return st.metric(t, "points_written_total") > 0 }, patience, time.Millisecond)
			o.begin(t, s, g, dir)
			meanwhile(t, f, st.Reading)
			if name != "nothing" {
				require.Eventually(t, func() bool { return st.metric(t, "writes_failed_total") > 0 }, patience, time.Millisecond)
			}
			o.end(t, s, g)
			send(20)
			st.drained(t)
			f.complete(t, s)
			assert.Zero(t, st.metric(t, "points_dropped_total"))
			assert.Zero(t, st.metric(t, "points_rejected_total"))
			assert.NoFileExists(t, st.aside)
		})
	}
}

func TestARepeatedReadingIsOnePoint(t *testing.T) {
	s := startInflux(t, t.TempDir())
	setUp(t, s)
	dir := t.TempDir()
	st := startStation(t, dir, quick(s.URL))
	f := newFleet("boot-1")
	readings := f.next(5)
	for range 3 {
		for _, r := range readings {
			st.Reading(r)
			r.ReceivedAt = time.Now()
		}
	}
	st.drained(t)
	f.complete(t, s)
	st.stop()

	st = startStation(t, dir, quick(s.URL)) // the next start knows them, too
	for _, r := range readings {
		r.ReceivedAt = time.Now()
		st.Reading(r)
	}
	for _, r := range f.next(5) {
		st.Reading(r)
	}
	st.drained(t)
	f.complete(t, s)
	assert.EqualValues(t, 5, st.metric(t, "readings_repeated_total"))
}

func TestRejectedPointsAreSetAsideAndHoldNobodyUp(t *testing.T) {
	s := startInflux(t, t.TempDir())
	setUp(t, s)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/write?db="+database,
		strings.NewReader(`reading,school=other weight="heavy"`)) // now: types are a shard's
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	resp.Body.Close()

	st := startStation(t, t.TempDir(), quick(s.URL))
	now := time.Now()
	for i := range 300 {
		r := devices.Reading{From: gate, ReceivedAt: now.Add(time.Duration(i)), Values: map[string]float64{"open": 1}}
		switch i % 100 {
		case 7:
			r.Values = map[string]float64{"weight": 3}
		case 9:
			r.ReceivedAt = now.Add(-200 * 24 * time.Hour).Add(time.Duration(i))
		}
		st.Reading(r)
	}
	require.Eventually(t, func() bool { return st.metric(t, "points_written_total")+st.metric(t, "points_rejected_total") == 300 }, patience, 5*time.Millisecond)
	assert.Zero(t, st.spool.Stats().Waiting[0], "never retried")
	assert.EqualValues(t, 6, st.metric(t, "points_rejected_total"))
	assert.EqualValues(t, 294, st.metric(t, "points_written_total"))
	kept, err := os.ReadFile(st.aside)
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(string(kept), " weight=3 "))
	assert.Contains(t, string(kept), "beyond retention policy")
	got, err := s.Query(t.Context(), database, `SELECT count("open") FROM "reading" WHERE "school" = 'no-1'`)
	require.NoError(t, err)
	assert.Equal(t, "294", fmt.Sprint(got[0].Values[0][1]))
}

func TestWhatWaitsForADatabaseArrivesOnceThereIsOne(t *testing.T) {
	s := startInflux(t, t.TempDir())
	st := startStation(t, t.TempDir(), quick(s.URL))
	f := newFleet("boot-1")
	for _, r := range f.next(10) {
		st.Reading(r)
	}
	require.Eventually(t, func() bool { return st.metric(t, "writes_failed_total") > 0 }, patience, time.Millisecond)
	setUp(t, s)
	st.drained(t)
	f.complete(t, s)
}

// What an outage has left is filled in from its beginning to its end, while
// what is live arrives at once.
func TestBackfillLeavesRoomForWhatIsLive(t *testing.T) {
	s := startInflux(t, t.TempDir())
	setUp(t, s)
	g := newGateway(t, s)
	g.answer.Store(http.StatusServiceUnavailable)
	c := quick(g.URL)
	c.FillRate = 8000
	st := startStation(t, t.TempDir(), c)
	f := newFleet("boot-1")
	for range 400 { // 16,000 points: two seconds to fill in
		for _, r := range f.next(40) {
			r.Seq, r.Boot, r.Promised = 0, "", false
			st.Reading(r)
		}
		if f.seq%100 == 0 {
			require.Eventually(t, func() bool { return st.points.idle() }, patience, time.Millisecond)
		}
	}
	require.Eventually(t, func() bool { return st.spool.Stats().Waiting[0] == 16_000 }, patience, time.Millisecond)
	g.answer.Store(0)
	require.Eventually(t, func() bool { return st.spool.Progress(0).Filling() }, patience, time.Millisecond)
	live := devices.Reading{From: devices.Address{School: "no-1", Device: "live"}, ReceivedAt: time.Now(), Values: map[string]float64{"open": 1}}
	began := time.Now()
	st.Reading(live)
	count := func(device string) int {
		got, err := s.Query(t.Context(), database, `SELECT "open" FROM "reading" WHERE "device" = '`+device+`'`)
		require.NoError(t, err)
		if len(got) == 0 {
			return 0
		}
		return len(got[0].Values)
	}
	require.Eventually(t, func() bool { return count("live") == 1 }, patience, 5*time.Millisecond)
	filled := count("gate-0")
	assert.Less(t, filled, 400, "the gap is not filled yet")
	st.drained(t)
	assert.Equal(t, 400, count("gate-0"))
	assert.Greater(t, time.Since(began), time.Second, "the rate was kept")

	latest, filling := int64(0), 0
	var before []int64
	for _, batch := range g.passed(t, "device=gate-") {
		if len(batch) == 0 || slices.Equal(batch, before) { // what is live; or one that was not answered
			continue
		}
		assert.True(t, slices.IsSorted(batch))
		assert.LessOrEqual(t, latest, batch[0], "the next batch is never older")
		latest, before = batch[len(batch)-1], batch
		filling++
	}
	assert.Greater(t, filling, 16_000/c.Batch-1)
}

func TestStagesAndStatesArrive(t *testing.T) {
	s := startInflux(t, t.TempDir())
	setUp(t, s)
	st := startStation(t, t.TempDir(), quick(s.URL))
	d := alerting.Delivery{ID: "d-1", Audience: alerting.Police, Channel: alerting.ChannelMQTT, PlannedAt: time.Now()}
	for range 3 {
		st.Stage(Stage{School: "no-1", Mode: devices.Live, Delivery: d, State: alerting.Handed, At: d.PlannedAt.Add(2 * time.Millisecond)})
	}
	st.State(devices.State{From: gate, Status: devices.Offline, ReceivedAt: time.Now()})
	st.sample(time.Now())
	require.Eventually(t, func() bool { return st.metric(t, "points_written_total") == 5 }, patience, 5*time.Millisecond)
	for measurement, want := range map[string]int{"delivery": 3, "device": 1, "hub": 1} {
		got, err := s.Query(t.Context(), database, `SELECT * FROM "`+measurement+`"`)
		require.NoError(t, err)
		require.NotEmpty(t, got, measurement)
		assert.Len(t, got[0].Values, want, measurement)
	}
}

func TestSetUpTwiceAndWithOtherTimes(t *testing.T) {
	s := startInflux(t, t.TempDir())
	var said []string
	run := func(r Retention) error {
		said = nil
		return Init(t.Context(), Target{URL: s.URL, Database: database}, r, func(one string) { said = append(said, one) })
	}
	require.NoError(t, run(DefaultRetention()))
	assert.Len(t, said, 6)
	require.NoError(t, run(DefaultRetention()))
	err := run(Retention{Raw: 200 * time.Hour, Trend: 9000 * time.Hour})
	require.ErrorIs(t, err, ErrShortens)
	require.ErrorContains(t, err, "raw is kept for 2160h and would be for 200h; trend is kept for 26280h and would be for 9000h")
	assert.Empty(t, said)
	require.NoError(t, run(Retention{Raw: 200 * time.Hour, Trend: 9000 * time.Hour, Late: 168 * time.Hour, Shorten: true}))
	assert.Contains(t, strings.Join(said, "\n"), "ALTER")
	assert.Contains(t, strings.Join(said, "\n"), "FOR 170h")
	got, err := s.Query(t.Context(), database, "SHOW RETENTION POLICIES")
	require.NoError(t, err)
	assert.Contains(t, fmt.Sprint(got[0].Values), "[raw 200h0m0s 24h0m0s 1 true]")
	assert.Contains(t, fmt.Sprint(got[0].Values), "[trend 9000h0m0s 672h0m0s 1 false]")
	require.NoError(t, run(Retention{Raw: 300 * time.Hour, Trend: 9001 * time.Hour}), "longer is nobody's loss")
	require.ErrorContains(t, run(Retention{Raw: time.Hour, Trend: 2 * time.Hour}), "96h")
	require.ErrorContains(t, run(Retention{Raw: 191 * time.Hour, Trend: 200 * time.Hour, Late: 168 * time.Hour}), "192h")
	require.ErrorContains(t, Init(t.Context(), Target{URL: s.URL, Org: "school"}, DefaultRetention(), nil), "InfluxDB 2")
}

// Points go to a policy that nobody has made: InfluxDB would refuse them for
// as long as it is so.
func TestSetUpSaysThatAPolicyIsMissing(t *testing.T) {
	s := startInflux(t, t.TempDir())
	run := func(policy string) error {
		return Init(t.Context(), Target{URL: s.URL, Database: database + policy}, DefaultRetention(), func(string) {})
	}
	require.ErrorContains(t, run("/autogen"), `retention policy "autogen"`)
	require.NoError(t, run("/raw"))
	_, err := s.Query(t.Context(), database, "CREATE RETENTION POLICY autogen ON "+database+" DURATION 0s REPLICATION 1")
	require.NoError(t, err)
	require.NoError(t, run("/autogen"))
	names, err := Target{URL: s.URL, Database: database}.Policies(t.Context())
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"raw", "trend", "autogen"}, names)
}
