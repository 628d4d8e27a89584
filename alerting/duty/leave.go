package duty

import (
	"slices"
	"time"
)

// Leave bounds when a card that is held to a post's reader says that its holder
// leaves (离岗签退). A reader has one sort of tap, and most of them are words of
// life: they must never take somebody from their post.
type Leave struct {
	// Before and After the end of a shift are when they do.
	Before, After time.Duration
	// Again is how long a card that is held once more is the same act.
	Again time.Duration
}

// near reports whether an instant is around a shift's end.
func (l Leave) near(s Shift, t time.Time) bool {
	return !t.Before(s.To.Add(-l.Before)) && t.Before(s.To.Add(l.After))
}

// Leaves reports whether a card that was held to a post's reader says that its
// holder leaves: at the end of a shift at which they are, or when it is over,
// where they owe none there that can be checked in to, and where nothing asks them
// whether all is well. Whoever holds it again and again does what they did first.
func (w Watch) Leaves(c Checkin) bool {
	m := w.at(c.Received)
	last, ok := m.act(c)
	switch {
	case ok && c.made().Before(last.made().Add(m.Setup.Times.Leave.Again)):
		return last.Out
	case ok && last.Out: // they have left, and come back
		return false
	}
	ends := false
	for _, s := range m.posts[c.Post] {
		switch {
		case m.Setup.Times.Leave.near(s, c.made()):
			_, there, _ := m.presence(s, c.Person, c.made())
			ends = ends || there
		case m.comesTo(s, c):
			return false
		}
	}
	return ends && !slices.ContainsFunc(w.Questions(c.Received), func(q Question) bool { return q.Person == c.Person })
}

// act is what a person did last at a post before a check-in.
func (m moment) act(c Checkin) (last Checkin, ok bool) {
	for _, o := range m.checkins[c.Post] {
		if o.Person == c.Person && o.Means != Page && o.ID != c.ID && !o.made().After(c.made()) {
			last, ok = o, true
		}
	}
	return last, ok
}

// comesTo reports whether a check-in is that of somebody who owes a shift: their
// own, or that of whom they stand in for who has not come.
func (m moment) comesTo(s Shift, c Checkin) bool {
	return s.counts(c, m.Setup.Times) && slices.ContainsFunc(m.Roster.Of(s.ShiftKey), func(e Entry) bool {
		status := m.person(s, e, c.made()).Status
		return e.Person == c.Person || e.Substitute == c.Person && (status == Missed || status == Unseen)
	})
}

// slack reports whether what was left at an instant is left at the end: pupils come
// and go no more by then, for their shifts end long after lessons begin or they
// are let go.
func (m moment) slack(s Shift, t time.Time) bool {
	return s.Pupils && t.After(s.Critical) && m.Setup.Times.Leave.near(s, t)
}
