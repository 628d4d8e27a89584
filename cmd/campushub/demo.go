package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/hub"
	"example.org/campushub/cmd/internal/provision"
)

type demoCmd struct {
	Dir          string `help:"Keep everything here, and carry on with what is there. Without it a temporary folder is used and removed." placeholder:"D"`
	Listen       string `default:"127.0.0.1:8080" help:"Where the console listens; port 0 takes a free one."`
	MQTT         string `name:"mqtt" default:"127.0.0.1:1883" help:"Where the broker listens; port 0 takes a free one."`
	ExtraButtons int    `help:"Add so many buttons, x-1 … x-N, that nothing drives." placeholder:"N"`
	Quiet        bool   `help:"Start no virtual devices, and check no paths."`
	Level        string `default:"warn" help:"How much to log: debug, info, warn or error." enum:"debug,info,warn,error"`
}

// Run serves one made-up school until it is told to stop.
func (c demoCmd) Run(ctx context.Context, stdin typing, out io.Writer, stderr logTo) error {
	log := stderr.logger(c.Level)
	settle(log)
	dir, forget, err := c.folder()
	if err != nil {
		return err
	}
	defer forget()
	handout := filepath.Join(dir, "demo.json")
	if err := provision.Remove(handout); err != nil {
		return err
	}
	out = &inTurn{to: out}
	texts, err := newTextGateway(out)
	if err != nil {
		return err
	}
	defer texts.listener.Close() // at the end, or closed already
	term, err := provision.TermOf(time.Now())
	if err != nil {
		return err
	}
	campus, err := provision.Demo(dir, provision.Options{ExtraButtons: c.ExtraButtons, HTTP: c.Listen, MQTT: c.MQTT, Quiet: c.Quiet, Texts: texts.url(), Term: term})
	if err != nil {
		return err
	}
	cfg, err := config.Load(campus.Config)
	if err != nil {
		return err
	}
	h, err := hub.New(ctx, cfg, log, version)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return h.Run(ctx) })
	g.Go(func() error { return texts.run(ctx) })
	g.Go(func() error {
		if err := campus.Write(handout, h.Console(), h.MQTT()); err != nil {
			return err
		}
		greet(out, h, campus, handout)
		if c.Quiet {
			return nil
		}
		if err := rosterFor(ctx, h, campus.School, time.Now()); err != nil {
			return err
		}
		return drive(ctx, stdin, out, h.MQTT(), campus, patrols(cfg.Duty[campus.School]), log)
	})
	return g.Wait()
}

// folder is where the demonstration lives, and how it is forgotten.
func (c demoCmd) folder() (dir string, forget func(), err error) {
	if c.Dir != "" {
		if err := os.MkdirAll(c.Dir, 0o700); err != nil {
			return "", nil, fmt.Errorf("make the demonstration's folder: %w", err)
		}
		return c.Dir, func() {}, nil
	}
	dir, err = os.MkdirTemp("", "campushub-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("make the demonstration's folder: %w", err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}

// greet says where to look and as whom.
func greet(out io.Writer, h *hub.Hub, c *provision.Campus, handout string) {
	fmt.Fprintf(out, "\n  Campushub is ready.\n\n  Console   %s\n  MQTT      %s\n  Handout   %s\n\n", h.Console(), h.MQTT(), handout)
	for _, a := range c.Accounts {
		if a.Role.SeesIncidents() {
			fmt.Fprintf(out, "  %-9s sign in as %-10s %s\n", a.Role, a.Name, a.Password)
		}
	}
	fmt.Fprintf(out, "\n  Parents   %s/parent, with a code of the officer's (People, Parents who subscribe).\n"+
		"            Their text messages go nowhere, but are shown here.\n", h.Console())
	fmt.Fprint(out, "\n  Enter presses the button at the north gate (or type b-2, b-3, b-4).\n"+
		"  rush, fill, blind and late have something happen at that gate that its rules tell. Ctrl-C ends it.\n\n")
}
