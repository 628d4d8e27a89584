package campus

import (
	"math/rand/v2"
	"time"
)

// keeper is what people do at one gate: a state machine of (state, now) that
// says what is moved and when it is to be asked again. No clock, no pin.
type keeper struct {
	is    string
	hours func(now time.Time) [][2]time.Time // when gates are open on a day
	dice  *rand.Rand
	open  bool      // it stands open for its hours
	free  bool      // the evacuation door can be opened from inside
	next  time.Time // when somebody comes
	serve time.Time // when somebody opens the housing
}

// move is one thing that is moved, so long after the step.
type move struct {
	after  time.Duration
	part   part
	closed bool
}

const (
	// early is how long before its hours a gate is opened, within the five minutes
	// in which it is opened for them.
	early = 2 * time.Minute
	// clearOf is how long before gates open, and after they shut, no vehicle moves.
	clearOf = 8 * time.Minute
	// unlockedAround is how long before its first hours and after its last a school
	// has its evacuation doors unlocked.
	unlockedAround = 30 * time.Minute
	// settledIn is how long nobody opens a housing after a start; then somebody does
	// every serviced on average.
	settledIn = 20 * time.Minute
	serviced  = 3 * time.Hour
	// apart keeps a housing that is opened from looking like a gate that is forced.
	apart = 15 * time.Second
)

func newKeeper(is string, hours func(time.Time) [][2]time.Time, seed uint64, name string, now time.Time) *keeper {
	k := &keeper{is: is, hours: hours, dice: dice(seed, name), free: true}
	if k.hours == nil {
		k.hours = func(time.Time) [][2]time.Time { return nil }
	}
	k.serve = now.Add(settledIn + k.after(serviced))
	k.next = now.Add(k.between(3*time.Second, 12*time.Second))
	return k
}

func (k *keeper) after(mean time.Duration) time.Duration {
	return time.Duration(k.dice.ExpFloat64() * float64(mean))
}

func (k *keeper) between(a, b time.Duration) time.Duration {
	return a + time.Duration(k.dice.Int64N(int64(b-a)))
}

// step says what is moved now, and when to ask again, which is after the last of
// it.
func (k *keeper) step(now time.Time) (moves []move, again time.Time) {
	day := k.hours(now)
	switch {
	case !now.Before(k.serve) && k.steady(day, now):
		return k.service(now)
	case k.is == Vehicle:
		return k.lane(day, now)
	case k.is == Evacuation:
		return k.exit(day, now)
	}
	return k.gate(day, now)
}

// steady reports whether no hours begin or end while somebody is at the housing.
func (k *keeper) steady(day [][2]time.Time, now time.Time) bool {
	for _, s := range day {
		for _, edge := range s {
			if d := edge.Sub(now); d > -clearOf && d < 2*clearOf {
				return false
			}
		}
	}
	return true
}

// service has somebody open the housing: to look, or to mend something.
func (k *keeper) service(now time.Time) ([]move, time.Time) {
	lasts := 20 * time.Second
	if k.dice.IntN(2) == 0 {
		lasts = 4 * time.Minute
	}
	k.serve = now.Add(settledIn + k.after(serviced))
	return []move{{apart, housing, false}, {apart + lasts, housing, true}}, now.Add(2*apart + lasts)
}

// gate is where people walk: open in its hours, and else opened for one at a
// time who is let through.
func (k *keeper) gate(day [][2]time.Time, now time.Time) ([]move, time.Time) {
	n, inward := -1, true
	for i, s := range day {
		if !now.Before(s[0].Add(-early)) && now.Before(s[1]) {
			n, inward = i, i == 0
		}
	}
	if stands := n >= 0; stands != k.open {
		k.open = stands
		return []move{{0, door, !stands}}, now.Add(k.between(5*time.Second, 10*time.Second))
	}
	again := now.Add(k.between(2*time.Second, 10*time.Second))
	switch {
	case n >= 0 && (now.Before(day[n][0]) || again.After(day[n][1])): // nobody yet, or no more
		return nil, again
	case n >= 0:
		return k.pass(inward, 0), again
	case now.Before(k.next):
		return nil, edge(day, now, -early, k.next)
	}
	k.next = now.Add(k.pause(day, now, 90*time.Second, 3*time.Minute))
	let := []move{{0, release, true}, {500 * time.Millisecond, release, false}, {2 * time.Second, door, false}}
	return append(append(let, k.pass(k.dice.IntN(2) == 0, 3*time.Second)...), move{5 * time.Second, door, true}), now.Add(15 * time.Second)
}

// pass is somebody who walks through a beam; of ten in the hours one goes
// against the stream.
func (k *keeper) pass(inward bool, after time.Duration) []move {
	beam := beamOut
	if inward == (k.dice.IntN(10) > 0) {
		beam = beamIn
	}
	return []move{{after, beam, true}, {after + 300*time.Millisecond, beam, false}}
}

// lane is where vehicles come, never while pupils do.
func (k *keeper) lane(day [][2]time.Time, now time.Time) ([]move, time.Time) {
	for _, s := range day {
		if now.After(s[0].Add(-clearOf)) && now.Before(s[1].Add(clearOf)) {
			k.next = s[1].Add(clearOf + k.between(0, 5*time.Minute))
		}
	}
	if now.Before(k.next) {
		return nil, edge(day, now, -clearOf, k.next)
	}
	k.next = now.Add(k.pause(day, now, 4*time.Minute, 8*time.Minute))
	return []move{
		{0, bollards, false}, {4 * time.Second, arm, false}, {7 * time.Second, loop, true}, {8 * time.Second, loop, false},
		{11 * time.Second, arm, true}, {15 * time.Second, bollards, true},
	}, now.Add(20 * time.Second)
}

// exit is a door for emergencies: unlocked while anybody is at school, and at
// times something stands before it, or somebody looks whether it opens.
func (k *keeper) exit(day [][2]time.Time, now time.Time) ([]move, time.Time) {
	free := len(day) > 0 && !now.Before(day[0][0].Add(-unlockedAround)) && now.Before(day[len(day)-1][1].Add(unlockedAround))
	switch {
	case free != k.free:
		k.free = free
		return []move{{0, bolt, free}}, now.Add(time.Second)
	case !free || now.Before(k.next):
		return nil, now.Add(10 * time.Second)
	}
	k.next = now.Add(k.between(10*time.Minute, 30*time.Minute))
	what, lasts := way, k.between(5*time.Second, 30*time.Second)
	if k.dice.IntN(3) == 0 {
		what, lasts = door, 8*time.Second
	}
	return []move{{0, what, false}, {lasts, what, true}}, now.Add(lasts + apart)
}

// pause is until somebody comes again: ten times as long where nobody is to be at
// school.
func (k *keeper) pause(day [][2]time.Time, now time.Time, a, b time.Duration) time.Duration {
	d := k.between(a, b)
	if len(day) == 0 || now.Before(day[0][0].Add(-time.Hour)) || now.After(day[len(day)-1][1].Add(3*time.Hour)) {
		return 10 * d
	}
	return d
}

// edge is the next time at which hours begin, shifted, or end, where that is
// before then; at the latest in a minute, as another day may have begun.
func edge(day [][2]time.Time, now time.Time, shift time.Duration, then time.Time) time.Time {
	if soon := now.Add(time.Minute); then.After(soon) {
		then = soon
	}
	for _, s := range day {
		for _, t := range []time.Time{s[0].Add(shift), s[1]} {
			if t.After(now) && t.Before(then) {
				then = t
			}
		}
	}
	return then
}
