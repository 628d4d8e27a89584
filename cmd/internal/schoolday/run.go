package schoolday

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"syscall"
	"time"

	"example.org/campushub/dashboards/prometheus/prometheustest"
	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/firmware-sim/campus"
	"example.org/campushub/firmware-sim/campus/day"
	"example.org/campushub/firmware-sim/campus/scenario"
)

const database = "campushub"

// Config says which day, and where.
type Config struct {
	Scenario scenario.Scenario
	Factor   float64 // how many times faster than the clock
	Binary   string  // a built campushub
	Dir      string  // of the hub; empty
	Disk     string  // of InfluxDB; a small disk of its own where the scenario fills it up
	// Settle is how long a device's connection must outlive an acknowledgement.
	Settle time.Duration
	// Timeout is how long a write of the hub to InfluxDB may take; 0 is the hub's own
	// default. An InfluxDB that hangs does so for longer.
	Timeout time.Duration
	// Pages: a Prometheus watches the hub, and after the day everything is asked
	// that the pages for Grafana ask.
	Pages bool
	// SpoolMiB is what the hub's spool may keep; 0 is the hub's own default.
	SpoolMiB int
	Log      *slog.Logger
}

// rig is everything that takes part in a day.
type rig struct {
	config  Config
	influx  *influxtest.Server
	gateway *gateway
	hub     *hub
	people  *people
	// prometheus watches the hub where pages are opened; nil else.
	prometheus *prometheustest.Server
	cut        int  // writes that their deadline ended while InfluxDB hung
	hung       bool // InfluxDB is stopped in its tracks: it would not hear that it is to end
}

// Run lives through a day and compares what is stored with what was sent.
func Run(ctx context.Context, c Config) (*Result, error) {
	return within(ctx, c, 0, (*rig).live)
}

// within makes everything that takes part in a day, and has it lived. The
// gateway answers in InfluxDB's stead from the beginning on, unless answer is 0.
func within[T any](ctx context.Context, c Config, answer int32, live func(*rig, context.Context) (*T, error)) (out *T, err error) {
	all := &rig{config: c}
	if all.influx, err = influxtest.New(c.Disk); err != nil {
		return nil, err
	}
	if err := all.influx.Start(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, all.goOn(), all.influx.Stop()) }()
	to := telemetry.Target{URL: all.influx.URL, Database: database}
	if err := telemetry.Init(ctx, to, telemetry.DefaultRetention(), func(string) {}); err != nil {
		return nil, err
	}
	if all.gateway, err = newGateway(all.influx.URL); err != nil {
		return nil, err
	}
	defer all.gateway.Close()
	all.gateway.answer.Store(answer)
	texts := newTexts()
	defer texts.Close()
	if all.hub, err = newHub(c.Binary, c.Dir, c.Scenario, reached{influx: all.gateway.URL, timeout: c.Timeout, spoolMiB: c.SpoolMiB, texts: texts.URL}); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, all.hub.log.Close()) }()
	if err := all.hub.importParents(ctx, c.Dir); err != nil {
		return nil, err
	}
	all.people = newPeople(all.hub)
	if err := all.hub.start(ctx); err != nil {
		return nil, errors.Join(err, all.hub.kill())
	}
	defer func() { err = errors.Join(err, all.hub.end(syscall.SIGTERM)) }()
	stop, err := all.watch(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return live(all, ctx)
}

// live plays the day, with the terminals of the police and of the school
// connected, and waits until everything has arrived.
func (r *rig) live(ctx context.Context) (*Result, error) {
	terminals, stop, err := r.terminals(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	o := &outside{rig: r}
	sent, err := day.Play(ctx, day.Config{
		Hub: r.hub.mqtt, Scenario: r.config.Scenario, Credentials: r.hub.credentials(), Factor: r.config.Factor,
		Settle: r.config.Settle, Break: o.begin, Mend: o.end, Act: r.people.act, Drain: patience,
	})
	if err != nil {
		return nil, errors.Join(err, o.tidy(), fmt.Errorf("the hub said %s", r.hub.said()))
	}
	return r.arrived(ctx, sent, terminals)
}

// terminals are those of the demonstration, which confirm what they are told.
func (r *rig) terminals(ctx context.Context) (all []*campus.Terminal, stop func(), err error) {
	c := campus.Config{Hub: "tcp://" + r.hub.mqtt, Still: true}
	for _, t := range r.hub.campus.Terminals {
		c.Terminals = append(c.Terminals, campus.TerminalCredential{Audience: string(t.Audience), ID: t.ID, Password: t.Password})
	}
	school, err := campus.New(c)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); _ = school.Run(ctx) }() // ends with ctx
	stop = func() { cancel(); <-done }
	for _, t := range c.Terminals {
		one, err := school.Terminal(t.Audience + "/" + t.ID)
		if err != nil {
			stop()
			return nil, nil, err
		}
		all = append(all, one)
	}
	if err := until(ctx, "the terminals are connected", school.Connected); err != nil {
		stop()
		return nil, nil, err
	}
	return all, stop, nil
}

// goOn ends a hang.
func (r *rig) goOn() error {
	if !r.hung {
		return nil
	}
	r.hung = false
	return r.influx.Continue()
}

// rejected is where the hub sets aside what InfluxDB does not take.
func (r *rig) rejected() string { return filepath.Join(r.config.Dir, "telemetry", "rejected.txt") }
