package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// The peers besides the hub.
const (
	nodeRED      = "node-red"
	alertmanager = "alertmanager"
)

// peer is one way from a signal to a webhook, of one process or more.
type peer struct {
	name  string
	parts []*part // in the order in which they start
	kills []kill
	open  func(ctx context.Context, n int, turn func() *tally) (senders, error)
	rest  func(ctx context.Context) error // brings everything to rest between turns; may be nil
	leave func()                          // before the parts stop; may be nil
}

// kill is what is killed together in one turn.
type kill struct {
	what  string
	parts []*part
}

// part is a process of a peer that can be killed and started again.
type part struct {
	name    string
	program string
	args    []string
	proc    *process
}

func (p *part) start(ctx context.Context) (err error) {
	if p.proc, err = start(ctx, p.program, p.args...); err == nil {
		p.proc.discard()
	}
	return err
}

// kill ends the process as a power cut would, and waits until it is gone.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill %s: %w", p.cmd.Path, err)
	}
	_ = p.cmd.Wait() // says that it was killed
	return nil
}

// again kills the parts and starts them at once.
func (k kill) again(ctx context.Context) error {
	for _, p := range k.parts {
		if err := p.proc.kill(); err != nil {
			return err
		}
	}
	for _, p := range k.parts {
		if err := p.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// stop ends whatever has been started, the last one first.
func (p *peer) stop() error {
	if p.leave != nil {
		p.leave()
	}
	var all []error
	for i := len(p.parts) - 1; i >= 0; i-- {
		if p.parts[i].proc != nil {
			all = append(all, p.parts[i].proc.stop())
		}
	}
	return errors.Join(all...)
}

// cpu is the processor time that the peer's processes have used.
func (p *peer) cpu() (all time.Duration, err error) {
	for _, part := range p.parts {
		used, err := part.proc.cpu()
		if err != nil {
			return 0, err
		}
		all += used
	}
	return all, nil
}

// loopback is a free address; whoever is started again keeps it.
func loopback() (address string, port int, err error) {
	port, err = freePort()
	return "127.0.0.1:" + strconv.Itoa(port), port, err
}

// files writes what a peer is configured with.
func files(dir string, texts map[string]string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("configure peer: %w", err)
	}
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("configure peer: %w", err)
		}
	}
	return nil
}
