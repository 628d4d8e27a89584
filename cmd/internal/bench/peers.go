package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// peersCommand measures the hub beside what people use instead of it.
type peersCommand struct {
	Out   string   `help:"Where to write the report." placeholder:"FILE" default:"docs/benchmarks-peers.md"`
	JSON  string   `name:"json" help:"Where to write all figures." placeholder:"FILE"`
	Dir   string   `help:"Folder on the disk to be measured; a temporary one by default." placeholder:"DIR"`
	Peers []string `help:"Who takes part." default:"node-red,alertmanager,campushub" enum:"node-red,alertmanager,campushub"`

	Rate   float64       `help:"Signals per second." default:"50"`
	For    time.Duration `help:"How long the steady load lasts." default:"60s"`
	Burst  int           `help:"Signals of the burst." default:"1000"`
	Rounds int           `help:"In how many rounds everybody takes turns; each has its part of the steady load, and a whole burst." default:"3"`
	Kill   time.Duration `help:"How long the load lasts in whose middle something is killed." default:"30s"`
	Lost   time.Duration `help:"When a signal that no webhook names counts as lost." default:"60s"`

	Patience time.Duration `help:"How long a turn may wait until nobody else is at work on the machine." default:"30s"`

	Campushub    string `help:"A built hub; without it the one of this checkout is built." placeholder:"FILE"`
	Mosquitto    string `help:"Debian's mosquitto." default:"/usr/sbin/mosquitto"`
	Alertmanager string `help:"Debian's Alertmanager." default:"/usr/bin/prometheus-alertmanager"`
	Modules      string `help:"The node_modules folder that node-red is installed in." placeholder:"DIR" env:"NODE_RED_MODULES"`
}

// Run measures everybody in turn and writes the report.
func (c *peersCommand) Run(ctx context.Context, stdout io.Writer) (err error) {
	if c.Rate <= 0 || c.For <= 0 || c.Kill <= 0 || c.Burst < 1 || c.Rounds < 1 {
		return fmt.Errorf("rate %g, %s, %s, burst of %d, %d rounds: want more than nothing", c.Rate, c.For, c.Kill, c.Burst, c.Rounds)
	}
	if slices.Contains(c.Peers, nodeRED) && c.Modules == "" {
		return errors.New("node-red takes part: want --modules, the folder that it is installed in")
	}
	dir, err := os.MkdirTemp(c.Dir, "campushub-peers-")
	if err != nil {
		return fmt.Errorf("make working folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &contest{config: c, dir: dir, log: stdout, figures: contestFigures{
		Machine: thisMachine(c.Mosquitto), Versions: c.versions(ctx), Command: commandLine(), Began: time.Now().UTC().Format(time.RFC3339),
		Peers: c.Peers, Steady: map[string]outcome{}, Burst: map[string]outcome{},
		Rounds: c.Rounds, Rate: c.Rate, ForS: c.For.Seconds(), BurstOf: c.Burst, KillS: c.Kill.Seconds(), LostS: c.Lost.Seconds(),
	}}
	began := time.Now()
	err = r.everything(ctx)
	r.figures.TookS = time.Since(began).Seconds()
	out := c.Out
	if err != nil {
		out += ".partial" // what was measured until then, but not as the report
	}
	return errors.Join(err, c.write(r.figures, out))
}

// commandLine is the command that repeats this run.
func commandLine() string {
	return strings.Join(append([]string{"go run ./cmd/internal/bench"}, os.Args[1:]...), " ")
}

func (c *peersCommand) write(f contestFigures, out string) error {
	if c.JSON != "" {
		raw, err := json.MarshalIndent(f, "", " ")
		if err != nil {
			return fmt.Errorf("encode figures: %w", err)
		}
		if err := os.WriteFile(c.JSON, append(raw, '\n'), 0o644); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	if err := os.WriteFile(out, []byte(contestReport(f)), 0o644); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// most is how many clients the largest turn needs.
func (c *peersCommand) most() int {
	return max(count(c.Rate, c.For)/max(c.Rounds, 1), c.Burst, count(c.Rate, c.Kill), warmUps)
}

func count(rate float64, d time.Duration) int { return int(rate * d.Seconds()) }

// contest is a run under way.
type contest struct {
	config  *peersCommand
	dir     string
	log     io.Writer
	sink    *sink
	peers   []*peer
	figures contestFigures
}

// contestFigures is everything that a run measured.
type contestFigures struct {
	Machine  machine            `json:"machine"`
	Versions map[string]string  `json:"versions"`
	Command  string             `json:"command"`
	Began    string             `json:"began"`
	TookS    float64            `json:"took_s"`
	Peers    []string           `json:"peers"`
	Rate     float64            `json:"rate_per_s"`
	ForS     float64            `json:"for_s"`
	BurstOf  int                `json:"burst_of"`
	Rounds   int                `json:"rounds"`
	KillS    float64            `json:"kill_s"`
	LostS    float64            `json:"lost_s"`
	Steady   map[string]outcome `json:"steady"`
	Burst    map[string]outcome `json:"burst"`
	Kills    []killed           `json:"kills"`
}

// killed is what one turn with a kill in its middle came to.
type killed struct {
	Peer string  `json:"peer"`
	What string  `json:"what"`
	Came outcome `json:"outcome"`
}

func (r *contest) everything(ctx context.Context) (err error) {
	key := []byte(rand.Text())
	if r.sink, err = newSink(key); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.stopAll(), r.sink.close()) }()
	if err := r.enter(ctx, key); err != nil {
		return err
	}
	if err := r.each(ctx, r.ready); err != nil {
		return err
	}
	for round := range r.config.Rounds {
		for _, turn := range []func(context.Context, *peer, int) error{r.steady, r.burst} {
			if err := r.each(ctx, func(ctx context.Context, p *peer) error { return turn(ctx, p, round) }); err != nil {
				return err
			}
		}
	}
	if err := r.each(ctx, r.killings); err != nil {
		return err
	}
	if n := r.sink.bad.Load(); n > 0 {
		return fmt.Errorf("%d webhooks could not be read", n)
	}
	return nil
}

// each lets everybody take their turn, so that what else the machine does
// falls on all of them.
func (r *contest) each(ctx context.Context, turn func(context.Context, *peer) error) error {
	for _, p := range r.peers {
		if err := turn(ctx, p); err != nil {
			return fmt.Errorf("measure %s: %w", p.name, err)
		}
	}
	return nil
}

// enter configures and starts everybody who takes part.
func (r *contest) enter(ctx context.Context, key []byte) error {
	for _, name := range r.config.Peers {
		p, err := r.peer(ctx, name, key)
		if err != nil {
			return err
		}
		r.peers = append(r.peers, p)
		for _, part := range p.parts {
			if err := part.start(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *contest) peer(ctx context.Context, name string, key []byte) (*peer, error) {
	c, dir, url := r.config, filepath.Join(r.dir, name), r.sink.url(name)
	switch name {
	case nodeRED:
		return newNodeRED(dir, url, c.Modules, c.Mosquitto)
	case alertmanager:
		return newAlertmanager(dir, url, c.Alertmanager)
	}
	program := c.Campushub
	if program == "" {
		var err error
		if program, err = goBuild(ctx, r.dir, campushub); err != nil {
			return nil, err
		}
		dir = filepath.Join(r.dir, "hub") // beside the program of that name
	}
	return newOurs(dir, url, program, key, c.most())
}

func (r *contest) stopAll() error {
	var all []error
	for _, p := range r.peers {
		all = append(all, p.stop())
	}
	return errors.Join(all...)
}
