package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/cmd/internal/turns"
	"example.org/campushub/firmware-sim/campus/load"
)

var errStrict = errors.New("presses were lost, unacknowledged or unsent")

type loadCommand struct {
	hubFlags

	Buttons   int  `help:"How many buttons are connected." default:"500"`
	Terminals int  `help:"How many police terminals are connected." default:"1"`
	Receipts  bool `help:"Terminals send the application's receipt too."`
	Lights    bool `help:"Buttons listen to their commands; times when the light says stored."`

	Rate   float64       `help:"Presses per second over all buttons. Above 4 per 10 s and button a hub takes a button for stuck." default:"200"`
	Count  int           `help:"Presses of a round." default:"2000"`
	Burst  bool          `help:"Every button that is not stuck is pressed in the same instant, instead of --rate and --count."`
	Rounds int           `help:"How often." default:"1"`
	Pause  time.Duration `help:"Between rounds." default:"3s"`
	Drain  time.Duration `help:"How long to wait after the last press for what is still to come." default:"5s"`
	Limit  time.Duration `help:"Ends everything." default:"10m"`

	Stuck     int           `help:"How many buttons are stuck." default:"0"`
	StuckRate float64       `help:"How often a stuck button presses, per second." default:"10"`
	StuckLead time.Duration `help:"How long they are stuck before the first other press." default:"1s"`

	Readings   float64 `help:"Readings per second beside it, from further devices." default:"0"`
	Readers    int     `help:"How many devices publish them." default:"100"`
	ReadingQoS byte    `name:"reading-qos" help:"0 or 1." default:"0"`

	JSON   bool `name:"json" help:"Print one JSON object a round."`
	Strict bool `help:"End with an error if an acknowledged press did not arrive, or one was not acknowledged."`
}

// Run connects, presses and prints.
func (c *loadCommand) Run(ctx context.Context, stdout io.Writer) error {
	turns.Short() // a client that waits behind the server for its turn would measure the kernel
	ctx, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	target, err := c.target(c.Buttons, c.Terminals)
	if err != nil {
		return err
	}
	fleet, err := load.Open(ctx, load.Config{Target: target, Receipts: c.Receipts, Lights: c.Lights})
	if err != nil {
		return err
	}
	defer fleet.Close()
	if c.Readings > 0 {
		return c.besideStorm(ctx, stdout, fleet)
	}
	return c.rounds(ctx, stdout, fleet)
}

// besideStorm runs the rounds while further devices publish readings.
func (c *loadCommand) besideStorm(ctx context.Context, stdout io.Writer, fleet *load.Fleet) error {
	others := c.hubFlags
	others.Skip += c.Buttons
	target, err := others.target(c.Readers, 0)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	blowing, calm := context.WithCancel(ctx)
	ready := make(chan struct{})
	var storm load.StormResult
	g.Go(func() (err error) {
		storm, err = load.Storm(blowing, load.StormConfig{
			Address: target.Address, Devices: target.Devices, Rate: c.Readings, QoS: c.ReadingQoS, Count: math.MaxInt,
		}, func() { close(ready) })
		return err
	})
	g.Go(func() error {
		defer calm()
		select {
		case <-ready:
			return c.rounds(ctx, stdout, fleet)
		case <-ctx.Done():
			return nil // the storm says why
		}
	})
	if err := g.Wait(); err != nil {
		return err
	}
	return printStorm(stdout, storm, c.JSON)
}

func (c *loadCommand) rounds(ctx context.Context, stdout io.Writer, fleet *load.Fleet) error {
	complete := true
	for round := range c.Rounds {
		if round > 0 && !pause(ctx, c.Pause) {
			return ctx.Err()
		}
		r, err := fleet.Press(ctx, c.stage())
		if r.Presses.Sent > 0 {
			if err := c.print(stdout, r); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		p := r.Presses
		complete = complete && p.Lost+p.Unacknowledged+p.Unsent == 0
	}
	if c.Strict && !complete {
		return errStrict
	}
	return nil
}

func (c *loadCommand) stage() load.Stage {
	s := load.Stage{Presses: c.Count, Rate: c.Rate, Stuck: c.Stuck, StuckRate: c.StuckRate, Lead: c.StuckLead, Drain: c.Drain}
	if c.Burst {
		s.Presses, s.Rate = c.Buttons-c.Stuck, 0
	}
	return s
}

func (c *loadCommand) print(stdout io.Writer, r load.Result) error {
	if c.JSON {
		return json.NewEncoder(stdout).Encode(r)
	}
	return r.WriteText(stdout)
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func printStorm(stdout io.Writer, r load.StormResult, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(stdout).Encode(r)
	}
	_, err := fmt.Fprintf(stdout, "readings: sent %d at %.0f/s, acknowledged %d, unsent %d, connections lost %d\n",
		r.Sent, r.Rate, r.Acknowledged, r.Unsent, r.Disconnected)
	return err
}
