package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus/load"
)

const (
	journalName = "journal.db"
	fillWindow  = 20_000 // entries that wait for the disk at once: below the journal's own bound
	fillLimit   = 15 * time.Minute
)

// fillCommand writes what years of use leave in a journal.
type fillCommand struct {
	Dir       string `arg:"" help:"Folder of a demo that has run once and has stopped."`
	Incidents int    `help:"How many incidents." default:"100000"`
	Open      int    `help:"How many of them nobody has resolved." default:"100"`
}

// Run fills the journal.
func (c *fillCommand) Run(ctx context.Context, stdout io.Writer) error {
	began := time.Now()
	events, err := fill(ctx, c.Dir, c.Incidents, c.Open)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%d incidents, %d of them open, %d events in %.1f s\n",
		c.Incidents, c.Open, events, time.Since(began).Seconds())
	return err
}

// fill appends incidents of the demo's own buttons to its journal, an hour
// apart, the last one an hour ago: pressed, acknowledged, reset and resolved,
// with three deliveries each. The last ones stay open, each of another button.
func fill(ctx context.Context, dir string, incidents, open int) (events int64, err error) {
	target, err := load.FromDemo(filepath.Join(dir, "demo.json"))
	if err != nil {
		return 0, err
	}
	if open > incidents || open > len(target.Devices) {
		return 0, fmt.Errorf("fill journal: %d open of %d incidents with %d buttons", open, incidents, len(target.Devices))
	}
	ctx, cancel := context.WithTimeout(ctx, fillLimit)
	defer cancel()
	j, err := journal.Open(ctx, journal.Config{Path: filepath.Join(dir, journalName)}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		return 0, err
	}
	writing, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- j.Run(writing) }()
	f := &filler{journal: j, seq: j.LastSeq(), window: make(chan struct{}, fillWindow)}
	for i := range incidents {
		at := time.Now().Add(-time.Duration(incidents-i) * time.Hour)
		if err = f.incident(ctx, target.Devices[i%len(target.Devices)], at, i >= incidents-open); err != nil {
			break
		}
	}
	stop()
	return f.seq - j.LastSeq(), errors.Join(err, <-ended)
}

// filler appends entries and waits when too many are on their way.
type filler struct {
	journal *journal.Journal
	seq     int64
	window  chan struct{}
}

func (f *filler) incident(ctx context.Context, d load.Device, at time.Time, open bool) error {
	press := devices.Press{
		ID: uuid.NewString(), From: devices.Address{School: d.School, Device: d.ID},
		Alarm: devices.Emergency, Mode: devices.Live, ReceivedAt: at,
	}
	var i alerting.Incident
	if err := f.step(ctx, &i, nil, alerting.Input{Press: &press, Opening: opening()}, at); err != nil {
		return err
	}
	if open {
		return nil
	}
	liaison := alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison}
	for n, c := range []alerting.Command{
		{Verb: alerting.VerbAcknowledge},
		{Verb: alerting.VerbReset, Reason: "the guard confirmed on the telephone"},
		{Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal, Reason: "handled on the spot"},
	} {
		c.Incident, c.Actor = i.ID, liaison
		when := at.Add(time.Duration(n+1) * time.Minute)
		if err := f.step(ctx, &i, &i, alerting.Input{Command: &c}, when); err != nil {
			return err
		}
	}
	return nil
}

// step appends what an input does to the incident, as the engine would.
func (f *filler) step(ctx context.Context, i, cur *alerting.Incident, in alerting.Input, at time.Time) error {
	events, err := alerting.Step(cur, in, at)
	if err != nil {
		return fmt.Errorf("fill journal: %w", err)
	}
	for _, e := range events {
		f.seq++
		e.Seq = f.seq
		i.Apply(e)
		i.Stored = true
		snapshot := *i
		if err := f.append(ctx, journal.Entry{Event: &e, Incident: &snapshot, Tellings: tellings(e, snapshot)}); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) append(ctx context.Context, e journal.Entry) error {
	select {
	case f.window <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("fill journal: %w", ctx.Err())
	}
	e.Done = func(o journal.Outcome) {
		if o != journal.Failed { // what failed is still on its way
			<-f.window
		}
	}
	if err := f.journal.Append(e); err != nil {
		return fmt.Errorf("fill journal: %w", err)
	}
	return nil
}

// opening has the plan of a demo's school: two terminals and a console page.
func opening() alerting.Opening {
	leg := func(a alerting.Audience, recipient string, c alerting.Channel) alerting.Leg {
		return alerting.Leg{Audience: a, Recipient: recipient, Channel: c, Via: alerting.ViaLAN, Budget: 500 * time.Millisecond, Limit: 2 * time.Second}
	}
	return alerting.Opening{
		Place:    alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}},
		Kind:     alerting.KindOf(devices.Emergency),
		Severity: alerting.Critical, Lead: alerting.LeadPolice,
		Plan: alerting.Plan{Legs: []alerting.Leg{
			leg(alerting.Police, "desk-1", alerting.ChannelMQTT),
			leg(alerting.School, "office", alerting.ChannelMQTT),
			leg(alerting.Police, "liaison", alerting.ChannelConsole),
		}},
	}
}

// tellings are the opening's: handed and confirmed.
func tellings(e alerting.Event, i alerting.Incident) []journal.Telling {
	if e.Type != alerting.EventOpened {
		return nil
	}
	at := e.At.Add(time.Millisecond)
	out := make([]alerting.Delivery, 0, len(i.Plan.Legs))
	for _, l := range i.Plan.Legs {
		out = append(out, alerting.Delivery{
			ID: alerting.DeliveryID(i.ID, e.Press.ID, l.Key()), Incident: i.ID, Number: i.Number,
			Audience: l.Audience, Recipient: l.Recipient, Channel: l.Channel, State: alerting.Received,
			PlannedAt: e.At, HandedAt: &at, ReceivedAt: &at, Deadline: e.At.Add(l.Budget),
		})
	}
	return []journal.Telling{{Incident: i.ID, Number: i.Number, Deliveries: out}}
}
