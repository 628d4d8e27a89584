package duty

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// Watch is everything that is known of a school's duty. Nothing of it is ever
// written to.
type Watch struct {
	Setup    Setup
	Calendar *calendar.Calendar
	Zone     *time.Location
	Roster   Roster
	Checkins []Checkin // of the last two days, in any order
	Aways    []Away
	Scans    []Scan
	Answers  []Answer
	Calls    []Call // the latest of the last two days
	// Puts is when which question was put to its person, by key.
	Puts map[string]time.Time
	// Since is from when on the hub watched what; nothing is missed before.
	Since Marks
	Gaps  []Gap // of the last days
	// Blinds are when which posts could not be seen, of the last days.
	Blinds Blinds
	// Lost are the questions that no way brought to their person, by key.
	Lost map[string]bool
}

// moment is a watch at one instant, with what had arrived by then.
type moment struct {
	Watch
	now      time.Time
	checkins map[string][]Checkin // by post, in the order in which they were made
	shifts   []Shift              // of yesterday, today and tomorrow
	posts    map[string][]Shift   // the same by post
}

func (w Watch) at(now time.Time) moment {
	m := moment{Watch: w, now: now, checkins: map[string][]Checkin{}, posts: map[string][]Shift{}}
	for _, c := range known(w.Checkins, now) {
		m.checkins[c.Post] = append(m.checkins[c.Post], c)
	}
	today := calendar.On(now, w.Zone)
	for i := -1; i <= 1; i++ {
		for _, s := range w.Setup.Shifts(w.Calendar, w.Zone, today.Add(i)) {
			s = w.watched(s)
			m.shifts, m.posts[s.PostID] = append(m.shifts, s), append(m.posts[s.PostID], s)
		}
	}
	return m
}

// ShiftState is one shift at one moment.
type ShiftState struct {
	Shift
	Required int
	Present  int
	Missing  int  // people who are missed (未到岗)
	Late     int  // people who are within the grace, or came late
	Away     int  // people who are called away by an incident: not missed, and not counted
	Roving   int  // people who are between several posts
	Unseen   int  // people who would be missed, and may stand there unseen
	Open     Need // slots that nobody owes
	// Rostered says that there is a roster for the shift's day. Without one nobody
	// knows who should be there, and it is never uncovered.
	Rostered bool
	// Uncovered says that the post is below its minimum (缺岗) since Since.
	Uncovered bool
	Since     time.Time
	// Blind is the time in which the post cannot be seen, or could not be until a
	// moment ago; From is zero where it can.
	Blind Blind
	// CannotTell says that for this reason nobody knows whether the post has its
	// minimum, or anybody: it is neither covered nor uncovered.
	CannotTell bool
	// Short is what the minimum lacks right now, also before that is graver.
	Short  []Floor
	People []PersonState
	// Unplanned are people who checked in and owe nothing here: they are shown,
	// and count for nobody.
	Unplanned []string
}

// PostState is one post at one moment: the shifts that can be checked in to.
type PostState struct {
	Post   Post
	Shifts []ShiftState
	// Next is when this changes by itself; zero where it does not before
	// tomorrow is over.
	Next time.Time
}

// Board says how every post stands at now.
func (w Watch) Board(now time.Time) []PostState {
	m := w.at(now)
	out := make([]PostState, 0, len(w.Setup.Posts))
	for _, p := range w.Setup.Posts {
		state := PostState{Post: p}
		var mine []Shift
		for _, s := range m.shifts {
			if s.PostID != p.ID {
				continue
			}
			mine = append(mine, s)
			if m.current(s) {
				state.Shifts = append(state.Shifts, m.state(s))
			}
		}
		state.Next = earliest(now, m.instants(mine))
		out = append(out, state)
	}
	return out
}

// Manned reports whether somebody who owes it is at a post at now.
func (w Watch) Manned(post string, now time.Time) bool {
	m := w.at(now)
	return slices.ContainsFunc(m.shifts, func(s Shift) bool {
		if s.PostID != post || !m.current(s) {
			return false
		}
		_, all := m.present(s, now)
		return all > 0
	})
}

// Ahead lists every shift of yesterday, today and tomorrow that is not over at
// now, by when it begins.
func (w Watch) Ahead(now time.Time) []ShiftState {
	m := w.at(now)
	var out []ShiftState
	for _, s := range m.shifts {
		if now.Before(s.To) {
			out = append(out, m.state(s))
		}
	}
	slices.SortStableFunc(out, func(a, b ShiftState) int { return a.From.Compare(b.From) })
	return out
}

func (m moment) current(s Shift) bool {
	return !m.now.Before(s.From.Add(-m.Setup.Times.Open)) && m.now.Before(s.To)
}

func (m moment) state(s Shift) ShiftState {
	out := ShiftState{Shift: s, Required: s.Need.Total(), Open: m.Roster.Open(s), Rostered: m.Roster.Covers(s.Date)}
	for _, e := range m.Roster.Of(s.ShiftKey) {
		p := m.person(s, e, m.now)
		out.People = append(out.People, p)
		switch p.Status {
		case Present:
			out.Present++
		case Missed:
			out.Missing++
		case AwayNow:
			out.Away++
		case Roving:
			out.Roving++
		case Unseen:
			out.Unseen++
		}
		if p.Status == Late || p.Tardy {
			out.Late++
		}
	}
	out.Short = m.short(s, m.now)
	if out.Rostered {
		out.Since, out.Uncovered = m.uncovered(s)
	}
	out.Blind, _ = m.blind(s.PostID)
	out.CannotTell = m.doubted(s)
	out.Unplanned = m.unplanned(s)
	return out
}

