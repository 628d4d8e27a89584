package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"example.org/campushub/firmware-sim/campus/load"
)

// steady runs blocks of: every server in turn, the disk alone, and then
// mosquitto and the hub again under a storm.
func (m *measurement) steady(ctx context.Context) error {
	c := m.config
	fleets, err := m.fleets(ctx, 0, c.Buttons)
	if err != nil {
		return err
	}
	defer closeAll(fleets)
	stage := load.Stage{Presses: c.Presses, Rate: c.Rate}
	if err := m.warmUp(ctx, fleets); err != nil {
		return err
	}
	for block := range c.Blocks {
		if c.has(c.Cases, caseSteady) {
			if err := m.steadyBlock(ctx, block, fleets, stage); err != nil {
				return err
			}
		}
		if c.has(c.Cases, caseStorm) {
			if err := m.stormBlock(ctx, block, fleets, stage); err != nil {
				return err
			}
		}
	}
	return nil
}

// warmUp presses every button once: connections, heaps and caches are then as
// in a hub that has been up for a while.
func (m *measurement) warmUp(ctx context.Context, fleets map[string]*load.Fleet) error {
	for _, s := range m.servers {
		if _, err := m.turn(ctx, s, fleets[s.name], load.Stage{Presses: m.config.Buttons, Rate: m.config.Rate}, nil); err != nil {
			return err
		}
	}
	return wait(ctx, settle)
}

func (m *measurement) steadyBlock(ctx context.Context, block int, fleets map[string]*load.Fleet, stage load.Stage) error {
	for _, s := range m.servers {
		if err := m.quiet(ctx); err != nil {
			return err
		}
		x, err := m.turn(ctx, s, fleets[s.name], stage, nil)
		if err != nil {
			return err
		}
		m.figures.Steady[s.name] = append(m.figures.Steady[s.name], x)
		m.sayTurn(caseSteady, block, s, x)
		if err := wait(ctx, settle); err != nil {
			return err
		}
	}
	if err := m.quiet(ctx); err != nil {
		return err
	}
	alone, err := disk(ctx, m.dir, stage)
	if err != nil {
		return err
	}
	m.figures.Disk = append(m.figures.Disk, alone)
	m.say("disk   %d/%d append and fsync p50 %.3f ms  p99 %.3f ms", block+1, m.config.Blocks, ms(alone.P50), ms(alone.P99))
	return nil
}

func (m *measurement) stormBlock(ctx context.Context, block int, fleets map[string]*load.Fleet, stage load.Stage) error {
	for _, s := range m.servers {
		if s.name != mosquitto && s.name != campushub {
			continue
		}
		if err := m.quiet(ctx); err != nil {
			return err
		}
		x, err := m.underStorm(ctx, s, fleets[s.name], stage)
		if err != nil {
			return err
		}
		m.figures.Storm[s.name] = append(m.figures.Storm[s.name], x)
		m.sayTurn(caseStorm, block, s, x)
		m.say("storm  %d/%d %-10s %.0f readings/s, connections lost %d", block+1, m.config.Blocks, s.name, x.Storm.Rate, x.Storm.Disconnected)
		if err := wait(ctx, afterStorm); err != nil {
			return err
		}
	}
	return nil
}

// underStorm blows from a process of its own while the buttons are pressed.
func (m *measurement) underStorm(ctx context.Context, s *server, f *load.Fleet, stage load.Stage) (sample, error) {
	c := m.config
	lasts := time.Duration(float64(stage.Presses)/stage.Rate*float64(time.Second)) + time.Minute
	args := append([]string{"storm", "--json", "--skip", strconv.Itoa(c.Buttons), "--readers", strconv.Itoa(c.Readers),
		"--rate", strconv.FormatFloat(c.Storm, 'f', -1, 64), "--for", lasts.String()}, s.storm...)
	p, err := startReady(ctx, m.binaries.campussim, args...)
	if err != nil {
		return sample{}, fmt.Errorf("storm against %s: %w", s.name, err)
	}
	x, err := sample{}, wait(ctx, settle)
	if err == nil {
		x, err = m.turn(ctx, s, f, stage, p)
	}
	if err != nil {
		_ = p.stop()
		return sample{}, err
	}
	x.Storm, err = endStorm(p)
	return x, err
}

