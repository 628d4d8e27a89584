package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
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

// telemetryCommand measures how fast points come from the spool into a real
// InfluxDB beside the client alone, and what it costs in memory that a full
// spool waits.
type telemetryCommand struct {
	Points  int `default:"200000" help:"Points of a turn."`
	Blocks  int `default:"3" help:"Turns of each; the two take turns."`
	Waiting int `default:"2000000" help:"Points that wait in the spool while memory is looked at."`
	Devices int `default:"200" help:"Devices that the points are of."`
}

const telemetryBatch = 5000

// Run prints a line for each figure.
func (c telemetryCommand) Run(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "campushub-bench-")
	if err != nil {
		return fmt.Errorf("measure telemetry: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := c.memory(ctx, filepath.Join(dir, "waiting"), out); err != nil {
		return err
	}
	s, err := influxtest.New(dir)
	if err != nil {
		return err
	}
	if err := s.Start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	for block := range c.Blocks {
		alone, ours, err := c.block(ctx, s, block, filepath.Join(dir, strconv.Itoa(block)))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "block %d/%d: the client alone %.0f points/s, by way of the spool %.0f points/s: %.2f times\n",
			block+1, c.Blocks, alone, ours, ours/alone)
	}
	return nil
}

// block measures both, each going first every second time: what InfluxDB still
// does with the one's points falls on the other.
func (c telemetryCommand) block(ctx context.Context, s *influxtest.Server, block int, dir string) (alone, ours float64, err error) {
	first := func() (err error) { alone, err = c.alone(ctx, s, fmt.Sprintf("alone%d", block)); return err }
	second := func() (err error) { ours, err = c.ours(ctx, s, fmt.Sprintf("ours%d", block), dir); return err }
	if block%2 == 1 {
		first, second = second, first
	}
	if err := first(); err != nil {
		return 0, 0, err
	}
	err = second()
	return alone, ours, err
}

// point is the n-th of a turn, as the client takes it.
func (c telemetryCommand) point(n int, begin time.Time) *write.Point {
	return influx.NewPoint("reading",
		map[string]string{"school": "no-1", "device": fmt.Sprintf("gate-%d", n%c.Devices), "kind": "gate", "place": "north-gate"},
		map[string]any{"open": float64(n % 2), "passages_in": float64(n % 7), "passages_out": float64(n % 5), "seq": n/c.Devices + 1, "boot": "a1b2"},
		begin.Add(time.Duration(n)*time.Microsecond))
}

func (c telemetryCommand) target(s *influxtest.Server, db string) telemetry.Target {
	return telemetry.Target{URL: s.URL, Database: db}
}

func (c telemetryCommand) setUp(ctx context.Context, s *influxtest.Server, db string) error {
	return telemetry.Init(ctx, c.target(s, db), telemetry.DefaultRetention(), func(string) {})
}

// alone writes with the client as its documentation shows: batches, one after
// the other.
func (c telemetryCommand) alone(ctx context.Context, s *influxtest.Server, db string) (rate float64, err error) {
	if err := c.setUp(ctx, s, db); err != nil {
		return 0, err
	}
	client := influx.NewClientWithOptions(s.URL, "", influx.DefaultOptions())
	defer client.Close()
	api := client.WriteAPIBlocking("", db)
	began := time.Now()
	batch := make([]*write.Point, 0, telemetryBatch)
	for n := range c.Points {
		batch = append(batch, c.point(n, began))
		if len(batch) == telemetryBatch || n == c.Points-1 {
			if err := api.WritePoint(ctx, batch...); err != nil {
				return 0, fmt.Errorf("write with the client alone: %w", err)
			}
			batch = batch[:0]
		}
	}
	return float64(c.Points) / time.Since(began).Seconds(), nil
}

// ours puts the same points into a spool, encoded by the client's own means,
// and waits until the last is in InfluxDB.
func (c telemetryCommand) ours(ctx context.Context, s *influxtest.Server, db, dir string) (rate float64, err error) {
	if err := c.setUp(ctx, s, db); err != nil {
		return 0, err
	}
	sp, end, err := c.write(ctx, c.target(s, db), dir)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, end()) }()
	began := time.Now()
	if err := c.fill(sp, c.Points, began); err != nil {
		return 0, err
	}
	for sp.Stats().Waiting[spool.Reading] > 0 {
		if err := wait(ctx, time.Millisecond); err != nil {
			return 0, err
		}
	}
	rate = float64(c.Points) / time.Since(began).Seconds()
	return rate, sp.Sync()
}

// write runs a writer on a new spool until end is called.
func (c telemetryCommand) write(ctx context.Context, to telemetry.Target, dir string) (_ *spool.Spool, end func() error, err error) {
	sp, err := spool.Open(spool.Config{Dir: dir}, time.Now())
	if err != nil {
		return nil, nil, err
	}
	w, err := telemetry.NewWriter(telemetry.WriterConfig{Target: to, FillRate: math.Inf(1), Aside: filepath.Join(dir, "rejected.txt")},
		sp, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		return nil, nil, errors.Join(err, sp.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	return sp, func() error {
		cancel()
		return errors.Join(<-done, sp.Close())
	}, nil
}

func (c telemetryCommand) fill(sp *spool.Spool, points int, begin time.Time) error {
	batch := make([][]byte, 0, 500)
	for n := range points {
		batch = append(batch, []byte(strings.TrimSuffix(write.PointToLineProtocol(c.point(n, begin), time.Nanosecond), "\n")))
		if len(batch) == cap(batch) || n == points-1 {
			if err := sp.Append(spool.Reading, batch, time.Now()); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}

// memory looks at this process while points wait for an InfluxDB that is away.
func (c telemetryCommand) memory(ctx context.Context, dir string, out io.Writer) (err error) {
	sp, end, err := c.write(ctx, telemetry.Target{URL: "http://127.0.0.1:1", Database: "away"}, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	if err := c.fill(sp, c.Waiting, time.Now()); err != nil {
		return err
	}
	stats := sp.Stats()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintf(out, "%d points wait, %d MiB on disk: %.1f MiB in use on the heap, %.1f MiB from the system in all\n",
		stats.Waiting[spool.Reading], stats.Bytes>>20, float64(m.HeapInuse)/(1<<20), float64(m.Sys)/(1<<20))
	return nil
}
