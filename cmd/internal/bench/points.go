package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	influx "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api/write"
	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/dashboards/telemetry/spool"
)

// The ways of points into InfluxDB, in the order of the first block.
const (
	wayClient  = "client"
	wayLive    = "live"
	wayFill    = "fill"
	wayShipped = "shipped"
)

const (
	pointsBatch   = 5000 // InfluxDB's own advice, and the writer's
	pointsDevices = 500
	pointsSpooled = 500 // written to the spool at once: what comes in 10 ms of a storm
	// shippedPoints take five seconds at the rate that a hub fills in with.
	shippedPoints = 100_000
)

// pointRates is how fast points came into a real InfluxDB, way by way and
// block by block.
type pointRates struct {
	Points  int                  `json:"points"`
	Rates   map[string][]float64 `json:"points_per_s"`
	Missing map[string]int       `json:"missing"` // points that InfluxDB does not hold afterwards
}

// points lets every way have its turn in each block, beginning with another
// one each time: what InfluxDB still does with the one's points falls on the
// next.
func (m *measurement) points(ctx context.Context) (_ *pointRates, err error) {
	dir := filepath.Join(m.dir, "points")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("measure points: %w", err)
	}
	s, err := startInflux(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	c := pointsCourse{influx: s, dir: dir, points: m.config.Points}
	out := &pointRates{Points: c.points, Rates: map[string][]float64{}, Missing: map[string]int{}}
	ways := []string{wayClient, wayLive, wayFill, wayShipped}
	for block := range m.config.Blocks {
		for i := range ways {
			way := ways[(block+i)%len(ways)]
			if err := m.quiet(ctx); err != nil {
				return nil, err
			}
			rate, missing, err := c.turn(ctx, way, block)
			if err != nil {
				return nil, fmt.Errorf("points: %s: %w", way, err)
			}
			out.Rates[way], out.Missing[way] = append(out.Rates[way], rate), out.Missing[way]+missing
			m.say("points %d/%d %-7s %.0f points/s, %d missing", block+1, m.config.Blocks, way, rate, missing)
		}
	}
	return out, nil
}

func startInflux(ctx context.Context, dir string) (*influxtest.Server, error) {
	s, err := influxtest.New(dir)
	if err != nil {
		return nil, err
	}
	return s, s.Start(ctx)
}

// pointsCourse is what every turn has in common.
type pointsCourse struct {
	influx *influxtest.Server
	dir    string
	points int
}

// turn brings the points into a database of their own, which goes afterwards.
func (c pointsCourse) turn(ctx context.Context, way string, block int) (rate float64, missing int, err error) {
	db := way + strconv.Itoa(block)
	if err := telemetry.Init(ctx, c.target(db), telemetry.DefaultRetention(), func(string) {}); err != nil {
		return 0, 0, err
	}
	points := c.points
	switch way {
	case wayClient:
		rate, err = c.client(ctx, db)
	case wayLive:
		rate, err = c.live(ctx, db)
	case wayFill:
		rate, err = c.fill(ctx, db, points, math.Inf(1))
	case wayShipped:
		points = min(shippedPoints, points)
		rate, err = c.fill(ctx, db, points, 0)
	}
	if err != nil {
		return 0, 0, err
	}
	held, err := c.held(ctx, db)
	if err != nil {
		return 0, 0, err
	}
	_, err = c.influx.Query(ctx, "", `DROP DATABASE "`+db+`"`)
	return rate, points - held, errors.Join(err, wait(ctx, settle))
}

// held is how many points InfluxDB has: a rate of others would be none.
func (c pointsCourse) held(ctx context.Context, db string) (int, error) {
	got, err := c.influx.Query(ctx, db, `SELECT count("open") FROM "`+telemetry.MeasureReading+`"`)
	if err != nil || len(got) == 0 {
		return 0, err
	}
	return strconv.Atoi(fmt.Sprint(got[0].Values[0][1]))
}

func (c pointsCourse) target(db string) telemetry.Target {
	return telemetry.Target{URL: c.influx.URL, Database: db}
}

// somePoint is the n-th of a turn, as the client takes it.
func somePoint(n int, begin time.Time) *write.Point {
	return influx.NewPoint(telemetry.MeasureReading,
		map[string]string{"school": "no-1", "device": fmt.Sprintf("gate-%d", n%pointsDevices), "kind": "gate", "place": "north-gate"},
		map[string]any{"open": float64(n % 2), "passages_in": float64(n % 7), "passages_out": float64(n % 5), "seq": n/pointsDevices + 1, "boot": "a1b2"},
		begin.Add(time.Duration(n)*time.Microsecond))
}

