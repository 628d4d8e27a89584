package post

import "sync"

// mostFarSides is how many far sides have connections of their own at once;
// overflow: one that has is closed, and makes new ones when it is sent something.
const mostFarSides = 256

// Pools gives each far side a client of its own: a host that hangs for one of them
// takes no connection from another, also where both are on the same host.
type Pools struct {
	options []Option

	mu sync.Mutex         // guards by
	by map[string]*Client // by far side
}

// NewPools returns pools without connections.
func NewPools(options ...Option) *Pools {
	return &Pools{options: options, by: map[string]*Client{}}
}

// To is a far side's client.
func (p *Pools) To(farSide string) *Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.by[farSide]
	if !ok {
		p.makeRoom()
		c = New(p.options...)
		p.by[farSide] = c
	}
	return c
}

func (p *Pools) makeRoom() {
	for name, c := range p.by {
		if len(p.by) < mostFarSides {
			return
		}
		c.Close()
		delete(p.by, name)
	}
}

// Close drops idle connections.
func (p *Pools) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.by {
		c.Close()
	}
}
