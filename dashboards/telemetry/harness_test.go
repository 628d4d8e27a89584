package telemetry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/devices"
)

const (
	database = "campushub"
	patience = time.Minute
)

var quiet = slog.New(slog.DiscardHandler)

// startInflux starts a real InfluxDB whose files lie in dir.
func startInflux(t *testing.T, dir string) *influxtest.Server {
	t.Helper()
	s, err := influxtest.New(dir)
	require.NoError(t, err)
	require.NoError(t, s.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	return s
}

func setUp(t *testing.T, s *influxtest.Server) {
	t.Helper()
	require.NoError(t, Init(t.Context(), Target{URL: s.URL, Database: database}, DefaultRetention(), func(string) {}))
}

// gateway is a strict HTTP proxy before InfluxDB: it can answer in its stead,
// and reports a client that comes back before it was asked to.
type gateway struct {
	*httptest.Server
	answer  atomic.Int32 // a status; 0 passes on
	broken  atomic.Int32 // requests that were passed on and never answered
	instead atomic.Pointer[func(w http.ResponseWriter, r *http.Request)]
	cut     chan struct{} // closed once what stands behind it is ended

	mu       sync.Mutex // guards what follows
	batches  [][]string // what was passed on, in its order
	notUntil time.Time
	hasty    int
	refused  int
}

func newGateway(t *testing.T, s *influxtest.Server) *gateway {
	t.Helper()
	to, err := url.Parse(s.URL)
	require.NoError(t, err)
	g := &gateway{}
	pass := httputil.NewSingleHostReverseProxy(to)
	pass.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	pass.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {
		g.broken.Add(1)
		panic(http.ErrAbortHandler)
	}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch f := g.instead.Load(); {
		case f != nil:
			(*f)(w, r)
		case g.answer.Load() != 0:
			g.refuse(w, r, int(g.answer.Load()))
		default:
			g.note(r)
			pass.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(g.Close)
	return g
}

// note keeps the points of a batch before it is passed on.
func (g *gateway) note(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	g.mu.Lock()
	defer g.mu.Unlock()
	g.batches = append(g.batches, strings.Split(strings.TrimSpace(string(body)), "\n"))
}

// passed is the time stamps of the points that name this, batch by batch.
func (g *gateway) passed(t *testing.T, this string) (all [][]int64) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, lines := range g.batches {
		var batch []int64
		for _, line := range lines {
			if strings.Contains(line, this) {
				at, err := strconv.ParseInt(line[strings.LastIndexByte(line, ' ')+1:], 10, 64)
				require.NoError(t, err)
				batch = append(batch, at)
			}
		}
		all = append(all, batch)
	}
	return all
}

// refuse answers with a status and asks for a second's peace.
func (g *gateway) refuse(w http.ResponseWriter, r *http.Request, status int) {
	_, _ = io.Copy(io.Discard, r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Now().Before(g.notUntil) {
		g.hasty++
	}
	g.refused++
	g.notUntil = time.Now().Add(time.Second)
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(status)
}

func (g *gateway) counts() (refused, hasty int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refused, g.hasty
}

// station is a spool with its recorder and its writer.
type station struct {
	*Recorder
	spool    *spool.Spool
	registry *prometheus.Registry
	aside    string
	stop     func()
}

// quick is a writer that does not wait long.
func quick(url string) WriterConfig {
	return WriterConfig{Target: Target{URL: url, Database: database, Timeout: time.Second}, Linger: 20 * time.Millisecond, Batch: 500}
}

// startStation runs recorder and writer on the spool of a folder.
func startStation(t *testing.T, dir string, c WriterConfig) *station {
	t.Helper()
	s, err := spool.Open(spool.Config{Dir: dir}, time.Now())
	require.NoError(t, err)
	st := &station{spool: s, registry: prometheus.NewRegistry(), aside: filepath.Join(dir, "rejected.txt")}
	c.Aside = st.aside
	st.Recorder, err = NewRecorder(recorderDeps(s, st.registry), time.Now())
	require.NoError(t, err)
	w, err := NewWriter(c, s, slog.New(slog.NewTextHandler(t.Output(), nil)), st.registry)
	require.NoError(t, err)
	ctx, cancel := cancelled(t)
	var parts sync.WaitGroup
	parts.Go(func() { _ = st.Run(ctx) })
	parts.Go(func() { _ = w.Run(ctx) })
	st.stop = sync.OnceFunc(func() {
		cancel()
		parts.Wait()
		require.NoError(t, s.Close())
	})
	t.Cleanup(st.stop)
	return st
}

func recorderDeps(s *spool.Spool, reg prometheus.Registerer) RecorderDeps {
	return RecorderDeps{
		Hub: "test", Spool: s, Where: func(devices.Address) Where { return atGate },
		Healthy: func() bool { return true }, Vitals: func() Vitals { return Vitals{} }, Log: quiet, Registry: reg,
	}
}

// drained waits until nothing is left to be delivered.
func (s *station) drained(t *testing.T) {
	t.Helper()
	idle := 0 // looks in a row: a point is for a moment neither in the queue nor in the spool
	require.Eventually(t, func() bool {
		idle++
		if !s.points.idle() || !s.stages.idle() || s.spool.Stats().Waiting != [2]uint64{} {
			idle = 0
		}
		return idle == 20
	}, patience+lasting(t), 5*time.Millisecond, "all is delivered")
}

// metric is the sum of a metric's values.
func (s *station) metric(t *testing.T, name string) (sum float64) {
	t.Helper()
	families, err := s.registry.Gather()
	require.NoError(t, err)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "campushub_telemetry_"+name {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}

// fleet is devices that count what they measure.
type fleet struct {
	sent map[string]map[string]float64 // by device, boot and seq
	at   map[string]int64
	seq  uint64
	boot string
}

func newFleet(boot string) *fleet {
	return &fleet{sent: map[string]map[string]float64{}, at: map[string]int64{}, boot: boot}
}

// next is one reading of each of n devices.
func (f *fleet) next(n int) []devices.Reading {
	f.seq++
	out := make([]devices.Reading, n)
	for i := range out {
		from := devices.Address{School: "no-1", Device: fmt.Sprintf("gate-%d", i)}
		r := devices.Reading{
			From: from, Seq: f.seq, Boot: f.boot, Promised: true, Age: 5 * time.Millisecond, ReceivedAt: time.Now(),
			Values: map[string]float64{"open": float64(f.seq % 2), "passages_in": float64(f.seq), "level": float64(i) + float64(f.seq)/1000},
		}
		key := fmt.Sprintf("%s %s %d", from.Device, f.boot, f.seq)
		f.sent[key], f.at[key] = r.Values, r.ReceivedAt.Add(-r.Age).UnixNano()
		out[i] = r
	}
	return out
}

// held is what InfluxDB holds, point by point. Two points of one reading are
// a failure.
func held(t *testing.T, s *influxtest.Server) (values map[string]map[string]float64, at map[string]int64) {
	t.Helper()
	series, err := s.Query(t.Context(), database, `SELECT * FROM "reading" GROUP BY "device", "school", "kind", "place"`)
	require.NoError(t, err)
	values, at = map[string]map[string]float64{}, map[string]int64{}
	for _, one := range series {
		require.Equal(t, map[string]string{"device": one.Tags["device"], "school": "no-1", "kind": "gate", "place": "north-gate"}, one.Tags)
		for _, row := range one.Values {
			point := map[string]float64{}
			var seq, boot string
			var when int64
			for i, column := range one.Columns {
				switch v := row[i].(type) {
				case json.Number:
					switch column {
					case "time":
						when, err = v.Int64()
					case "seq":
						seq = v.String()
					default:
						point[column], err = v.Float64()
					}
					require.NoError(t, err)
				case string:
					boot = v
				}
			}
			key := one.Tags["device"] + " " + boot + " " + seq
			_, twice := values[key] // NotContains would look through all of them for each
			require.False(t, twice, "one point a reading: %s", key)
			values[key], at[key] = point, when
		}
	}
	return values, at
}

// complete holds what InfluxDB has against what the devices sent.
func (f *fleet) complete(t *testing.T, s *influxtest.Server) {
	t.Helper()
	values, at := held(t, s)
	require.Len(t, values, len(f.sent), "no gap, no duplicate")
	for key, want := range f.sent {
		require.Equal(t, want, values[key], key)
		require.Equal(t, f.at[key], at[key], key)
	}
}

// idle reports whether nothing waits.
func (q *queue[T]) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.points) == 0
}