// client writes as the client's documentation shows: batches, one after the
// other.
func (c pointsCourse) client(ctx context.Context, db string) (rate float64, err error) {
	client := influx.NewClientWithOptions(c.influx.URL, "", influx.DefaultOptions())
	defer client.Close()
	api := client.WriteAPIBlocking("", db)
	began := time.Now()
	batch := make([]*write.Point, 0, pointsBatch)
	for n := range c.points {
		batch = append(batch, somePoint(n, began))
		if len(batch) == pointsBatch || n == c.points-1 {
			if err := api.WritePoint(ctx, batch...); err != nil {
				return 0, fmt.Errorf("write with the client alone: %w", err)
			}
			batch = batch[:0]
		}
	}
	return float64(c.points) / time.Since(began).Seconds(), nil
}

// live puts the same points into a spool, encoded by the client's own means,
// while the writer brings them on as a hub's does. What is less than a batch
// at the end would wait for company, a second long; that is no throughput, and
// is not waited for.
func (c pointsCourse) live(ctx context.Context, db string) (rate float64, err error) {
	w, err := c.writer(db, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.end()) }()
	w.begin(ctx)
	began := time.Now()
	if err := appendPoints(w.spool, c.points, began); err != nil {
		return 0, err
	}
	left, err := w.until(ctx, pointsBatch-1)
	if err != nil {
		return 0, err
	}
	rate = float64(uint64(c.points)-left) / time.Since(began).Seconds()
	_, err = w.until(ctx, 0)
	return rate, err
}

// fill has the points in the spool before the writer begins, as after an
// outage. No rate is the shipped one.
func (c pointsCourse) fill(ctx context.Context, db string, points int, perSecond float64) (rate float64, err error) {
	w, err := c.writer(db, perSecond)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.end()) }()
	if err := appendPoints(w.spool, points, time.Now()); err != nil {
		return 0, err
	}
	began := time.Now()
	w.begin(ctx)
	_, err = w.until(ctx, 0)
	return float64(points) / time.Since(began).Seconds(), err
}

// spoolWriter is a spool with its writer.
type spoolWriter struct {
	spool *spool.Spool
	run   func(context.Context) error
	stop  context.CancelFunc
	ended chan error
}

func (c pointsCourse) writer(db string, perSecond float64) (*spoolWriter, error) {
	dir := filepath.Join(c.dir, db)
	sp, err := spool.Open(spool.Config{Dir: dir}, time.Now())
	if err != nil {
		return nil, err
	}
	w, err := telemetry.NewWriter(telemetry.WriterConfig{Target: c.target(db), FillRate: perSecond, Aside: filepath.Join(dir, "rejected.txt")},
		sp, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), prometheus.NewRegistry())
	if err != nil {
		return nil, errors.Join(err, sp.Close())
	}
	return &spoolWriter{spool: sp, run: w.Run, ended: make(chan error, 1)}, nil
}

func (w *spoolWriter) begin(ctx context.Context) {
	ctx, w.stop = context.WithCancel(ctx)
	go func() { w.ended <- w.run(ctx) }()
}

func (w *spoolWriter) end() error {
	var err error
	if w.stop != nil {
		w.stop()
		err = <-w.ended
	}
	return errors.Join(err, w.spool.Close())
}

// until waits until no more than few points wait, and says how many do.
func (w *spoolWriter) until(ctx context.Context, few uint64) (left uint64, err error) {
	for {
		if left = w.spool.Stats().Waiting[spool.Reading]; left <= few {
			return left, nil
		}
		if err := wait(ctx, time.Millisecond); err != nil {
			return left, err
		}
	}
}

func appendPoints(sp *spool.Spool, points int, begin time.Time) error {
	batch := make([][]byte, 0, pointsSpooled)
	for n := range points {
		batch = append(batch, []byte(strings.TrimSuffix(write.PointToLineProtocol(somePoint(n, begin), time.Nanosecond), "\n")))
		if len(batch) == cap(batch) || n == points-1 {
			if err := sp.Append(spool.Reading, batch, time.Now()); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}
