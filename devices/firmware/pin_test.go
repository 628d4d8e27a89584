package firmware

import (
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// testPin is a pin that works in virtual time and counts what it was set to.
type testPin struct {
	name  string
	edges chan struct{}

	mu    sync.Mutex // guards what follows
	level gpio.Level
	turns int
}

func newTestPin(name string) *testPin {
	return &testPin{name: name, edges: make(chan struct{}, 1), level: gpio.High}
}

func (p *testPin) set(l gpio.Level) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l == p.level {
		return
	}
	p.level = l
	p.turns++
	select {
	case p.edges <- struct{}{}:
	default:
	}
}

func (p *testPin) changes() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.turns
}

func (p *testPin) Read() gpio.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.level
}

func (p *testPin) WaitForEdge(d time.Duration) bool {
	select {
	case <-p.edges:
		return true
	case <-time.After(d):
		return false
	}
}

// Out sets the level; the first one sets the pin up and is no change.
func (p *testPin) Out(l gpio.Level) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l != p.level && l == gpio.High {
		p.turns++
	}
	p.level = l
	return nil
}

func (p *testPin) String() string                        { return p.name }
func (p *testPin) Halt() error                           { return nil }
func (p *testPin) Name() string                          { return p.name }
func (p *testPin) Number() int                           { return 0 }
func (p *testPin) Function() string                      { return "" }
func (p *testPin) In(gpio.Pull, gpio.Edge) error         { return nil }
func (p *testPin) Pull() gpio.Pull                       { return gpio.PullUp }
func (p *testPin) DefaultPull() gpio.Pull                { return gpio.PullUp }
func (p *testPin) PWM(gpio.Duty, physic.Frequency) error { return nil }
