package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"example.org/campushub/cmd/internal/schoolday"
	"example.org/campushub/firmware-sim/campus/scenario"
)

const (
	dayFile   = "firmware-sim/campus/scenario/testdata/long.txtar"
	fullFile  = "firmware-sim/campus/scenario/testdata/full.txtar"
	dayFactor = 360
	// fullFactor is such that the readings of fullFile fill a spool of fullMiB,
	// the least that a hub may be told to keep, within its first two hours.
	fullFactor = 120
	fullMiB    = 16
	// daySettle is how long a device's connection outlives an acknowledgement
	// before the device believes it: faster than the clock, as the day is.
	daySettle = 3 * time.Second
	dayDisk   = "size=256m,mode=0700"
)

// dayCommand plays the day, and the morning of the full spool, alone and prints
// their part of the report.
type dayCommand struct {
	Campushub string  `help:"A built hub; without it the one of this checkout is built." placeholder:"FILE"`
	Scenario  string  `help:"What is played." default:"firmware-sim/campus/scenario/testdata/long.txtar" placeholder:"FILE"`
	Factor    float64 `help:"How many times faster than the clock." default:"360"`
	Only      string  `help:"Play the day or the morning of the full spool alone." enum:"both,day,full" default:"both"`
}

// Run plays it.
func (c dayCommand) Run(ctx context.Context, stdout io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "campushub-bench-")
	if err != nil {
		return fmt.Errorf("make working folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if c.Campushub == "" {
		if c.Campushub, err = goBuild(ctx, dir, campushub); err != nil {
			return err
		}
	}
	p := &page{}
	if c.Only != "full" {
		if p.Day, err = playDay(ctx, c, dir, os.Stderr); err != nil {
			return err
		}
	}
	if c.Only != "day" {
		if p.Full, err = playFull(ctx, c.Campushub, dir, os.Stderr); err != nil {
			return err
		}
	}
	p.dayPart()
	p.fullPart()
	_, err = io.WriteString(stdout, p.String())
	return err
}

// wholeDay is a school day and what of it arrived.
type wholeDay struct {
	Title   string            `json:"title"`
	Devices int               `json:"devices"`
	Factor  float64           `json:"factor"`
	Result  *schoolday.Result `json:"result"`
	// NotFull: no small disk could be mounted, and none was filled up.
	NotFull bool `json:"not_full,omitempty"`
}

func (m *measurement) day(ctx context.Context) (*wholeDay, error) {
	dir := filepath.Join(m.dir, "day")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("play day: %w", err)
	}
	return playDay(ctx, dayCommand{Campushub: m.binaries.campushub, Scenario: dayFile, Factor: dayFactor}, dir, m.log)
}

func playDay(ctx context.Context, c dayCommand, dir string, log io.Writer) (out *wholeDay, err error) {
	s, err := scenario.Load(c.Scenario)
	if err != nil {
		return nil, err
	}
	disk, own := filepath.Join(dir, "influxdb"), filepath.Join(dir, "hub")
	if err := errors.Join(os.Mkdir(disk, 0o700), os.Mkdir(own, 0o700)); err != nil {
		return nil, fmt.Errorf("play day: %w", err)
	}
	out = &wholeDay{Title: s.Title, Devices: len(s.Devices), Factor: c.Factor}
	if mount(ctx, disk) == nil {
		defer func() { err = errors.Join(err, unmount(disk)) }()
	} else { // not root: no disk may be filled up but one's own
		out.NotFull = true
		s.Happenings = slices.DeleteFunc(s.Happenings, func(h scenario.Happening) bool {
			o, ok := h.Do.(scenario.Outage)
			return ok && o.What == scenario.InfluxFull
		})
	}
	out.Result, err = schoolday.Run(ctx, schoolday.Config{
		Scenario: s, Factor: c.Factor, Binary: c.Campushub, Dir: own, Disk: disk, Settle: daySettle,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	return out, err
}

// fullDay is a morning on which the hub is killed with a full spool.
type fullDay struct {
	Title   string          `json:"title"`
	Devices int             `json:"devices"`
	Factor  float64         `json:"factor"`
	MiB     int             `json:"spool_mib"`
	Result  *schoolday.Full `json:"result"`
}

func (m *measurement) full(ctx context.Context) (*fullDay, error) {
	return playFull(ctx, m.binaries.campushub, m.dir, m.log)
}

func playFull(ctx context.Context, campushub, dir string, log io.Writer) (*fullDay, error) {
	s, err := scenario.Load(fullFile)
	if err != nil {
		return nil, err
	}
	disk, own := filepath.Join(dir, "full-influxdb"), filepath.Join(dir, "full-hub")
	if err := errors.Join(os.Mkdir(disk, 0o700), os.Mkdir(own, 0o700)); err != nil {
		return nil, fmt.Errorf("play day: %w", err)
	}
	out := &fullDay{Title: s.Title, Devices: len(s.Devices), Factor: fullFactor, MiB: fullMiB}
	out.Result, err = schoolday.RunFull(ctx, schoolday.Config{
		Scenario: s, Factor: fullFactor, Binary: campushub, Dir: own, Disk: disk, Settle: daySettle, SpoolMiB: fullMiB,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	return out, err
}

// mount makes a folder a small disk of its own.
func mount(ctx context.Context, dir string) error {
	return exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", dayDisk, "tmpfs", dir).Run()
}

func unmount(dir string) error {
	if err := exec.Command("umount", "--lazy", dir).Run(); err != nil {
		return fmt.Errorf("unmount %s: %w", dir, err)
	}
	return nil
}