// unplanned lists who is at a shift and owes nothing there, as they came.
func (m moment) unplanned(s Shift) []string {
	known := map[string]bool{}
	for _, e := range m.Roster.Of(s.ShiftKey) {
		for _, who := range e.who() {
			known[who] = true
		}
	}
	var out []string
	for _, c := range m.checkins[s.PostID] {
		if known[c.Person] || !s.counts(c, m.Setup.Times) {
			continue
		}
		known[c.Person] = true
		if _, there, _ := m.presence(s, c.Person, m.now); there {
			out = append(out, c.Person)
		}
	}
	return out
}

// present counts the people at a shift by role, and all of them: those who owe it,
// and whoever has come already for one that follows there (交接班).
func (m moment) present(s Shift, t time.Time) (Need, int) {
	by, there := Need{}, map[string]bool{}
	count := func(s Shift) {
		for _, e := range m.Roster.Of(s.ShiftKey) {
			if p := m.person(s, e, t); p.Status == Present && !there[p.There] {
				there[p.There] = true
				by[e.Role]++
			}
		}
	}
	count(s)
	for _, o := range m.posts[s.PostID] {
		if o.From.After(s.From) && o.From.Add(-m.Setup.Times.Open).Before(s.To) {
			count(o)
		}
	}
	return by, len(there)
}

// short lists what the minimum lacked at t. Company is a floor of every role.
func (m moment) short(s Shift, t time.Time) []Floor {
	if s.OnCall {
		return nil
	}
	by, all := m.present(s, t)
	var out []Floor
	for _, f := range s.Post.Minimum {
		have := 0
		for _, r := range f.Of {
			have += by[r]
		}
		if have < f.Number {
			out = append(out, Floor{f.Of, f.Number - have})
		}
	}
	if all < s.Post.Company {
		out = append(out, Floor{Roles(), s.Post.Company - all})
	}
	return out
}

// uncovered says since when a shift's post is below its minimum, from the time
// at which that matters until its end is near. Who comes when another leaves may
// take the settle. Nothing is said of a time in which the post was not seen.
func (m moment) uncovered(s Shift) (time.Time, bool) {
	since := m.low(s)
	if since.IsZero() {
		return time.Time{}, false
	}
	from, known := m.clear(s.PostID, since)
	if !known || m.slack(s, from) {
		return time.Time{}, false
	}
	return from, from.After(since) || since.Equal(s.Critical) || !m.now.Before(since.Add(m.Setup.Times.Settle))
}

// low is since when a shift's post is below its minimum by what is known of it;
// zero where it is not.
func (m moment) low(s Shift) (since time.Time) {
	if m.now.Before(s.Critical) || !m.now.Before(s.To) {
		return time.Time{}
	}
	for _, t := range m.changes(s) {
		switch low := len(m.short(s, t)) > 0; {
		case !low:
			since = time.Time{}
		case since.IsZero():
			since = t
		}
	}
	if since.IsZero() || m.slack(s, since) {
		return time.Time{}
	}
	return since
}

// changes lists the instants from Critical until now at which somebody came or
// went, in order.
func (m moment) changes(s Shift) []time.Time {
	out := []time.Time{s.Critical}
	add := func(t time.Time) {
		if t.After(s.Critical) && !t.After(m.now) {
			out = append(out, t)
		}
	}
	for _, c := range m.checkins[s.PostID] {
		if s.counts(c, m.Setup.Times) {
			add(c.made())
		}
	}
	for _, a := range m.Aways {
		add(a.From)
		add(a.To)
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// Accept says which shift a check-in is for, or why for none: what a reader at
// the post shows. Where two shifts meet it is the later one, unless the person
// owes the earlier.
func (w Watch) Accept(c Checkin, now time.Time) (Shift, error) {
	m := w.at(now)
	var early *Shift
	var found []Shift
	for _, s := range m.shifts {
		if s.PostID != c.Post || !slices.ContainsFunc(w.Roster.Of(s.ShiftKey), func(e Entry) bool { return slices.Contains(e.who(), c.Person) }) {
			continue
		}
		switch {
		case s.counts(c, w.Setup.Times):
			found = append(found, s)
		case c.made().Before(s.From) && (early == nil || s.From.Before(early.From)):
			early = &s
		}
	}
	switch {
	case len(found) > 0:
		return m.meant(found, c), nil
	case early != nil:
		return Shift{}, fmt.Errorf("%w: too early: check in from %s", alerting.ErrConflict,
			early.From.Add(-w.Setup.Times.Open).In(w.Zone).Format("2006-01-02 15:04"))
	}
	return Shift{}, fmt.Errorf("%w: %s owes no shift at %s now", alerting.ErrNotFound, c.Person, c.Post)
}

// meant chooses among the shifts that a check-in counts for: the one that the
// person is not at yet, or is about to leave.
func (m moment) meant(found []Shift, c Checkin) Shift {
	for _, s := range found {
		if _, there, _ := m.presence(s, c.Person, m.now); there == c.Out {
			return s
		}
	}
	return found[len(found)-1]
}
