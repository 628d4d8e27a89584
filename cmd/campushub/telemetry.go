package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/hub"
	"example.org/campushub/dashboards/telemetry"
)

type telemetryCmd struct {
	Init telemetryInitCmd `cmd:"" help:"Set a database of InfluxDB 1.8 up: how long points are kept, and how they are thinned out. Can be run again."`
}

type telemetryInitCmd struct {
	Config string        `required:"" help:"The configuration: a YAML file, or a folder of them." placeholder:"campus.yaml"`
	Raw    time.Duration `default:"2160h" help:"How long points are kept as they were written."`
	Trend  time.Duration `default:"26280h" help:"How long their course is kept, in steps of 10 minutes."`
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
	return telemetry.Init(ctx, hub.Target(cfg.Telemetry), telemetry.Retention{Raw: c.Raw, Trend: c.Trend}, func(s string) {
		fmt.Fprintln(out, s)
	})
}
