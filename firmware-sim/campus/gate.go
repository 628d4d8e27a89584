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

// What a gate where people walk is like.
const (
	FreeWidth   = 1.2 // metres
	WaitingArea = 60  // people whom the place before it holds
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
	square // the place before it, where people wait: no contact
)

// gateParts are a gate's; what it does not have is nil.
type gateParts struct {
	contacts [parts]*board.Contact
	waiting  *board.Area
	deeds    chan Deed // what somebody is to do there
}

// unseen is how many people a counter has that sees nothing.
const unseen = -1

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
	g := &gateParts{deeds: make(chan Deed, mostDeeds)}
	for _, p := range has {
		g.contacts[p] = board.NewContact(fmt.Sprintf("%s-%d", is, p))
		if p != beamIn && p != beamOut && p != release && p != loop {
			g.contacts[p].Close()
		}
		g.contacts[p].Bounce(2, 2*time.Millisecond)
	}
	if walked(is) {
		g.waiting = board.NewArea()
	}
	return g, nil
}

// walked reports whether people walk through a gate of a kind.
func walked(is string) bool { return is == "" || is == Pedestrian }

func (g *gateParts) pins() firmware.GatePins {
	var p firmware.GatePins
	for at, to := range map[part]*gpio.PinIn{
		door: &p.Contact, beamIn: &p.In, beamOut: &p.Out, release: &p.Release, arm: &p.Barrier, loop: &p.Vehicle,
		bollards: &p.Bollards, bolt: &p.Lock, way: &p.Path, housing: &p.Tamper,
	} {
		if g.contacts[at] != nil {
			*to = g.contacts[at]
		}
	}
	if g.waiting != nil {
		p.Area = g.waiting
	}
	return p
}

// move does one thing.
func (g *gateParts) move(m move) {
	switch {
	case m.part == square && m.people == unseen:
		g.waiting.Blind(true)
	case m.part == square:
		g.waiting.Wait(m.people)
		g.waiting.Blind(false)
	case m.closed:
		g.contacts[m.part].Close()
	default:
		g.contacts[m.part].Open()
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
		select {
		case d := <-g.deeds:
			k.todo = append(k.todo, d)
		case <-time.After(time.Until(again)):
		case <-ctx.Done():
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
