package duty

import (
	"time"

	"example.org/campushub/alerting/internal/strict"
)

// bounds are how long a school may make what finds out that somebody is missing
// or does not answer: beyond them the watch is on and says nothing in time, or
// takes one act for another.
var bounds = []struct {
	name string
	of   func(Times) time.Duration
	most time.Duration
	why  string
}{
	{"open", func(t Times) time.Duration { return t.Open }, time.Hour, "whoever comes earlier comes to something else, and would stand there for a shift that is hours away"},
	{"grace", func(t Times) time.Duration { return t.Grace }, 30 * time.Minute, "a gate without its guard is said while pupils still come"},
	{"settle", func(t Times) time.Duration { return t.Settle }, MostSettle, "a miss is raised within a minute"},
	{"call.first", func(t Times) time.Duration { return t.CallFirst }, 5 * time.Minute, "whoever does not answer a roll call is looked for at once"},
	{"call.second", func(t Times) time.Duration { return t.CallSecond }, 5 * time.Minute, "whoever does not answer a roll call is looked for at once"},
	{"lone.every", func(t Times) time.Duration { return t.Lone.Every }, 2 * time.Hour, "whoever lies there alone is to be found in the same night"},
	{"lone.first", func(t Times) time.Duration { return t.Lone.First }, 5 * time.Minute, "whoever does not answer alone at night may need help now"},
	{"lone.second", func(t Times) time.Duration { return t.Lone.Second }, 5 * time.Minute, "whoever does not answer alone at night may need help now"},
	{"patrol.before", func(t Times) time.Duration { return t.Patrol.Before }, time.Hour, "what was stamped earlier belongs to no round that is still to come"},
	{"patrol.after", func(t Times) time.Duration { return t.Patrol.After }, 2 * time.Hour, "the next round begins, and a missed one is said within the same watch"},
	{"patrol.once", func(t Times) time.Duration { return t.Patrol.Once }, time.Hour, "the stamps of the next round would not count"},
	{"patrol.shift", func(t Times) time.Duration { return t.Patrol.Shift }, 30 * time.Minute, "a round that is moved further is no round of its time of day"},
	{"leave.before", func(t Times) time.Duration { return t.Leave.Before }, 30 * time.Minute, "earlier a card is a word of life, and takes nobody from their post"},
	{"leave.after", func(t Times) time.Duration { return t.Leave.After }, 2 * time.Hour, "whoever holds a card later comes to something else"},
	{"leave.again", func(t Times) time.Duration { return t.Leave.Again }, 10 * time.Minute, "whoever comes back from an errand does another thing"},
}

// The hours of the night in which nobody is left unasked, in minutes after
// midnight.
const (
	unaskedFrom = 0
	unaskedTo   = 5 * 60
)

// bounded reports times that leave a watch on and blind.
func (d *decoder) bounded(v strict.Value, t Times) {
	for _, b := range bounds {
		if b.of(t) > b.most {
			d.Fault(v, "%s: want at most %v: %s", b.name, b.most, b.why)
		}
	}
	if t.Lone.Every < t.Lone.First+t.Lone.Second {
		d.Fault(v, "lone: asks again before the windows are over")
	}
	if !t.Lone.holds(unaskedFrom, unaskedTo) {
		d.Fault(v, "lone.hours: want 00:00-05:00 among them: whoever is alone then is seen by nobody else")
	}
}

// holds reports whether the night has all from one minute after midnight to
// another.
func (l Lone) holds(from, to int) bool {
	until := l.To
	if until <= l.From {
		until += minutesADay
	}
	return l.From <= from && to <= until || l.From <= from+minutesADay && to+minutesADay <= until
}
