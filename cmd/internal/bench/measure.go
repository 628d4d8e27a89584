package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"example.org/campushub/firmware-sim/campus/load"
)

// The cases.
const (
	caseSteady   = "steady"
	caseStorm    = "storm"
	caseCrowd    = "crowd"
	caseStart    = "start"
	caseBroken   = "broken"
	caseParents  = "parents"
	casePoints   = "points"
	caseMemory   = "memory"
	caseBackfill = "backfill"
	caseDay      = "day"
	caseConsoles = "consoles"
)

// cases are all of them, in their order.
func cases() []string {
	return []string{caseSteady, caseStorm, caseCrowd, caseStart, caseParents, casePoints, caseMemory, caseBackfill, caseDay, caseConsoles, caseBroken}
}

const (
	settle     = time.Second     // between two turns
	afterStorm = 3 * time.Second // so that nobody's next turn pays for what a storm left behind
	betweenAll = 3 * time.Second // five presses of one button in 10 s would make it a stuck one
)

// sample is one server's turn in one block.
type sample struct {
	Load load.Result   `json:"load"`
	CPU  time.Duration `json:"cpu_ns"` // that the server used meanwhile
	// Others is the share of all processors that anybody else had.
	Others float64           `json:"others"`
	Storm  *load.StormResult `json:"storm,omitempty"`
}

// figures is everything that a run measured.
type figures struct {
	Machine  machine             `json:"machine"`
	Command  string              `json:"command"`
	Began    string              `json:"began"`
	TookS    float64             `json:"took_s"`
	Config   map[string]any      `json:"config"`
	Servers  []string            `json:"servers"`
	Steady   map[string][]sample `json:"steady"`
	Storm    map[string][]sample `json:"storm"`
	Crowd    map[string][]sample `json:"crowd"`
	Disk     []load.Spread       `json:"disk"`
	Start    *starts             `json:"start,omitempty"`
	Broken   []broken            `json:"broken,omitempty"`
	Parents  *besideParents      `json:"parents,omitempty"`
	Points   *pointRates         `json:"points,omitempty"`
	Memory   *memoryUse          `json:"memory,omitempty"`
	Backfill *besideBackfill     `json:"backfill,omitempty"`
	Day      *wholeDay           `json:"day,omitempty"`
	Full     *fullDay            `json:"full,omitempty"`
	Consoles *openConsoles       `json:"consoles,omitempty"`
}

// measurement is a run under way.
type measurement struct {
	config   *runCommand
	binaries binaries
	dir      string
	log      io.Writer
	servers  []*server
	figures  figures
}

