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

// newOurs is the hub, served as a school serves it, without terminals and pages.
func newOurs(dir, url, program string, key []byte, devices int) (*peer, error) {
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
	if err := files(dir, map[string]string{
		"campus.yaml":  string(config) + fmt.Sprintf(hubWebhook, c.School, url),
		"platform.key": string(key),
	}); err != nil {
		return nil, err
	}
	h := &part{name: "Campushub", program: program, args: []string{"serve", "--config", c.Config, "--level", "error"}}
	o := &ours{demo: demo, console: console}
	return &peer{
		name: campushub, parts: []*part{h}, kills: []kill{{"Campushub", []*part{h}}},
		open: o.open, rest: o.rest, leave: o.leave,
	}, nil
}

// ours is the hub from outside.
type ours struct {
	demo, console string
	people        *people
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
