package campus

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Deed is what people do at a gate where people walk, beside a calm day, so that
// its hub has something to tell.
type Deed string

// The deeds.
const (
	// Rush: for two minutes more come in than its width takes.
	Rush Deed = "rush"
	// Fill: the place before it fills up, first nearly, then whole, and empties.
	Fill Deed = "fill"
	// Blind: the counter of that place sees nothing for a while.
	Blind Deed = "blind"
	// Late: nobody opens it for its next hours until some minutes after they began.
	Late Deed = "late"
)

// Deeds lists them all.
func Deeds() []Deed { return []Deed{Rush, Fill, Blind, Late} }

// ErrBusy says that people have enough to do at a gate.
var ErrBusy = errors.New("busy")

const (
	// mostDeeds wait at a gate at most. Overflow: ErrBusy.
	mostDeeds = 4
	// lateBy is how long after its hours begin a gate is opened that is late: longer
	// than anybody waits for it, and shorter than nobody enters.
	lateBy = 8 * time.Minute
	// rushEvery is how soon one comes after the other: 100 a minute, where FreeWidth
	// takes 72.
	rushEvery = 600 * time.Millisecond
	rushes    = 215
	// Of WaitingArea: nearly full, and for how long it is that and full each.
	nearly    = WaitingArea * 5 / 6
	fillsFor  = 90 * time.Second
	blindsFor = 4 * time.Minute
)

// Do has people do something at a gate, as soon as they have done what they do,
// and returns at once. A device is named as Press names it.
func (c *Campus) Do(device string, what Deed) error {
	if !slices.Contains(Deeds(), what) {
		return fmt.Errorf("deed %q: %w", what, ErrUnknown)
	}
	d, err := c.find(device)
	if err != nil {
		return err
	}
	if d.gate == nil || !walked(d.credential.Gate) {
		return fmt.Errorf("device %s is no gate where people walk", device)
	}
	select {
	case d.gate.deeds <- what:
		return nil
	default:
		return fmt.Errorf("gate %s: %w", device, ErrBusy)
	}
}

// do does what is to be done first.
func (k *keeper) do(day [][2]time.Time, now time.Time) ([]move, time.Time) {
	what := k.todo[0]
	k.todo = k.todo[1:]
	switch what {
	case Rush:
		return k.rush(now)
	case Fill:
		k.wait = waits(day, now.Add(2*fillsFor))
		return []move{
			{part: square, people: nearly}, {after: fillsFor, part: square, people: WaitingArea}, {after: 2 * fillsFor, part: square, people: k.wait},
		}, now.Add(2*fillsFor + time.Second)
	case Blind:
		k.wait = waits(day, now.Add(blindsFor))
		return []move{{part: square, people: unseen}, {after: blindsFor, part: square, people: k.wait}}, now.Add(blindsFor + time.Second)
	case Late:
		k.late = true
	}
	return nil, now.Add(time.Second)
}

// rush has many come in, one close after the other; outside of its hours somebody
// holds the gate open for them who was let through.
func (k *keeper) rush(now time.Time) ([]move, time.Time) {
	var all []move
	at := time.Second
	if !k.open {
		all, at = k.let(), 3*time.Second
	}
	for range rushes {
		all = append(all, move{after: at, part: beamIn, closed: true}, move{after: at + rushEvery/2, part: beamIn})
		at += rushEvery
	}
	k.inside += rushes
	if !k.open {
		all = append(all, move{after: at, part: door, closed: true})
	}
	return all, now.Add(at + time.Second)
}
