package main

import (
	"errors"
	"fmt"
	"io"

	"example.org/campushub/cmd/internal/config"
)

type checkCmd struct {
	Config string `required:"" help:"The configuration: a YAML file, or a folder of them." placeholder:"campus.yaml"`
}

// Run prints every fault on a line of its own; of a configuration without any,
// what is less than an alarm should have.
func (c checkCmd) Run(out io.Writer) error {
	cfg, err := config.Load(c.Config)
	var faults config.Faults
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			fmt.Fprintln(out, f)
		}
		fmt.Fprintln(out, config.Counted(len(faults), "fault"))
		return errReported
	case err != nil:
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(out, "warning:", w)
	}
	_, err = fmt.Fprintf(out, "%s is good: %s\n", c.Config, cfg.Counts())
	return err
}
