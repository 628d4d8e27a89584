package duty

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// Entry says who owes a shift.
type Entry struct {
	ShiftKey
	Person     string // as the school calls them; unique within it
	Role       Role
	Phone      string
	Substitute string // takes over if the person does not come; "" nobody
	Claimed    bool   // the person took the open slot themselves
	// Named is when the person was put there, and Instead when the substitute was;
	// zero is before anybody wrote that down.
	Named, Instead time.Time
}

func (e Entry) compare(o Entry) int {
	return cmp.Or(e.ShiftKey.compare(o.ShiftKey), cmp.Compare(e.Role, o.Role), cmp.Compare(e.Person, o.Person))
}

// who lists the people whose presence fills the entry.
func (e Entry) who() []string {
	if e.Substitute == "" {
		return []string{e.Person}
	}
	return []string{e.Person, e.Substitute}
}

// Roster is who owes which shift, in order. A Roster is never changed: every
// command returns another.
type Roster struct{ entries []Entry }

// MaxEntries bounds what a school's roster has in any one year: many posts, every
// day. What is older does not count against what is new.
const MaxEntries = 100_000

// ErrFull refuses more entries than a school's roster holds. It is
// alerting.ErrInvalid.
var ErrFull = fmt.Errorf("%w: roster: more than %d entries", alerting.ErrInvalid, MaxEntries)

// NewRoster puts entries in order. It refuses a person who stands twice on one
// shift.
func NewRoster(entries []Entry) (Roster, error) {
	out := slices.Clone(entries)
	slices.SortStableFunc(out, Entry.compare)
	if full(out) {
		return Roster{}, ErrFull
	}
	for i, e := range out {
		if err := e.check(); err != nil {
			return Roster{}, err
		}
		for j := i - 1; j >= 0 && out[j].ShiftKey == e.ShiftKey; j-- {
			if slices.Contains(out[j].who(), e.Person) || e.Substitute != "" && slices.Contains(out[j].who(), e.Substitute) {
				return Roster{}, fmt.Errorf("%w: %v: %s stands there twice", alerting.ErrInvalid, e.ShiftKey, e.Person)
			}
		}
	}
	return Roster{out}, nil
}

// full reports whether any year has more than MaxEntries of entries in order.
func full(entries []Entry) bool {
	for i := MaxEntries; i < len(entries); i++ {
		if entries[i-MaxEntries].Date.DaysTo(entries[i].Date) < 366 {
			return true
		}
	}
	return false
}

func (e Entry) check() error {
	switch {
	case e.Person == "":
		return fmt.Errorf("%w: %v: nobody is named", alerting.ErrInvalid, e.ShiftKey)
	case e.Person == e.Substitute:
		return fmt.Errorf("%w: %v: %s cannot be their own substitute", alerting.ErrInvalid, e.ShiftKey, e.Person)
	case !slices.Contains(Roles(), e.Role):
		return fmt.Errorf("%w: %v: role: %q is none of %v", alerting.ErrInvalid, e.ShiftKey, e.Role, Roles())
	}
	return nil
}

// Entries lists every entry, by date, post, window, role and person.
func (r Roster) Entries() []Entry { return slices.Clone(r.entries) }

// Within lists who owes something on some days; not to be changed.
func (r Roster) Within(days calendar.Span) []Entry {
	at := func(d calendar.Date) int {
		n, _ := slices.BinarySearchFunc(r.entries, d, func(e Entry, d calendar.Date) int { return e.Date.Compare(d) })
		return n
	}
	from := at(days.From)
	to := max(from, at(days.To.Add(1)))
	return r.entries[from:to:to]
}

// Of lists who owes a shift; not to be changed.
func (r Roster) Of(k ShiftKey) []Entry {
	from := r.first(k)
	to := from
	for to < len(r.entries) && r.entries[to].ShiftKey == k {
		to++
	}
	return r.entries[from:to:to]
}

// first is where the entries of a shift begin.
func (r Roster) first(k ShiftKey) int {
	at, _ := slices.BinarySearchFunc(r.entries, k, func(e Entry, k ShiftKey) int { return e.compare(Entry{ShiftKey: k}) })
	return at
}

// from lists the entries from a date on; not to be changed.
func (r Roster) from(d calendar.Date) []Entry {
	at, _ := slices.BinarySearchFunc(r.entries, d, func(e Entry, d calendar.Date) int { return e.Date.Compare(d) })
	return r.entries[at:]
}

// Kept is the roster without the entries of before a date. It shares nothing with
// r, so that what is left out is freed; changed says that there was any.
func (r Roster) Kept(from calendar.Date) (kept Roster, changed bool) {
	rest := r.from(from)
	if len(rest) == len(r.entries) {
		return r, false
	}
	return Roster{slices.Clone(rest)}, true
}

// Covers reports whether anybody owes anything on a date: where nobody does,
// there is no roster for it.
func (r Roster) Covers(d calendar.Date) bool {
	at, _ := slices.BinarySearchFunc(r.entries, d, func(e Entry, d calendar.Date) int { return e.Date.Compare(d) })
	return at < len(r.entries) && r.entries[at].Date == d
}

// Open counts the slots of a shift that nobody owes yet, by role.
func (r Roster) Open(s Shift) Need {
	out := Need{}
	for role, n := range s.Need {
		out[role] = n
	}
	for _, e := range r.Of(s.ShiftKey) {
		out[e.Role]--
	}
	for role, n := range out {
		if n <= 0 {
			delete(out, role)
		}
	}
	return out
}
