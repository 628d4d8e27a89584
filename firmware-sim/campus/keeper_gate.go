package campus

import "time"

// gate is where people walk: open in its hours, and else opened for one at a
// time who is let through.
func (k *keeper) gate(day [][2]time.Time, now time.Time) ([]move, time.Time) {
	n := k.stands(day, now)
	if stands := n >= 0; stands != k.open {
		k.open, k.late = stands, k.late && !stands
		return []move{{part: door, closed: !stands}}, now.Add(k.between(5*time.Second, 10*time.Second))
	}
	if people := waits(day, now); people != k.wait {
		k.wait = people
		return []move{{part: square, people: people}}, now.Add(time.Second)
	}
	again := now.Add(k.between(quickest, slowest(n)))
	switch {
	case n >= 0 && (now.Before(day[n][0]) || again.After(day[n][1]) || n > 0 && k.inside == 0): // nobody yet, or no more
		return nil, again
	case n >= 0:
		return k.pass(n == 0, 0), again
	case now.Before(k.next) || k.late && soon(day, now):
		return nil, edge(day, now, -early, later(k.next, now.Add(time.Second)))
	}
	k.next = now.Add(k.pause(day, now, 90*time.Second, 3*time.Minute))
	inward := k.dice.IntN(2) == 0 && !over(day, now)
	return append(append(k.let(), k.pass(inward, 3*time.Second)...), move{after: 5 * time.Second, part: door, closed: true}), now.Add(15 * time.Second)
}

// over reports whether no hours come any more on the day: whoever is inside goes.
func over(day [][2]time.Time, now time.Time) bool {
	return len(day) == 0 || !now.Before(day[len(day)-1][1])
}

// let is somebody who is let through: a release, and the door opens.
func (k *keeper) let() []move {
	return []move{{part: release, closed: true}, {after: 500 * time.Millisecond, part: release}, {after: 2 * time.Second, part: door}}
}

// stands is in which of its hours the gate is to stand open now; -1 for none.
func (k *keeper) stands(day [][2]time.Time, now time.Time) int {
	for i, s := range day {
		opens := s[0].Add(-early)
		if k.late && !k.open {
			opens = s[0].Add(lateBy)
		}
		if !now.Before(opens) && now.Before(s[1]) {
			return i
		}
	}
	return -1
}

// soon reports whether hours are about to begin, or have, for which nobody has
// opened the gate: nobody is let through then.
func soon(day [][2]time.Time, now time.Time) bool {
	for _, s := range day {
		if now.After(s[0].Add(-3*early)) && now.Before(s[1]) {
			return true
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// waits is how many wait before the gate: some in the first hours, and half of
// whom it holds as those begin in which children are fetched.
func waits(day [][2]time.Time, now time.Time) int {
	const (
		most   = WaitingArea / 2
		gather = 20 * time.Minute
	)
	for i, s := range day {
		switch {
		case !now.Before(s[1]):
		case i == 0 && !now.Before(s[0]):
			return most / 10
		case i == 0:
		case !now.Before(s[0]):
			return int(most * s[1].Sub(now) / s[1].Sub(s[0]))
		case now.After(s[0].Add(-gather)):
			return int(most * now.Sub(s[0].Add(-gather)) / gather)
		}
	}
	return 0
}

// pass is somebody who walks through a beam; of ten in the hours one goes
// against the stream. Nobody goes out where nobody is inside.
func (k *keeper) pass(inward bool, after time.Duration) []move {
	beam := beamOut
	if inward == (k.dice.IntN(10) > 0) || k.inside == 0 {
		beam = beamIn
	}
	if beam == beamIn {
		k.inside++
	} else {
		k.inside--
	}
	return []move{{after: after, part: beam, closed: true}, {after: after + 300*time.Millisecond, part: beam}}
}

// came is how many a day has let in by now who have not gone out: in its first
// hours they come, in all others they go, and of ten one against the stream.
func came(day [][2]time.Time, now time.Time) (n int) {
	for i, s := range day {
		if now.Before(s[0]) {
			break
		}
		lasted := s[1].Sub(s[0])
		if now.Before(s[1]) {
			lasted = now.Sub(s[0])
		}
		net := int(lasted * 8 / 10 / ((slowest(i) + quickest) / 2))
		if i > 0 {
			net = -net
		}
		n = max(n+net, 0)
	}
	return n
}

// quickest and slowest are the times between two who walk through a gate in its
// hours: they go sooner than they come.
const quickest = 2 * time.Second

func slowest(hours int) time.Duration {
	if hours == 0 {
		return 10 * time.Second
	}
	return 6 * time.Second
}
