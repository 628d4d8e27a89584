package board

import (
	"errors"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// Pin is a pin without a wire: the world drives it when it is an input, the
// firmware when it is an output. It implements gpio.PinIO.
type Pin struct {
	name  string
	edges chan struct{} // an edge that nobody waited for yet; more are one

	mu    sync.Mutex // guards what follows
	level gpio.Level
	pull  gpio.Pull
	watch gpio.Edge
	turns int
}

var _ gpio.PinIO = (*Pin)(nil)

// NewPin returns a pin that floats high.
func NewPin(name string) *Pin {
	return &Pin{name: name, level: gpio.High, edges: make(chan struct{}, 1)}
}

// Drive puts a level on the pin from outside.
func (p *Pin) Drive(l gpio.Level) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l == p.level {
		return
	}
	p.level = l
	p.turns++
	if p.watch == gpio.BothEdges || p.watch == gpio.RisingEdge && bool(l) || p.watch == gpio.FallingEdge && !bool(l) {
		select {
		case p.edges <- struct{}{}:
		default:
		}
	}
}

// Turns is how often the level has changed.
func (p *Pin) Turns() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.turns
}

// In implements gpio.PinIn. Edges from before are forgotten.
func (p *Pin) In(pull gpio.Pull, edge gpio.Edge) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pull, p.watch = pull, edge
	select {
	case <-p.edges:
	default:
	}
	return nil
}

// Read implements gpio.PinIn.
func (p *Pin) Read() gpio.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.level
}

// WaitForEdge implements gpio.PinIn.
func (p *Pin) WaitForEdge(timeout time.Duration) bool {
	if timeout < 0 {
		<-p.edges
		return true
	}
	late := time.NewTimer(timeout)
	defer late.Stop()
	select {
	case <-p.edges:
		return true
	case <-late.C:
		return false
	}
}

// Out implements gpio.PinOut.
func (p *Pin) Out(l gpio.Level) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l != p.level {
		p.turns++
	}
	p.level = l
	return nil
}

// PWM implements gpio.PinOut; this board has no hardware for it.
func (p *Pin) PWM(gpio.Duty, physic.Frequency) error {
	return errors.New("pin " + p.name + ": no pulse width modulation")
}

// Pull implements gpio.PinIn.
func (p *Pin) Pull() gpio.Pull {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pull
}

// DefaultPull implements gpio.PinIn.
func (p *Pin) DefaultPull() gpio.Pull { return gpio.PullUp }

// Halt implements conn.Resource.
func (p *Pin) Halt() error { return nil }

// Name implements pin.Pin.
func (p *Pin) Name() string { return p.name }

// String implements fmt.Stringer.
func (p *Pin) String() string { return p.name }

// Number implements pin.Pin: a pin without a wire has none.
func (p *Pin) Number() int { return -1 }

// Function implements pin.Pin.
func (p *Pin) Function() string { return "" }
