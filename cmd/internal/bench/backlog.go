package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/firmware-sim/campus/load"
)

// backlogDB is the database that the hub of a backlog writes to.
const backlogDB = "campushub"

// backlogHub is a hub with an InfluxDB, whose spool is written while it is
// down.
type backlogHub struct {
	influx  *influxtest.Server
	served  *served
	spooled spool.Config
	server  *server
	people  *people
	fleet   *load.Fleet
}

// newBacklogHub makes the folders; nothing runs yet.
func (m *measurement) newBacklogHub(name string, maxMiB int) (*backlogHub, error) {
	dir := filepath.Join(m.dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a hub's folder: %w", err)
	}
	s, err := influxtest.New(dir)
	if err != nil {
		return nil, err
	}
	h := &backlogHub{influx: s, spooled: spool.Config{Dir: filepath.Join(dir, "hub", "telemetry"), MaxBytes: int64(maxMiB) << 20}}
	h.served, err = newServed(filepath.Join(dir, "hub"), m.binaries.campushub, m.config.Buttons, []byte(brokenKey), func(string) string {
		return fmt.Sprintf("\ntelemetry: {url: %q, database: %s, spool: {max_mib: %d}}\n", s.URL, backlogDB, maxMiB)
	})
	return h, err
}

// prepare opens the spool of the hub that is down, as at the beginning of an
// outage.
func (h *backlogHub) prepare(outage time.Time, do func(*spool.Spool) error) error {
	sp, err := spool.Open(h.spooled, outage)
	if err != nil {
		return err
	}
	return errors.Join(do(sp), sp.Close())
}

// start has the hub up with every button and the police's terminal connected,
// and each button pressed once: heaps and caches are then as in a hub that has
// been up for a while.
func (h *backlogHub) start(ctx context.Context, m *measurement) (err error) {
	if err := h.served.part.start(ctx); err != nil {
		return err
	}
	if err := errors.Join(listening(ctx, h.served.mqtt), listening(ctx, h.served.console)); err != nil {
		return err
	}
	if h.people, err = signIn(ctx, h.served.demo); err != nil {
		return err
	}
	t, err := load.FromDemo(h.served.demo)
	if err == nil {
		t, err = t.Take(0, m.config.Buttons)
	}
	if err != nil {
		return err
	}
	t.Terminals = t.Terminals[:1]
	h.server = &server{name: campushub, proc: h.served.part.proc, target: t, people: h.people}
	if h.fleet, err = load.Open(ctx, load.Config{Target: t, Receipts: true}); err != nil {
		return err
	}
	_, err = m.turn(ctx, h.server, h.fleet, load.Stage{Presses: m.config.Buttons, Rate: m.config.Rate}, nil)
	return err
}

// stop ends the hub; its folder stays.
func (h *backlogHub) stop() (err error) {
	if h.fleet != nil {
		h.fleet.Close()
		h.fleet = nil
	}
	if h.people != nil {
		h.people.leave()
		h.people = nil
	}
	if p := h.served.part.proc; p != nil {
		h.served.part.proc = nil
		err = p.stop()
	}
	return err
}

func (h *backlogHub) close() error { return errors.Join(h.stop(), h.influx.Stop()) }

// startInflux has an InfluxDB that is set up.
func (h *backlogHub) startInflux(ctx context.Context) error {
	if err := h.influx.Start(ctx); err != nil {
		return err
	}
	return telemetry.Init(ctx, telemetry.Target{URL: h.influx.URL, Database: backlogDB}, telemetry.DefaultRetention(), func(string) {})
}

// filling waits until what waits is being filled in.
func (h *backlogHub) filling(ctx context.Context) error {
	for until := time.Now().Add(startLimit); time.Now().Before(until); {
		n, err := h.served.metric(ctx, "campushub_telemetry_points_filled_total")
		if err != nil || n > 0 {
			return err
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("nothing is filled in after %s", startLimit)
}
