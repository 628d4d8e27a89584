package main

import (
	"context"
	"fmt"
	"io"

	"example.org/campushub/firmware-sim/campus/load"
)

type answerCommand struct {
	Demo string `help:"demo.json of a running demo: address and credentials." placeholder:"FILE" required:""`
}

// Run prints "ready" once all terminals are connected, and answers until
// SIGTERM.
func (c *answerCommand) Run(ctx context.Context, stdout io.Writer) error {
	target, err := load.FromDemo(c.Demo)
	if err != nil {
		return err
	}
	return load.Answer(ctx, target, func() { _, _ = fmt.Fprintln(stdout, "ready") })
}
