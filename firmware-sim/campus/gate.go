package campus

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices/firmware"
	"example.org/campushub/firmware-sim/board"
)

// What a gate is for, as its hub has it; "" is Pedestrian.
const (
	Pedestrian = "pedestrian"
	Vehicle    = "vehicle"
	Evacuation = "evacuation"
)

// part is one thing at a gate that moves.
type part int

const (
	door part = iota
	beamIn
	beamOut
	release
	arm
	loop
	bollards
	bolt
	way
	housing
	parts
)

// gateParts are the contacts of a gate; what it does not have is nil.
type gateParts [parts]*board.Contact

// partsOf lists what a gate of a kind has.
func partsOf(is string) ([]part, error) {
	switch is {
	case "", Pedestrian:
		return []part{door, beamIn, beamOut, release, housing}, nil
	case Vehicle:
		return []part{arm, loop, bollards, housing}, nil
	case Evacuation:
		return []part{door, bolt, way, housing}, nil
	}
	return nil, fmt.Errorf("unknown gate %q, want %s, %s or %s", is, Pedestrian, Vehicle, Evacuation)
}

// newParts builds a gate that is shut, with nobody at it. Its contacts bounce as
// contacts do.
func newParts(is string) (*gateParts, error) {
	has, err := partsOf(is)
	if err != nil {
		return nil, err
	}
	var g gateParts
	for _, p := range has {
		g[p] = board.NewContact(fmt.Sprintf("%s-%d", is, p))
		if p != beamIn && p != beamOut && p != release && p != loop {
			g[p].Close()
		}
		g[p].Bounce(2, 2*time.Millisecond)
	}
	return &g, nil
}

func (g *gateParts) pins() firmware.GatePins {
	var p firmware.GatePins
	for at, to := range map[part]*gpio.PinIn{
		door: &p.Contact, beamIn: &p.In, beamOut: &p.Out, release: &p.Release, arm: &p.Barrier, loop: &p.Vehicle,
		bollards: &p.Bollards, bolt: &p.Lock, way: &p.Path, housing: &p.Tamper,
	} {
		if g[at] != nil {
			*to = g[at]
		}
	}
	return p
}

// move does one thing.
func (g *gateParts) move(m move) {
	if m.closed {
		g[m.part].Close()
	} else {
		g[m.part].Open()
	}
}

// keep has people do at the gate what its keeper says, until ctx ends.
func (g *gateParts) keep(ctx context.Context, k *keeper) {
	for {
		now := time.Now()
		moves, again := k.step(now)
		for _, m := range moves {
			if !sleep(ctx, time.Until(now.Add(m.after))) {
				return
			}
			g.move(m)
		}
		if !sleep(ctx, time.Until(again)) {
			return
		}
	}
}

// sleep is false once ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// dice are a gate's own: the same seed makes the same day.
func dice(seed uint64, gate string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(gate))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
