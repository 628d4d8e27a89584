package duty

import (
	"slices"
	"time"
)

// Status is how a person stands to a shift.
type Status string

// The statuses.
const (
	Upcoming Status = "upcoming" // too early to check in
	Due      Status = "due"      // 待到岗
	Late     Status = "late"     // begun, within the grace
	Present  Status = "present"
	Missed   Status = "missed" // 未到岗
	// Unseen is whoever would be missed at a post that cannot be seen (情况不明): they
	// may stand there.
	Unseen  Status = "unseen"
	Left    Status = "left" // checked out before the end
	AwayNow Status = "called-away"
	Roving  Status = "roving"  // between several posts, and expected at none
	OnCall  Status = "on-call" // reachable, and expected nowhere
)

// PersonState is one entry of the roster at one moment.
type PersonState struct {
	Entry
	Status Status
	// There is who is present: the person, or the substitute.
	There string
	Since time.Time // of There's check-in
	// Tardy is set where that was after the shift had begun (迟到).
	Tardy bool
	// Incident is what AwayNow is called away to; "" where nobody named it.
	Incident string
}

// person says how an entry stood at t, by what was known later.
func (m moment) person(s Shift, e Entry, t time.Time) PersonState {
	out := PersonState{Entry: e, Status: m.absent(s, e, t)}
	for _, who := range e.who() {
		since, there, came := m.presence(s, who, t)
		away, gone := m.away(who, t)
		switch {
		case gone:
			if out.Status != Left { // a substitute who is away does not hide that the person went
				out.Status, out.Incident = AwayNow, away.Incident
			}
		case there:
			out.Status, out.There, out.Since, out.Tardy, out.Incident = Present, who, since, m.tardy(s, e, since), ""
			return out
		case came:
			out.Status, out.Incident = Left, ""
		}
	}
	return out
}

// absent is how somebody stands who has not come.
func (m moment) absent(s Shift, e Entry, t time.Time) Status {
	times := m.Setup.Times
	switch {
	case s.OnCall:
		return OnCall
	case t.Before(s.From.Add(-times.Open)):
		return Upcoming
	case t.Before(s.From):
		return Due
	case slices.Contains(s.Post.Roving, e.Role):
		return Roving
	case t.Before(s.missedAt(e, times)):
		return Late
	}
	if from, known := m.clear(s.PostID, s.missedAt(e, times)); !known || t.Before(from) {
		return Unseen
	}
	return Missed
}

// tardy reports whether somebody who came at an instant was late. Nobody knows it
// of whoever checks in when their post is seen again: they may have stood there.
func (m moment) tardy(s Shift, e Entry, came time.Time) bool {
	times := m.Setup.Times
	if !s.tardy(e, came, times) {
		return false
	}
	return !slices.ContainsFunc(m.Blinds, func(b Blind) bool {
		return b.doubtful(s.PostID, s.expectedBy(e, times), times) && b.doubtful(s.PostID, came, times) && !b.To.IsZero() && !came.Before(b.To)
	})
}

// presence folds a person's check-ins for a shift until t: whether they are
// there and since when, and whether they ever were.
func (m moment) presence(s Shift, who string, t time.Time) (since time.Time, there, came bool) {
	for _, c := range m.checkins[s.PostID] {
		if c.Person != who || c.made().After(t) || !s.counts(c, m.Setup.Times) {
			continue
		}
		switch {
		case c.Out:
			there = false
		case !there:
			since, there, came = c.made(), true, true
		}
	}
	return since, there, came
}

// counts reports whether a check-in lies where the shift can be checked in to.
func (s Shift) counts(c Checkin, t Times) bool {
	return !c.made().Before(s.From.Add(-t.Open)) && c.made().Before(s.To)
}

func (m moment) away(who string, t time.Time) (Away, bool) {
	if i := slices.IndexFunc(m.Aways, func(a Away) bool { return a.at(who, t) }); i >= 0 {
		return m.Aways[i], true
	}
	return Away{}, false
}
