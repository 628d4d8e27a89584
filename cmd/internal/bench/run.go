package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/campushub/cmd/internal/turns"
)

// runCommand measures everything.
type runCommand struct {
	Out     string   `help:"Where to write the report." placeholder:"FILE" default:"docs/benchmarks.md"`
	JSON    string   `name:"json" help:"Where to write all figures." placeholder:"FILE"`
	Dir     string   `help:"Folder on the disk to be measured; a temporary one by default." placeholder:"DIR"`
	Servers []string `help:"Which servers take part." default:"mosquitto,mochi,relay,campushub" enum:"mosquitto,mochi,relay,campushub"`
	Cases   []string `help:"Which cases are measured." default:"${cases}" enum:"${cases}"`
	Blocks  int      `help:"How many blocks." default:"5"`

	Patience time.Duration `help:"How long a turn may wait until nobody else is at work on the machine." default:"30s"`

	Buttons int     `help:"Buttons of the steady load." default:"500"`
	Presses int     `help:"Presses of a block." default:"2000"`
	Rate    float64 `help:"Presses per second." default:"200"`
	Storm   float64 `help:"Readings per second of the storm." default:"20000"`
	Readers int     `help:"Devices that publish them." default:"200"`
	Crowd   int     `help:"Buttons pressed in the same instant, beside one that is stuck." default:"1000"`

	Incidents int `help:"Incidents in the filled journal." default:"100000"`
	Open      int `help:"How many of them are open." default:"100"`

	Points int `help:"Points of a turn into InfluxDB." default:"300000"`
	Spool  int `help:"MiB of points that wait while memory is looked at." default:"1024"`

	Campushub string `help:"A built hub; without it the one of this checkout is built." placeholder:"FILE"`
	Mosquitto string `help:"Debian's mosquitto." default:"/usr/sbin/mosquitto"`
}

// Run measures case by case and writes the report.
func (c *runCommand) Run(ctx context.Context, stdout io.Writer) (err error) {
	if c.Blocks < 1 || c.Buttons < 1 || c.Readers < 1 || c.Crowd < 1 {
		return fmt.Errorf("%d blocks, %d buttons, %d readers, %d at once: want at least one of each", c.Blocks, c.Buttons, c.Readers, c.Crowd)
	}
	dir, err := os.MkdirTemp(c.Dir, "campushub-bench-")
	if err != nil {
		return fmt.Errorf("make working folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b, err := c.build(ctx, dir)
	if err != nil {
		return err
	}
	turns.Short() // a client that waits behind the server for its turn would measure the kernel
	began := time.Now()
	m := &measurement{config: c, binaries: b, dir: dir, log: stdout, figures: figures{
		Machine: thisMachine(c.Mosquitto), Command: c.line(), Began: began.UTC().Format(time.RFC3339),
		Steady: map[string][]sample{}, Storm: map[string][]sample{}, Crowd: map[string][]sample{},
	}}
	err = m.everything(ctx)
	m.figures.TookS = time.Since(began).Seconds()
	if err != nil {
		// What was measured until then is kept, but not as the report.
		return errors.Join(err, c.write(m.figures, c.Out+".partial"))
	}
	return c.write(m.figures, c.Out)
}

func (c *runCommand) has(list []string, name string) bool { return slices.Contains(list, name) }

// line is the command that repeats this run.
func (c *runCommand) line() string {
	return strings.Join(append([]string{"go run ./cmd/internal/bench"}, os.Args[1:]...), " ")
}

// build makes the binaries that a run starts, without cgo.
func (c *runCommand) build(ctx context.Context, dir string) (binaries, error) {
	self, err := os.Executable()
	if err != nil {
		return binaries{}, fmt.Errorf("find this program: %w", err)
	}
	b := binaries{self: self, mosquitto: c.Mosquitto, campushub: c.Campushub}
	if b.campussim, err = goBuild(ctx, dir, "campussim"); err != nil {
		return binaries{}, err
	}
	if b.campushub == "" && c.has(c.Servers, campushub) {
		b.campushub, err = goBuild(ctx, dir, campushub)
	}
	return b, err
}

func goBuild(ctx context.Context, dir, command string) (string, error) {
	out := filepath.Join(dir, command)
	build := exec.CommandContext(ctx, "go", "build", "-o", out, "./cmd/"+command)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("build %s: %w", command, err)
	}
	return out, nil
}

func (c *runCommand) write(f figures, out string) error {
	if c.JSON != "" {
		raw, err := json.MarshalIndent(f, "", " ")
		if err != nil {
			return fmt.Errorf("encode figures: %w", err)
		}
		if err := os.WriteFile(c.JSON, append(raw, '\n'), 0o644); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := os.WriteFile(out, []byte(report(f)), 0o644); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
