package watch

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/policy"
)

// Board is how a school's posts stand at one moment.
type Board struct {
	At       time.Time
	School   School
	NoRoster bool // the school has none for today, and nothing is raised
	Posts    []duty.PostState
	Calls    []CallView // the latest first
	// Rounds are the patrol rounds of today whose time has come, by start.
	Rounds []duty.RoundState
	// Unreached are those who could not be reminded of a shift and are not there.
	Unreached []Unreached
	// Unasked are those who watch alone and could not be asked whether all is well.
	Unasked []string
	// StandIns are those who were named within a shift that runs.
	StandIns []StandIn
	// Phones are the numbers of those whom this board has somebody telephone.
	Phones map[string]Phone
	// Notices are what the calendar, the roster and the setup leave open as of
	// today, and what of it the hub did not watch.
	Notices []alerting.Text
}

// Unreached is one who could not be reminded, in the role of that shift.
type Unreached struct {
	Person string
	Role   duty.Role
}

// UnreachedNames names the unreached, each once.
func (b Board) UnreachedNames() []string {
	var out []string
	for _, u := range b.Unreached {
		if !slices.Contains(out, u.Person) {
			out = append(out, u.Person)
		}
	}
	return out
}

// Has reports whether somebody is at a post, on the roster or not.
func (b Board) Has(person string) bool {
	_, ok := at(b.Posts, person)
	return ok
}

// CallView is a roll call as it stands.
type CallView struct {
	Call
	duty.CallState
}

// Board says how the posts of a school stand at now; false where it has none.
func (w *Watcher) Board(school string, now time.Time) (Board, bool) {
	of, ok := w.deps.Schools()[school]
	if !ok {
		return Board{}, false
	}
	s := (*w.shown.Load())[school]
	known := s.watch(of)
	b := Board{
		At: now, School: of, NoRoster: !s.entries.Covers(calendar.On(now, of.Zone)), Posts: known.Board(now), Unreached: s.unreached(known, now),
		Unasked: known.Unasked(now), StandIns: s.standIns(known, now),
		Rounds:  known.Today(now),
		Notices: of.Calendar.Notices(calendar.On(now, of.Zone)),
	}
	b.Notices = append(b.Notices, s.sinceNotices(of, now)...)
	b.Notices = append(b.Notices, s.blindNotices(of, now)...)
	b.Notices = append(b.Notices, known.Notices(now)...)
	for _, c := range slices.Backward(s.calls) {
		c.Call = known.Heard(c.Call)
		b.Calls = append(b.Calls, CallView{c, c.State(of.Setup.Times, now)})
	}
	b.Phones = s.phones(b)
	return b, true
}

// Manned reports whether somebody who owes it is at a post of a school now; known
// is false where there is no such post, no roster for today, or nobody is known to
// be at a post that cannot be seen. It costs a part
// of a Board: a gate asks it every few seconds.
func (w *Watcher) Manned(school, post string, now time.Time) (manned, known bool) {
	of, ok := w.deps.Schools()[school]
	if !ok {
		return false, false
	}
	s := (*w.shown.Load())[school]
	if _, ok := of.Post(post); !ok || !s.entries.Covers(calendar.On(now, of.Zone)) {
		return false, false
	}
	watch := s.watch(of)
	manned = watch.Manned(post, now)
	return manned, manned || watch.Sees(post, now)
}

// OnPost says who stands at a place of a school, by role and number, as of the
// last time that something changed; empty where nobody knows. It never blocks:
// an alarm asks it.
func (w *Watcher) OnPost(school, place string) alerting.Text {
	return (*w.onPost.Load())[school][place]
}

// There lists the guards who stand at a place of a school now, for what a plan
// tells whoever is there: by their contact, nobody's name. It is empty where
// nobody is known to.
func (w *Watcher) There(school, place string, now time.Time) []policy.Named {
	of, ok := w.deps.Schools()[school]
	if !ok {
		return nil
	}
	s := (*w.shown.Load())[school]
	return w.named(school, of, &s, s.watch(of).There(place, now))
}

// Known is what the configuration says of a school's duty; false where it has
// no posts.
func (w *Watcher) Known(school string) (School, bool) {
	of, ok := w.deps.Schools()[school]
	return of, ok
}

// Roster lists what a school has put on the roster for some days; false where
// it has no posts.
func (w *Watcher) Roster(school string, days calendar.Span) ([]duty.Entry, bool) {
	_, ok := w.deps.Schools()[school]
	s := (*w.shown.Load())[school]
	return slices.DeleteFunc(s.entries.Entries(), func(e duty.Entry) bool { return !days.Has(e.Date) }), ok
}

// Mine is a shift of one person.
type Mine struct {
	duty.ShiftState
	Role duty.Role
	// Claimed may be given back. Open says that they owe it not, and may take it.
	Claimed, Open bool
}

// Shifts lists what a person owes, and what of their role is open, from the
// shifts that can be checked in to now until the end of tomorrow.
func (w *Watcher) Shifts(school, person string, role duty.Role, now time.Time) []Mine {
	of, ok := w.deps.Schools()[school]
	if !ok {
		return nil
	}
	s := (*w.shown.Load())[school]
	var out []Mine
	for _, st := range s.watch(of).Ahead(now) {
		m := Mine{ShiftState: st, Role: role}
		owes := false
		for _, e := range s.entries.Of(st.ShiftKey) {
			if e.Person == person || e.Substitute == person {
				owes, m.Role, m.Claimed = true, e.Role, e.Claimed
			}
		}
		if m.Open = !owes && st.Open[role] > 0; owes || m.Open && s.entries.Covers(st.Date) {
			out = append(out, m)
		}
	}
	return out
}

// Job is what a school's sheet is read and written by.
func (w *Watcher) Job(school string, days calendar.Span) (sheet.Job, bool) {
	of, ok := w.deps.Schools()[school]
	s := (*w.shown.Load())[school]
	known := make([]string, 0, len(of.People))
	for _, p := range of.People {
		known = append(known, p.Name)
	}
	return sheet.Job{Setup: of.Setup, Calendar: of.Calendar, Zone: of.Zone, Span: days, Had: s.entries.Within(days), People: known}, ok
}
