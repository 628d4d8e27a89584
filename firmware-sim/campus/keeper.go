package campus

import (
	"math/rand/v2"
	"time"
)

// keeper is what people do at one gate: a state machine of (state, now) that
// says what is moved and when it is to be asked again. No clock, no pin.
type keeper struct {
	is     string
	hours  func(now time.Time) [][2]time.Time // when gates are open on a day
	school func(now time.Time) [2]time.Time   // when school is
	dice   *rand.Rand
	open   bool      // it stands open for its hours
	late   bool      // nobody opens it in time for its next hours
	todo   []Deed    // what is to be done beside
	inside int       // who came in and has not gone out
	wait   int       // who waits before it
	free   bool      // the evacuation door can be opened from inside
	next   time.Time // when somebody comes
	serve  time.Time // when somebody opens the housing
}

// move is one thing that is moved, so long after the step.
type move struct {
	after  time.Duration
	part   part
	closed bool
	people int // of the square
}

const (
	// early is how long before its hours a gate is opened, within the five minutes
	// in which it is opened for them.
	early = 2 * time.Minute
	// clearOf is how long before gates open, and after they shut, no vehicle moves.
	clearOf = 8 * time.Minute
	// unlockedAround is how long before it opens and after it shuts a school has its
	// evacuation doors unlocked.
	unlockedAround = 30 * time.Minute
	// settledIn is how long nobody opens a housing after a start; then somebody does
	// every serviced on average.
	settledIn = 20 * time.Minute
	serviced  = 3 * time.Hour
	// apart keeps a housing that is opened from looking like a gate that is forced.
	apart = 15 * time.Second
)

func newKeeper(is string, c Config, name string, now time.Time) *keeper {
	k := &keeper{is: is, hours: c.Hours, school: c.Open, dice: dice(c.Seed, name), free: true}
	if k.hours == nil {
		k.hours = func(time.Time) [][2]time.Time { return nil }
	}
	if k.school == nil {
		k.school = func(time.Time) [2]time.Time { return [2]time.Time{} }
	}
	k.serve = now.Add(settledIn + k.after(serviced))
	k.next = now.Add(k.between(3*time.Second, 12*time.Second))
	k.inside = came(k.hours(now), now)
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
	case len(k.todo) > 0:
		return k.do(day, now)
	case !now.Before(k.serve) && k.steady(day, now):
		return k.service(now)
	case k.is == Vehicle:
		return k.lane(day, now)
	case k.is == Evacuation:
		return k.exit(now)
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
	return []move{{after: apart, part: housing}, {after: apart + lasts, part: housing, closed: true}}, now.Add(2*apart + lasts)
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
		{part: bollards}, {after: 4 * time.Second, part: arm}, {after: 7 * time.Second, part: loop, closed: true}, {after: 8 * time.Second, part: loop},
		{after: 11 * time.Second, part: arm, closed: true}, {after: 15 * time.Second, part: bollards, closed: true},
	}, now.Add(20 * time.Second)
}

// exit is a door for emergencies: unlocked while anybody is at school, and at
// times something stands before it, or somebody looks whether it opens.
func (k *keeper) exit(now time.Time) ([]move, time.Time) {
	school := k.school(now)
	free := !now.Before(school[0].Add(-unlockedAround)) && now.Before(school[1].Add(unlockedAround))
	switch {
	case free != k.free:
		k.free = free
		return []move{{part: bolt, closed: free}}, now.Add(time.Second)
	case !free || now.Before(k.next):
		return nil, now.Add(10 * time.Second)
	}
	k.next = now.Add(k.between(10*time.Minute, 30*time.Minute))
	what, lasts := way, k.between(5*time.Second, 30*time.Second)
	if k.dice.IntN(3) == 0 {
		what, lasts = door, 8*time.Second
	}
	return []move{{part: what}, {after: lasts, part: what, closed: true}}, now.Add(lasts + apart)
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
