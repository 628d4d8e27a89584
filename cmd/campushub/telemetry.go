package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/telemetry"
)

type telemetryCmd struct {
	Init telemetryInitCmd `cmd:"" help:"Set a database of InfluxDB 1.8 up: how long points are kept, and how they are thinned out. Can be run again."`
}

type telemetryInitCmd struct {
	Config  string `required:"" help:"The configuration: a YAML file, or a folder of them. Its telemetry.keep says how long points are kept." placeholder:"campus.yaml"`
	Shorten bool   `help:"Keep points for less time than InfluxDB does now: it deletes what is older."`
}

// Run prints each statement that was carried out.
func (c telemetryInitCmd) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if !cfg.Telemetry.Enabled() {
		return errors.New("set up InfluxDB: the configuration names none: want a telemetry section with a url")
	}
	r := cfg.Telemetry.Retention()
	r.Shorten = c.Shorten
	err = telemetry.Init(ctx, cfg.Telemetry.Target(), r, func(s string) { fmt.Fprintln(out, s) })
	if errors.Is(err, telemetry.ErrShortens) {
		return fmt.Errorf("%w. Set telemetry.keep in the configuration to as long, or say --shorten", err)
	}
	return err
}
