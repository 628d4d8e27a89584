package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus"
)

// runCommand is a virtual school in the foreground. A demo that drives its
// own devices already has one: start it with --quiet.
type runCommand struct {
	Demo  string        `help:"demo.json of a demo that runs with --quiet: address and credentials." placeholder:"FILE" required:""`
	Press []string      `help:"A button and when it is pressed, such as b-1@5s; may be repeated." placeholder:"DEVICE@AFTER"`
	For   time.Duration `name:"for" help:"How long; without it until SIGTERM."`
	Still bool          `help:"Nobody walks through a gate and nobody holds a card."`
	Extra bool          `help:"Drive the demo's extra buttons (x-1, x-2 and so on) too."`
}

// pressAt is one entry of --press.
type pressAt struct {
	device string
	after  time.Duration
}

// Run drives the devices, presses what was asked for, and prints what the
// terminals are told.
func (c *runCommand) Run(ctx context.Context, stdout io.Writer) error {
	presses, err := parsePresses(c.Press)
	if err != nil {
		return err
	}
	config, err := c.config()
	if err != nil {
		return err
	}
	school, err := campus.New(config)
	if err != nil {
		return err
	}
	for _, p := range presses {
		if _, err := school.Status(p.device); err != nil {
			return err
		}
	}
	if c.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.For)
		defer cancel()
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return school.Run(ctx) })
	out := &printer{out: stdout}
	for _, t := range config.Terminals {
		terminal, err := school.Terminal(t.Audience + "/" + t.ID)
		if err != nil {
			return err
		}
		g.Go(func() error { return out.follow(ctx, t.Audience+"/"+t.ID, terminal) })
	}
	for _, p := range presses {
		g.Go(func() error { return p.make(ctx, school) })
	}
	if err := g.Wait(); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

func parsePresses(all []string) ([]pressAt, error) {
	var out []pressAt
	var faults []error
	for _, s := range all {
		device, after, _ := strings.Cut(s, "@")
		d, err := time.ParseDuration(after)
		if err != nil || device == "" || d < 0 {
			faults = append(faults, fmt.Errorf("press %q: want a device and a time from the start, such as b-1@5s", s))
		}
		out = append(out, pressAt{device, d})
	}
	return out, errors.Join(faults...)
}

func (p pressAt) make(ctx context.Context, school *campus.Campus) error {
	if !pause(ctx, p.after) {
		return nil
	}
	return school.Press(p.device)
}

// config reads who is there from the demo's own description.
func (c *runCommand) config() (campus.Config, error) {
	raw, err := os.ReadFile(c.Demo)
	if err != nil {
		return campus.Config{}, fmt.Errorf("read demo file: %w", err)
	}
	var f struct {
		MQTT    string `json:"mqtt"`
		Devices []struct {
			School   string       `json:"school"`
			ID       string       `json:"id"`
			Kind     devices.Kind `json:"kind"`
			Username string       `json:"username"`
			Password string       `json:"password"`
			Gate     string       `json:"gate"`
		} `json:"devices"`
		Terminals []struct {
			Audience string `json:"audience"`
			ID       string `json:"id"`
			Username string `json:"username"`
			Password string `json:"password"`
		} `json:"terminals"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return campus.Config{}, fmt.Errorf("decode demo file %s: %w", c.Demo, err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	hours, err := provision.OpenHours()
	if err != nil {
		return campus.Config{}, err
	}
	config := campus.Config{Hub: f.MQTT, Still: c.Still, Hours: hours.Of, Open: hours.School, Seed: uint64(time.Now().Unix()), Log: log}
	for _, d := range f.Devices {
		if strings.HasPrefix(d.ID, "x-") && !c.Extra {
			continue
		}
		config.Devices = append(config.Devices, campus.DeviceCredential{
			Address: devices.Address{School: d.School, Device: d.ID}, Kind: d.Kind, Username: d.Username, Password: d.Password, Gate: d.Gate,
		})
	}
	for _, t := range f.Terminals {
		config.Terminals = append(config.Terminals, campus.TerminalCredential{
			Audience: t.Audience, ID: t.ID, Username: t.Username, Password: t.Password,
		})
	}
	return config, nil
}

// printer writes whole lines.
type printer struct {
	mu  sync.Mutex // guards out: each terminal prints from its own goroutine
	out io.Writer
}

// follow prints each delivery of a terminal once, until ctx ends.
func (p *printer) follow(ctx context.Context, name string, t *campus.Terminal) error {
	seen := map[string]bool{}
	for {
		told, err := t.Await(ctx, func(a wire.Alert) bool { return !seen[a.Delivery] })
		if err != nil {
			return nil //nolint:nilerr // ctx has ended
		}
		seen[told.Alert.Delivery] = true
		if err := p.print(name, told); err != nil {
			return err
		}
	}
}

func (p *printer) print(name string, told campus.Told) error {
	a := told.Alert
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := fmt.Fprintf(p.out, "%s  %s  #%d %s %s %s  %s  %s\n", told.At.Format(time.TimeOnly), name,
		a.Number, a.Mode, a.Severity, a.Kind, a.Text.ZH, a.Text.EN)
	return err
}
