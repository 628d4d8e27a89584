package duty

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// RoundState is one round at one moment.
type RoundState struct {
	Round       Round
	Date        calendar.Date
	Start       time.Time // as it is this day
	From, Until time.Time // when its points count
	Done        []string  // points, in the order in which they were reached
	Open        []string  // the rest
	Completed   time.Time // zero while points are open
	People      []string  // who went
	// Outside says that the round keeps out of rooms: there is an examination.
	Outside bool
	Missed  bool
	// Unwatched says that it is over with points open, and that the hub watched it
	// from no earlier than within it: nothing of it is missed.
	Unwatched bool
	Again     bool // and the one before was missed too
}

// Patrols lists the rounds of yesterday, today and tomorrow at now. Those whose
// time has not come are nobody's business but the hub's: their start is not to
// be foreseen.
func (w Watch) Patrols(now time.Time) []RoundState {
	m := w.at(now)
	var out []RoundState
	for _, r := range m.rounds() {
		if !now.Before(r.From) {
			out = append(out, r.RoundState)
		}
	}
	return out
}

// Today lists the rounds of Patrols that were still to be walked at the midnight
// before now.
func (w Watch) Today(now time.Time) []RoundState {
	midnight := calendar.On(now, w.Zone).At(0, w.Zone)
	return slices.DeleteFunc(w.Patrols(now), func(r RoundState) bool { return r.Until.Before(midnight) })
}

// Reach says for which round a scan counts that is made now, as if it were a
// shift at the point. It fails with alerting.ErrConflict where no round goes
// there now, or where the point has counted already.
func (w Watch) Reach(s Scan, now time.Time) (Shift, error) {
	before := w.at(now).rounds()
	w.Scans = append(slices.Clip(w.Scans), s)
	for i, after := range w.at(now).rounds() {
		if len(after.Open) < len(before[i].Open) {
			return after.at(s.Point), nil
		}
	}
	if _, ok := w.Reached(s.Point, now); ok {
		return Shift{}, fmt.Errorf("%w: point %s has counted for this round already", alerting.ErrConflict, s.Point)
	}
	return Shift{}, fmt.Errorf("%w: no round goes to point %s now", alerting.ErrConflict, s.Point)
}

// Reached is the round that runs now and for which a point has counted.
func (w Watch) Reached(point string, now time.Time) (Shift, bool) {
	for _, r := range w.Patrols(now) {
		if !now.After(r.Until) && slices.Contains(r.Done, point) {
			return r.at(point), true
		}
	}
	return Shift{}, false
}

// at is the round as a shift at one of its points.
func (r RoundState) at(point string) Shift {
	return Shift{ShiftKey: ShiftKey{Date: r.Date, PostID: point, Window: r.Round.ID}, From: r.From, To: r.Until}
}

// round is a RoundState with what only the hub knows.
type round struct{ RoundState }

// end is when a round is over: with its last point, or its time.
func (r round) end() time.Time {
	if r.Completed.IsZero() {
		return r.Until
	}
	return r.Completed
}

// rounds lists the rounds around now, by start, with the scans shared out.
func (m moment) rounds() []round {
	if len(m.Setup.Points) == 0 {
		return nil
	}
	var out []round
	for _, date := range m.dates() {
		day := m.Calendar.Day(date)
		for _, r := range m.Setup.Rounds {
			if m.Setup.holds(m.Calendar, day, r.On, r.If) {
				out = append(out, m.round(r, day))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b round) int { return a.Start.Compare(b.Start) })
	for _, s := range m.scans() {
		share(out, s)
	}
	for i := range out {
		r := &out[i]
		if over := !m.now.Before(m.patrolMissed(r.RoundState)); over && len(r.Open) > 0 {
			r.Missed = slices.ContainsFunc(r.Open, func(p string) bool { return m.misses(r.RoundState, p) })
			r.Unwatched = !r.Missed
		}
		r.Again = r.Missed && i > 0 && out[i-1].Missed
	}
	return out
}

func (m moment) round(r Round, day calendar.Day) round {
	minute := r.At
	if r.Next {
		minute += minutesADay
	}
	t := m.Setup.Times.Patrol
	start := day.Date.At(minute, m.Zone).Add(m.Setup.unforeseen(r.ID, day.Date))
	return round{RoundState{
		Round: r, Date: day.Date, Start: start, From: start.Add(-t.Before), Until: start.Add(t.After),
		Open: slices.Clone(m.Setup.Points), Outside: day.Examination,
	}}
}

// unforeseen moves a round's start by up to Patrol.Shift either way, in whole
// minutes, differently each day; without the seed nobody can tell how.
func (s Setup) unforeseen(id string, d calendar.Date) time.Duration {
	span := int64(s.Times.Patrol.Shift / time.Minute)
	if span == 0 || len(s.Seed) == 0 {
		return 0
	}
	mac := hmac.New(sha256.New, s.Seed)
	mac.Write([]byte(s.School + "/" + d.String() + "/" + id))
	n := binary.BigEndian.Uint64(mac.Sum(nil)) >> 1
	return time.Duration(int64(n)%(2*span+1)-span) * time.Minute
}

// scans lists what has arrived, in order; a point counts once in Patrol.Once.
func (m moment) scans() []Scan {
	all := slices.DeleteFunc(slices.Clone(m.Scans), func(s Scan) bool { return s.Received.After(m.now) })
	for i, s := range all {
		if s.At.After(s.Received) {
			all[i].At = s.Received
		}
	}
	slices.SortStableFunc(all, func(a, b Scan) int { return a.At.Compare(b.At) })
	last := map[string]time.Time{}
	return slices.DeleteFunc(all, func(s Scan) bool {
		if at, ok := last[s.Point]; ok && s.At.Before(at.Add(m.Setup.Times.Patrol.Once)) {
			return true
		}
		last[s.Point] = s.At
		return false
	})
}

// share gives a scan to the first round that waits for its point.
func share(rounds []round, s Scan) {
	for i := range rounds {
		r := &rounds[i]
		at := slices.Index(r.Open, s.Point)
		if at < 0 || s.At.Before(r.From) || s.At.After(r.Until) {
			continue
		}
		r.Open = slices.Delete(r.Open, at, at+1)
		r.Done = append(r.Done, s.Point)
		if !slices.Contains(r.People, s.Person) {
			r.People = append(r.People, s.Person)
		}
		if len(r.Open) == 0 {
			r.Completed = s.At
		}
		return
	}
}

func (m moment) patrolMissed(r RoundState) time.Time { return r.Until.Add(m.Setup.Times.Settle) }

// standing is how long a missed round stands.
const standing = 12 * time.Hour

func (m moment) patrols() []Raise {
	var out []Raise
	for _, r := range m.rounds() {
		due := m.patrolMissed(r.RoundState)
		if !r.Missed || !m.now.Before(due.Add(standing)) {
			continue
		}
		out = append(out, Raise{
			Kind: KindPatrolMissed, Object: r.Date.String() + "/" + r.Round.ID, Due: due, Severity: alerting.Low,
			People: r.People, Again: r.Again, Down: m.down(r.From, r.Until),
		})
	}
	return out
}
