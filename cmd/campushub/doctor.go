package main

import (
	"context"
	"io"
	"time"

	"example.org/campushub/cmd/internal/doctor"
)

type doctorCmd struct {
	Config string `required:"" help:"The configuration: a YAML file, or a folder of them." placeholder:"campus.yaml"`
	Hub    string `help:"Where the console of the running hub is; by default what the configuration says." placeholder:"URL"`
	JSON   bool   `help:"As JSON."`
}

// Run says what it found; anything bad fails the command.
func (c doctorCmd) Run(ctx context.Context, out io.Writer) error {
	found := doctor.Look(ctx, doctor.Options{Config: c.Config, Hub: c.Hub}, time.Now())
	write := found.Print
	if c.JSON {
		write = found.JSON
	}
	if err := write(out); err != nil {
		return err
	}
	if found.Bad() {
		return errReported
	}
	return nil
}
