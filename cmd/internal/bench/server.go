package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"example.org/campushub/firmware-sim/campus/load"
)

// The servers, in the order in which they take their turns.
const (
	mosquitto = "mosquitto"
	mochi     = "mochi"
	tcpRelay  = "relay"
	campushub = "campushub"
)

const startLimit = time.Minute

// server is one process under test.
type server struct {
	name   string
	proc   *process
	target load.Target
	storm  []string // how a storm finds it
	people *people  // the hub's alone: closes incidents between turns
	// company is the hub's alone: the terminals at the school and its gatehouse.
	company *process
}

// binaries are what a run starts.
type binaries struct {
	self, campussim, campushub, mosquitto string
}

// mosquittoConfig is Debian's default with a listener of ours: no persistence
// (its default; Debian's own /etc/mosquitto switches it on), everybody let in
// as with the other bare ones, and no limit to what waits for a subscriber, as
// a thousand presses in one instant pass its default of 1,000 messages.
const mosquittoConfig = `listener %d 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
persistence false
max_queued_messages 0
log_dest none
`

func startMosquitto(ctx context.Context, b binaries, dir string, devices int) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "mosquitto.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, mosquittoConfig, port), 0o644); err != nil {
		return nil, fmt.Errorf("configure mosquitto: %w", err)
	}
	p, err := start(ctx, b.mosquitto, "-c", config)
	if err != nil {
		return nil, err
	}
	p.discard()
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if err := listening(ctx, address); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return bare(mosquitto, p, address, devices)
}

// startSelf runs one of this binary's own servers, which prints its address.
func startSelf(ctx context.Context, b binaries, name string, devices int) (*server, error) {
	p, err := start(ctx, b.self, name)
	if err != nil {
		return nil, err
	}
	address, err := p.line()
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.discard()
	return bare(name, p, address, devices)
}

func bare(name string, p *process, address string, devices int) (*server, error) {
	t, err := load.Bare(address, "bench", devices, 1, "campus/+/+/alarm")
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return &server{name: name, proc: p, target: t, storm: []string{"--hub", "tcp://" + address, "--school", "bench"}}, nil
}

// startHub runs the demo without its virtual devices and waits until it says
// where it is, which it does when it is ready and not before.
func startHub(ctx context.Context, b binaries, dir string, devices int) (*server, time.Duration, error) {
	demo := filepath.Join(dir, "demo.json")
	if err := os.Remove(demo); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, 0, fmt.Errorf("start hub: %w", err)
	}
	began := time.Now()
	p, err := start(ctx, b.campushub, "demo", "--dir", dir, "--quiet", "--extra-buttons", strconv.Itoa(devices),
		"--listen", "127.0.0.1:0", "--mqtt", "127.0.0.1:0")
	if err != nil {
		return nil, 0, err
	}
	p.discard()
	took, err := appears(ctx, demo, began)
	if err != nil {
		return nil, 0, errors.Join(err, p.stop())
	}
	t, err := load.FromDemo(demo)
	if err != nil {
		return nil, 0, errors.Join(err, p.stop())
	}
	if len(t.Terminals) == 0 {
		return nil, 0, errors.Join(errors.New("start hub: its demo has no police terminal"), p.stop())
	}
	t.Terminals = t.Terminals[:1]
	return &server{name: campushub, proc: p, target: t, storm: []string{"--demo", demo}}, took, nil
}

// appears waits for a file, looking every half millisecond.
func appears(ctx context.Context, path string, began time.Time) (time.Duration, error) {
	look := time.NewTicker(500 * time.Microsecond)
	defer look.Stop()
	for {
		if _, err := os.Stat(path); err == nil {
			return time.Since(began), nil
		}
		if time.Since(began) > startLimit {
			return 0, fmt.Errorf("wait for %s: not there after %s", path, startLimit)
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-look.C:
		}
	}
}

// listening waits until somebody answers at an address.
func listening(ctx context.Context, address string) error {
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for began := time.Now(); time.Since(began) < startLimit; {
		if c, err := net.Dial("tcp", address); err == nil {
			return c.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
	return fmt.Errorf("wait for %s: nobody answers after %s", address, startLimit)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
