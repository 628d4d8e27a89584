package duty

import (
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting/duty/calendar"
)

// Marks say since when a hub watches what of a school: a post, a point of its
// rounds, a day with a roster. What has no mark was watched since ever. Nothing is missed of a time
// before: nobody could check in, and nobody was owed. Marks are never written to.
type Marks map[string]time.Time

// What the names of marks begin with.
const (
	postMarks = "post/"
	dayMarks  = "day/"
	goneMarks = "gone/" // and the name of what left the configuration, since then
	// earlier stands alone, in the records of a version that kept no marks: what the
	// configuration names at the first look was watched since ever.
	earlier = "earlier"
)

// The names of what is marked; those of days sort as the days do.
func postMark(id string) string         { return postMarks + id }
func pointMark(id string) string        { return "point/" + id }
func dayMark(date calendar.Date) string { return dayMarks + date.String() }

// markedBefore is for how many days back the days of a roster keep their marks:
// what was missed on one stands for less. So long are the marks of posts and points
// kept that left the configuration.
const markedBefore = 3

// Mark is the marks after a look at now: what is watched now and has no mark
// gets one. What left the configuration keeps its own for three days, so that a
// mistake in it that is put right forgives nothing; after that it begins anew when it
// comes back. A day is watched from when it first had a roster. A mark after now is of
// a clock that was ahead, and becomes now. What an earlier version watched
// and kept no mark of was watched since ever. changed says that
// there is something to write down.
func (m Marks) Mark(s Setup, r Roster, today calendar.Date, now time.Time) (next Marks, changed bool) {
	next = Marks{}
	begun := now
	if _, before := m[earlier]; before {
		begun = time.Time{}
		if len(s.Posts)+len(s.Points) == 0 { // a mistake in the configuration: it is not known yet what was watched
			next[earlier] = time.Time{}
		}
	}
	keep := func(name string, since time.Time) {
		if known, ok := m[name]; ok {
			since = known
		}
		if since.After(now) { // of a clock that was ahead: it would forgive until then
			since = now
		}
		next[name] = since
	}
	for _, p := range s.Posts {
		keep(postMark(p.ID), begun)
	}
	for _, p := range s.Points {
		keep(pointMark(p), begun)
	}
	for date, since := range r.named(today.Add(-markedBefore)) {
		keep(dayMark(date), since)
	}
	oldest := dayMark(today.Add(-markedBefore))
	for name, since := range m { // a roster that was taken away and comes back is the same day's
		if strings.HasPrefix(name, dayMarks) && name >= oldest {
			keep(name, since)
		}
	}
	m.left(next, now)
	return next, !maps.EqualFunc(m, next, time.Time.Equal)
}

// left carries over to the next marks those of posts and points that are not watched
// now, with since when they are not.
func (m Marks) left(next Marks, now time.Time) {
	for name, since := range m {
		if _, watched := next[name]; watched || name == earlier || strings.HasPrefix(name, dayMarks) || strings.HasPrefix(name, goneMarks) {
			continue
		}
		left, known := m[goneMarks+name]
		if !known || left.After(now) {
			left = now
		}
		if left.After(now.AddDate(0, 0, -markedBefore)) {
			next[name], next[goneMarks+name] = since, left
		}
	}
}

// First is since when the hub watches any post that the school has now; zero where
// it is since ever.
func (m Marks) First() time.Time {
	var out time.Time
	begun := false
	for name, since := range m {
		if _, gone := m[goneMarks+name]; gone {
			continue
		}
		if strings.HasPrefix(name, postMarks) && (!begun || since.Before(out)) {
			out, begun = since, true
		}
	}
	return out
}

// named is when the first of its entries was put on the roster, by date, from a
// date on.
func (r Roster) named(from calendar.Date) map[calendar.Date]time.Time {
	out := map[calendar.Date]time.Time{}
	for _, e := range r.from(from) {
		if first, ok := out[e.Date]; !ok || e.Named.Before(first) {
			out[e.Date] = e.Named
		}
	}
	return out
}

