package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"example.org/campushub/firmware-sim/campus/load"
)

type stormCommand struct {
	hubFlags

	Readers int           `help:"How many devices publish." default:"200"`
	Rate    float64       `help:"Readings per second over all devices." default:"20000"`
	QoS     byte          `name:"qos" help:"0 or 1." default:"0"`
	For     time.Duration `name:"for" help:"How long; SIGTERM ends it earlier." default:"1m"`
	JSON    bool          `name:"json" help:"Print one JSON object."`
}

// Run prints "ready" once all devices are connected, blows, and prints what
// was sent.
func (c *stormCommand) Run(ctx context.Context, stdout io.Writer) error {
	target, err := c.target(c.Readers, 0)
	if err != nil {
		return err
	}
	config := load.StormConfig{
		Address: target.Address, Devices: target.Devices,
		Rate: c.Rate, QoS: c.QoS, Count: max(int(c.Rate*c.For.Seconds()), 1),
	}
	// A broker that takes readings more slowly than they are due must not make
	// the storm last longer.
	ctx, cancel := context.WithTimeout(ctx, c.For+time.Minute)
	defer cancel()
	r, err := load.Storm(ctx, config, func() { _, _ = fmt.Fprintln(stdout, "ready") })
	if err != nil {
		return err
	}
	return printStorm(stdout, r, c.JSON)
}
