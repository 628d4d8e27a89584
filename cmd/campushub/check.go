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

// Run prints every fault on a line of its own.
func (c checkCmd) Run(out io.Writer) error {
	cfg, err := config.Load(c.Config)
	var faults config.Faults
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			fmt.Fprintln(out, f)
		}
		fmt.Fprintf(out, "%d faults\n", len(faults))
		return errReported
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(out, "%s is good: %d schools, %d devices, %d terminals, %d accounts\n",
		c.Config, len(cfg.Schools), len(cfg.Devices), len(cfg.Terminals), len(cfg.Accounts))
	return err
}