// since is from when the hub watches a post on a date.
func (w Watch) since(post string, date calendar.Date) time.Time {
	return later(w.Since[postMark(post)], w.Since[dayMark(date)])
}

// watched is a shift of which nothing is missed before the hub watched it: where
// that was after its start, the grace begins then.
func (w Watch) watched(s Shift) Shift {
	if since := w.since(s.PostID, s.Date); since.After(s.From) {
		s.watched = since
		s.Critical = later(s.Critical, since.Add(w.Setup.Times.Grace+w.Setup.Times.Settle))
	}
	return s
}

// owed is from when on somebody is expected at a shift: from its start, or from
// when the hub watched it or they were put on the roster.
func (s Shift) owed(e Entry) time.Time { return later(later(s.From, s.watched), e.Named) }

// missedAt is from when on whoever has not come is missed.
func (s Shift) missedAt(e Entry, t Times) time.Time { return s.owed(e).Add(t.Grace + t.Settle) }

// tardy reports whether somebody who came at an instant was late for it. Who was put there
// while the shift ran has the grace to come.
func (s Shift) tardy(e Entry, came time.Time, t Times) bool { return came.After(s.expectedBy(e, t)) }

// expectedBy is when somebody has to have come who is not late.
func (s Shift) expectedBy(e Entry, t Times) time.Time {
	owed := s.owed(e)
	if owed.After(s.From) {
		owed = owed.Add(t.Grace)
	}
	return owed
}

// misses reports whether a point that nobody reached is missed in a round: the
// hub watched it, and had a roster for the day, before the round's time began.
func (w Watch) misses(r RoundState, point string) bool {
	return !later(w.Since[pointMark(point)], w.Since[dayMark(r.Date)]).After(r.From)
}

// Gap is a time in which the hub was down. It forgives nothing: what was missed
// then is raised, and said to have been missed while the hub was down.
type Gap struct{ From, To time.Time }

// down reports whether the hub was down at some time from one instant to another.
func (w Watch) down(from, to time.Time) bool {
	for _, g := range w.Gaps {
		if g.From.Before(to) && from.Before(g.To) {
			return true
		}
	}
	return false
}

// Righted is the roster after a look at now: whoever was put there, or named as
// a substitute, after now was so by a clock that was ahead, and is since now; else
// they would be missed at nothing until then. days are those on which somebody was,
// in order, to be written down.
func (r Roster) Righted(today calendar.Date, now time.Time) (_ Roster, days []calendar.Date) {
	recent := r.from(today.Add(-markedBefore))
	if !slices.ContainsFunc(recent, func(e Entry) bool { return e.Named.After(now) || e.Instead.After(now) }) {
		return r, nil
	}
	out := slices.Clone(r.entries)
	for i := len(out) - len(recent); i < len(out); i++ {
		e := &out[i]
		if !e.Named.After(now) && !e.Instead.After(now) {
			continue
		}
		e.Named, e.Instead = sooner(e.Named, now), sooner(e.Instead, now)
		if !slices.Contains(days, e.Date) {
			days = append(days, e.Date)
		}
	}
	return Roster{out}, days
}

func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Since is the roster with what is known of the one before it: whoever stands
// where they stood has been there since then, everybody else since now.
func (r Roster) Since(before Roster, now time.Time) Roster {
	out := r.Entries()
	for i := range out {
		e := &out[i]
		e.Named, e.Instead = now, now
		for _, was := range before.Of(e.ShiftKey) {
			if was.Person != e.Person {
				continue
			}
			if e.Named = was.Named; was.Substitute == e.Substitute {
				e.Instead = was.Instead
			}
		}
		if e.Substitute == "" {
			e.Instead = time.Time{}
		}
	}
	return Roster{out}
}
