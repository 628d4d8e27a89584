package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/firmware-sim/campus/load"
)

// hubWebhook is what the demonstration's configuration is given besides. All
// else is as "campushub demo" writes it.
const hubWebhook = `
webhooks:
  - {name: platform, audience: police, schools: [%s], url: %q, secret_file: platform.key}
`

// served is a demonstration's folder that "campushub serve" serves as a school
// does, at addresses that stay the same.
type served struct {
	part                *part
	demo, console, mqtt string
}

// newServed makes the folder; besides is added to its configuration, and key
// is what its webhooks are signed under.
func newServed(dir, program string, devices int, key []byte, besides func(school string) string) (*served, error) {
	console, _, err := loopback()
	if err != nil {
		return nil, err
	}
	mqtt, _, err := loopback()
	if err != nil {
		return nil, err
	}
	c, err := provision.Demo(dir, provision.Options{ExtraButtons: devices, HTTP: console, MQTT: mqtt})
	if err != nil {
		return nil, err
	}
	demo := filepath.Join(dir, "demo.json")
	if err := c.Write(demo, "http://"+console, "tcp://"+mqtt); err != nil {
		return nil, err
	}
	config, err := os.ReadFile(c.Config)
	if err != nil {
		return nil, fmt.Errorf("configure hub: %w", err)
	}
	p := &part{name: "Campushub", program: program, args: []string{"serve", "--config", c.Config, "--level", "error"}}
	return &served{p, demo, console, mqtt}, files(dir, map[string]string{
		"campus.yaml": string(config) + besides(c.School), "platform.key": string(key),
	})
}

// newOurs is the hub without terminals and pages.
func newOurs(dir, url, program string, key []byte, devices int) (*peer, error) {
	s, err := newServed(dir, program, devices, key, func(school string) string { return fmt.Sprintf(hubWebhook, school, url) })
	if err != nil {
		return nil, err
	}
	o := &ours{demo: s.demo}
	return &peer{
		name: campushub, parts: []*part{s.part}, kills: []kill{{"Campushub", []*part{s.part}}},
		open: o.open, rest: o.rest, leave: o.leave,
	}, nil
}

// ours is the hub from outside.
type ours struct {
	demo   string
	people *people
}

func (o *ours) open(ctx context.Context, n int, turn func() *tally) (senders, error) {
	t, err := load.FromDemo(o.demo)
	if err != nil {
		return nil, err
	}
	return openButtons(ctx, t, n, turn)
}

// rest has people reset and resolve what the turn opened: whoever presses
// next opens an incident, as the first press of a real day does.
func (o *ours) rest(ctx context.Context) (err error) {
	if o.people == nil {
		if o.people, err = signIn(ctx, o.demo); err != nil {
			return err
		}
	}
	_, err = o.people.closeAll(ctx)
	return err
}

func (o *ours) leave() {
	if o.people != nil {
		o.people.leave()
	}
}
