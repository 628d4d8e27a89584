package duty

import (
	"slices"
	"time"

	"example.org/campushub/alerting/duty/calendar"
)

// Figures are how a school's duty stands at one moment, in numbers alone: no
// person and no post is told apart.
type Figures struct {
	// Roster says that there is one for today. Without one nobody is missed and
	// no post is uncovered.
	Roster bool
	Kinds  map[Kind]KindFigures // of each kind of post that the school has
	Rounds RoundFigures         // of today
	Calls  CallFigures
	// Guards are the people who stand on the roster as guards in the seven days
	// from today on, each once.
	Guards int
}

// KindFigures are those of all posts of one kind, of the shifts that run.
type KindFigures struct {
	// Required are the posts that are to be occupied. Of these Covered have their
	// minimum, Uncovered are below it, and Unrostered have no roster for the day of
	// their shift: nobody knows who should be there. Of Unseen nobody knows who is
	// there: they are neither. The rest is below its minimum before that counts, or
	// until it has settled.
	Required, Covered, Uncovered, Unrostered, Unseen int
	// People of the roster; those who are Doubted would be missed, and may stand at
	// a post that cannot be seen.
	Present, Late, Missed, Away, Roving, Doubted int
}

// RoundFigures are those of a day's patrol rounds.
type RoundFigures struct{ Required, Done, Missed int }

// CallFigures are those of the roll calls of the last day, and what became of
// the latest.
type CallFigures struct {
	Lately int
	Latest map[Called]int // people; empty where there was none lately
}

// Unanswered is how many of the latest have not answered in time, asked or not.
func (c CallFigures) Unanswered() int { return c.Latest[Unanswered] + c.Latest[Unreached] }

// lately is how long a roll call is counted for.
const lately = 24 * time.Hour

// Figures counts how everything stands at now.
func (w Watch) Figures(now time.Time) Figures {
	m := w.at(now)
	today := calendar.On(now, w.Zone)
	out := Figures{
		Roster: w.Roster.Covers(today), Kinds: map[Kind]KindFigures{}, Calls: m.callFigures(),
		Guards: w.Roster.guards(calendar.Span{From: today, To: today.Add(6)}),
	}
	for _, p := range w.Setup.Posts {
		k := out.Kinds[p.Kind]
		var running []ShiftState
		for _, s := range m.shifts {
			if s.PostID != p.ID || s.OnCall || now.Before(s.From) || !now.Before(s.To) {
				continue
			}
			state := m.state(s)
			running, k = append(running, state), k.with(state)
		}
		out.Kinds[p.Kind] = k.post(running)
	}
	for _, r := range m.rounds() {
		if r.Date != today || r.Unwatched {
			continue
		}
		out.Rounds.Required++
		switch {
		case !r.Completed.IsZero():
			out.Rounds.Done++
		case r.Missed:
			out.Rounds.Missed++
		}
	}
	return out
}

// post adds a post by its shifts that run: the worst of them counts, and a post
// is covered where every one has its minimum.
func (k KindFigures) post(running []ShiftState) KindFigures {
	if len(running) == 0 {
		return k
	}
	k.Required++
	switch is := func(f func(ShiftState) bool) bool { return slices.ContainsFunc(running, f) }; {
	case is(func(s ShiftState) bool { return s.Uncovered }):
		k.Uncovered++
	case is(func(s ShiftState) bool { return !s.Rostered }):
		k.Unrostered++
	case is(func(s ShiftState) bool { return s.CannotTell }):
		k.Unseen++
	case !is(func(s ShiftState) bool { return len(s.Short) > 0 }):
		k.Covered++
	}
	return k
}

// with adds the people of a shift. Whoever came late is present.
func (k KindFigures) with(s ShiftState) KindFigures {
	for _, p := range s.People {
		switch p.Status {
		case Present:
			k.Present++
		case Late:
			k.Late++
		case Missed:
			k.Missed++
		case AwayNow:
			k.Away++
		case Roving:
			k.Roving++
		case Unseen:
			k.Doubted++
		}
	}
	return k
}

func (m moment) callFigures() CallFigures {
	out := CallFigures{Latest: map[Called]int{}}
	var latest Call
	for _, c := range m.Calls {
		if c.At.After(m.now) || !m.now.Before(c.At.Add(lately)) {
			continue
		}
		if out.Lately++; !c.At.Before(latest.At) {
			latest = c
		}
	}
	for _, state := range m.Heard(latest).State(m.Setup.Times, m.now).People {
		out.Latest[state]++
	}
	return out
}

// guards counts the people who stand there as guards on the days, each once.
func (r Roster) guards(days calendar.Span) int {
	from, _ := slices.BinarySearchFunc(r.entries, days.From, func(e Entry, d calendar.Date) int { return e.Date.Compare(d) })
	people := map[string]struct{}{}
	for _, e := range r.entries[from:] {
		if !days.Has(e.Date) {
			break
		}
		if e.Role == Guard {
			people[e.Person] = struct{}{}
		}
	}
	return len(people)
}
