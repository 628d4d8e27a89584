package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus"
)

// ruled looks at gates by the rules of a configuration as a hub does: after each
// reading, and whenever a gate is due.
type ruled struct {
	mu     sync.Mutex // guards what follows
	clock  rules.Clock
	set    *rules.Set
	points map[string]*rules.Point
	due    map[string]time.Time
	values map[string]map[string]bool // the names and values that were sent
	raised []string
}

// link is a device's way to the rules.
func (r *ruled) link(d campus.DeviceCredential) firmware.Link { return rulesLink{r, d} }

type rulesLink struct {
	*ruled
	of campus.DeviceCredential
}

func (l rulesLink) Run(ctx context.Context, e firmware.Events) error {
	e.Connected()
	<-ctx.Done()
	return ctx.Err()
}

func (l rulesLink) Publish(m firmware.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, gate := time.Now(), l.of.Address.Device
	l.pass(now)
	p := l.points[gate]
	if p == nil {
		p = l.set.NewPoint(gate)
		l.points[gate] = p
	}
	if m.Topic == wire.StateTopic(l.of.Address) {
		s, err := wire.DecodeState(l.of.Address, m.Payload, now)
		if err != nil {
			return err
		}
		p.Tamper(s.Tamper, now)
	} else {
		reading, err := wire.DecodeReading(l.of.Address, m.Payload, now)
		if err != nil {
			return err
		}
		p.Read(reading, l.clock)
		for name, x := range reading.Values {
			l.note(gate, fmt.Sprintf("%s=%g", name, min(x, 1)))
		}
	}
	l.look(gate, now)
	return nil
}

func (r *ruled) note(gate, said string) {
	if r.values[gate] == nil {
		r.values[gate] = map[string]bool{}
	}
	r.values[gate][said] = true
}

// pass looks at every gate that was due before now.
func (r *ruled) pass(now time.Time) {
	for gate := range r.points {
		for at := r.due[gate]; !at.After(now); at = r.due[gate] {
			r.look(gate, at)
		}
	}
}

func (r *ruled) look(gate string, now time.Time) {
	for _, c := range r.points[gate].Step(r.clock, rules.Post{}, now) {
		r.raised = append(r.raised, c.String())
	}
	r.due[gate] = r.points[gate].Next(r.clock, now)
}

// demoSchool is the demonstration's configuration and its gates.
type demoSchool struct {
	clock rules.Clock
	set   *rules.Set
	day   campus.Config
}

func newDemoSchool(t *testing.T) demoSchool {
	t.Helper()
	c, err := provision.Demo(t.TempDir(), provision.Options{HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	require.NoError(t, err)
	cfg, err := config.Load(c.Config)
	require.NoError(t, err)
	hours, err := provision.OpenHours()
	require.NoError(t, err)
	day := virtual("", c, slog.New(slog.DiscardHandler))
	day.Terminals, day.Hours = nil, hours.Of
	day.Devices = slices.DeleteFunc(day.Devices, func(d campus.DeviceCredential) bool { return d.Kind != devices.KindGate })
	setup := cfg.Duty[c.School].Setup
	known := cfg.Calendars[c.School]
	if known == nil {
		known = calendar.Default()
	}
	return demoSchool{rules.Clock{Calendar: known, Zone: cfg.Schools[0].Location(), Duty: &setup}, cfg.Rules[c.School], day}
}

// run lets the gates run, on the firmware, from a moment for so long, and says
// what the rules made of it.
func (d demoSchool) run(t *testing.T, from string, lasts time.Duration, seed uint64) (out *ruled) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		at, err := time.ParseInLocation("2006-01-02 15:04", from, d.clock.Zone)
		require.NoError(t, err)
		time.Sleep(time.Until(at))
		out = &ruled{
			clock: d.clock, set: d.set,
			points: map[string]*rules.Point{}, due: map[string]time.Time{}, values: map[string]map[string]bool{},
		}
		day := d.day
		day.Seed, day.Link = seed, out.link
		school, err := campus.New(day)
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- school.Run(ctx) }()
		time.Sleep(lasts)
		synctest.Wait()
		stop()
		require.NoError(t, <-done)
		out.pass(time.Now())
	})
	return out
}

// Whenever somebody begins the demonstration, its gates do nothing for a quarter
// of an hour that a rule has to tell anybody of: on a school day and on a day
// off, at every hour, and as its hours begin and end.
func TestTheDemonstrationsGatesRaiseNothing(t *testing.T) {
	demo := newDemoSchool(t)
	var starts []string
	for _, date := range []string{"2026-11-23", "2026-11-22"} { // a Monday, a Sunday
		for hour := range 24 {
			starts = append(starts, fmt.Sprintf("%s %02d:00", date, hour))
		}
	}
	for _, edge := range []string{"07:28", "08:25", "08:34", "08:35", "15:18", "16:02", "16:09"} {
		starts = append(starts, "2026-11-23 "+edge)
	}
	for n, from := range starts {
		got := demo.run(t, from, 15*time.Minute, uint64(n))
		assert.Empty(t, got.raised, from)
		for _, gate := range []string{"g-1", "v-1", "e-1"} {
			assert.NotEmpty(t, got.values[gate], "%s says how it stands, %s", gate, from)
		}
	}
}

// A school day shows something of everything that the gates can sense, and no
// rule tells anybody of it.
func TestADayOfTheDemonstrationShowsWhatGatesSense(t *testing.T) {
	got := newDemoSchool(t).run(t, "2026-11-23 06:50", 10*time.Hour, 1)
	assert.Empty(t, got.raised)
	for gate, names := range map[string][]string{
		"g-1": {"open", "passages_in", "passages_out", "released", "tamper"},
		"v-1": {"barrier_up", "vehicles", "bollards_up", "tamper"},
		"e-1": {"open", "locked", "blocked", "tamper"},
	} {
		for _, name := range names {
			assert.True(t, got.values[gate][name+"=0"] && got.values[gate][name+"=1"], "%s: %s was one and the other", gate, name)
		}
		assert.Len(t, got.values[gate], 2*len(names), "%s says no more than it has", gate)
	}
}