func (m *measurement) everything(ctx context.Context) (err error) {
	c := m.config
	m.figures.Servers = c.Servers
	m.figures.Config = map[string]any{
		"blocks": c.Blocks, "buttons": c.Buttons, "presses": c.Presses, "rate_per_s": c.Rate,
		"storm_per_s": c.Storm, "readers": c.Readers, "crowd": c.Crowd, "incidents": c.Incidents, "open": c.Open,
	}
	if c.has(c.Cases, caseSteady) || c.has(c.Cases, caseStorm) || c.has(c.Cases, caseCrowd) {
		if err := m.loads(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, caseStart) && c.has(c.Servers, campushub) {
		if m.figures.Start, err = m.startUps(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, caseParents) && c.has(c.Servers, campushub) {
		if m.figures.Parents, err = m.parents(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, casePoints) {
		if m.figures.Points, err = m.points(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, caseMemory) && c.has(c.Servers, campushub) {
		if m.figures.Memory, err = m.memory(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, caseBackfill) && c.has(c.Servers, campushub) {
		if m.figures.Backfill, err = m.backfill(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, caseDay) && c.has(c.Servers, campushub) {
		if m.figures.Day, err = m.day(ctx); err != nil {
			return err
		}
		if m.figures.Full, err = m.full(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, caseConsoles) && c.has(c.Servers, campushub) {
		if m.figures.Consoles, err = m.consoles(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, caseBroken) && c.has(c.Servers, campushub) {
		m.figures.Broken, err = m.whileBroken(ctx)
	}
	return err
}

// loads runs the cases that press buttons, all servers being up.
func (m *measurement) loads(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, m.stopAll()) }()
	if err := m.startAll(ctx); err != nil {
		return err
	}
	c := m.config
	if c.has(c.Cases, caseSteady) || c.has(c.Cases, caseStorm) {
		if err := m.steady(ctx); err != nil {
			return err
		}
	}
	if c.has(c.Cases, caseCrowd) {
		return m.crowd(ctx)
	}
	return nil
}

// devices are the steady load's buttons, then the storm's, then the crowd and
// the stuck one: nobody stands in two of them.
func (m *measurement) devices() int {
	return m.config.Buttons + m.config.Readers + m.config.Crowd + 1
}

func (m *measurement) startAll(ctx context.Context) error {
	for _, name := range m.config.Servers {
		s, err := m.start(ctx, name)
		if err != nil {
			return err
		}
		m.servers = append(m.servers, s)
	}
	return nil
}

func (m *measurement) start(ctx context.Context, name string) (*server, error) {
	switch name {
	case mosquitto:
		return startMosquitto(ctx, m.binaries, m.dir, m.devices())
	case campushub:
		dir := filepath.Join(m.dir, "hub")
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the hub's folder: %w", err)
		}
		s, _, err := startHub(ctx, m.binaries, dir, m.devices())
		if err != nil {
			return nil, err
		}
		demo := filepath.Join(dir, "demo.json")
		if s.people, err = signIn(ctx, demo); err == nil {
			s.company, err = startReady(ctx, m.binaries.campussim, "answer", "--demo", demo)
		}
		if err != nil {
			return nil, errors.Join(err, s.proc.stop())
		}
		return s, nil
	}
	return startSelf(ctx, m.binaries, name, m.devices())
}

func (m *measurement) stopAll() error {
	var all []error
	for _, s := range m.servers {
		if s.people != nil {
			s.people.leave()
		}
		if s.company != nil {
			all = append(all, s.company.stop())
		}
		all = append(all, s.proc.stop())
	}
	m.servers = nil
	return errors.Join(all...)
}

// fleets connects the same part of the devices to every server.
func (m *measurement) fleets(ctx context.Context, skip, n int) (map[string]*load.Fleet, error) {
	all := map[string]*load.Fleet{}
	for _, s := range m.servers {
		t, err := s.target.Take(skip, n)
		if err == nil {
			all[s.name], err = load.Open(ctx, load.Config{Target: t, Receipts: true})
		}
		if err != nil {
			delete(all, s.name)
			closeAll(all)
			return nil, fmt.Errorf("connect to %s: %w", s.name, err)
		}
	}
	return all, nil
}

func closeAll(all map[string]*load.Fleet) {
	for _, f := range all {
		f.Close()
	}
}

// turn is one stage against one server. Afterwards the hub's incidents are
// closed, outside of what is measured.
func (m *measurement) turn(ctx context.Context, s *server, f *load.Fleet, stage load.Stage, storm *process) (sample, error) {
	x, err := m.pressed(ctx, s, f, stage, storm)
	if err == nil && s.people != nil {
		if _, err := s.people.closeAll(ctx); err != nil {
			return sample{}, fmt.Errorf("close what was opened: %w", err)
		}
	}
	return x, err
}

// pressed is a turn whose incidents stay open.
func (m *measurement) pressed(ctx context.Context, s *server, f *load.Fleet, stage load.Stage, storm *process) (sample, error) {
	before, err := workOf(s.proc, s.company, storm)
	if err != nil {
		return sample{}, err
	}
	began := time.Now()
	r, err := f.Press(ctx, stage)
	if err != nil {
		return sample{}, fmt.Errorf("press against %s: %w", s.name, err)
	}
	capacity := time.Since(began).Seconds() * float64(m.figures.Machine.Cores)
	after, err := workOf(s.proc, s.company, storm)
	if err != nil {
		return sample{}, err
	}
	return sample{Load: r, CPU: after.server - before.server, Others: after.others(before).Seconds() / capacity}, nil
}

func (m *measurement) say(format string, args ...any) {
	_, _ = fmt.Fprintf(m.log, format+"\n", args...)
}

func (m *measurement) sayTurn(what string, block int, s *server, x sample) {
	h := x.Load.Terminal.FromWrite
	m.say("%s %d/%d %-10s p50 %.3f ms  p99 %.3f ms  max %.3f ms  others %.0f %%  %s", what, block+1, m.config.Blocks, s.name,
		ms(h.P50), ms(h.P99), ms(h.Max), 100*x.Others, x.Load.Presses)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// wait returns after d, or earlier with ctx's error.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