// endStorm asks the storm to end and reads what it sent.
func endStorm(p *process) (*load.StormResult, error) {
	if err := p.terminate(); err != nil {
		return nil, err
	}
	line, err := p.line()
	if err == nil {
		var r load.StormResult
		if err = json.Unmarshal([]byte(line), &r); err == nil {
			return &r, p.stop()
		}
	}
	_ = p.stop()
	return nil, fmt.Errorf("end storm: %w", err)
}

// crowd presses a thousand buttons in the same instant, one more being stuck.
func (m *measurement) crowd(ctx context.Context) error {
	c := m.config
	fleets, err := m.fleets(ctx, c.Buttons+c.Readers, c.Crowd+1)
	if err != nil {
		return err
	}
	defer closeAll(fleets)
	stage := load.Stage{Presses: c.Crowd, Stuck: 1, StuckRate: 10, Lead: time.Second, Drain: 30 * time.Second}
	for block := range c.Blocks {
		for _, s := range m.servers {
			if err := m.quiet(ctx); err != nil {
				return err
			}
			x, err := m.turn(ctx, s, fleets[s.name], stage, nil)
			if err != nil {
				return err
			}
			m.figures.Crowd[s.name] = append(m.figures.Crowd[s.name], x)
			m.sayTurn(caseCrowd, block, s, x)
			m.say("crowd  %d/%d %-10s last alert read %.1f ms after the instant; stuck: %s", block+1, c.Blocks, s.name,
				ms(time.Duration(x.Load.Instant)), x.Load.Stuck)
			if err := wait(ctx, betweenAll); err != nil {
				return err
			}
		}
	}
	return nil
}

// starts is how long the hub takes from exec until it is ready.
type starts struct {
	Empty     []time.Duration `json:"empty_ns"`
	Filled    []time.Duration `json:"filled_ns"`
	FillTook  time.Duration   `json:"fill_ns"`
	Events    int64           `json:"events"`
	JournalMB float64         `json:"journal_mb"`
}

// startUps starts the hub on a journal with nothing in it and on a filled one,
// in turn. Both folders have been started once before.
func (m *measurement) startUps(ctx context.Context) (*starts, error) {
	c := m.config
	empty, filled := filepath.Join(m.dir, "start-empty"), filepath.Join(m.dir, "start-filled")
	for _, dir := range []string{empty, filled} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the hub's folder: %w", err)
		}
		if _, err := m.startUp(ctx, dir); err != nil {
			return nil, err
		}
	}
	var r starts
	began := time.Now()
	var err error
	if r.Events, err = fill(ctx, filled, c.Incidents, c.Open); err != nil {
		return nil, err
	}
	r.FillTook = time.Since(began)
	if info, err := os.Stat(filepath.Join(filled, journalName)); err == nil {
		r.JournalMB = float64(info.Size()) / 1e6
	}
	for block := range c.Blocks {
		if err := m.quiet(ctx); err != nil {
			return nil, err
		}
		a, err := m.startUp(ctx, empty)
		if err != nil {
			return nil, err
		}
		b, err := m.startUp(ctx, filled)
		if err != nil {
			return nil, err
		}
		r.Empty, r.Filled = append(r.Empty, a), append(r.Filled, b)
		m.say("start  %d/%d empty %.1f ms, with %d incidents %.1f ms", block+1, c.Blocks, ms(a), c.Incidents, ms(b))
	}
	return &r, nil
}

func (m *measurement) startUp(ctx context.Context, dir string) (time.Duration, error) {
	s, took, err := startHub(ctx, m.binaries, dir, max(m.config.Open, 1))
	if err != nil {
		return 0, err
	}
	return took, s.proc.stop()
}
