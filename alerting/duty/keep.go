package duty

import (
	"cmp"
	"slices"
	"time"

	"example.org/campushub/alerting/duty/calendar"
)

// Loss is why a claim (认领) has no room on a roster.
type Loss string

// The losses.
const (
	LostDay   Loss = "day"   // the roster has nobody that day
	LostShift Loss = "shift" // there is no such shift any more
	LostSlot  Loss = "slot"  // the roster fills it
	LostTime  Loss = "time"  // the roster has the person stand, or be ready, elsewhere then
)

// LostClaim is a claim that a roster has no room for.
type LostClaim struct {
	Entry
	Why Loss
}

// Claims are what became of those of a roster that another replaces. Of whoever
// the other names at the same shift there is nothing to say.
type Claims struct {
	Kept []Entry
	Lost []LostClaim
}

// Keep is the roster with the claims among the entries of the one before it for
// which it has room: an open slot of the role, at a shift that there is, while the
// person stands at no other post and is ready for none. Who claimed first goes
// first. A claim that the roster repeats stays one, and can be given back. shifts are those of a date as they are
// now. It fails with ErrFull.
func (r Roster) Keep(before []Entry, shifts func(calendar.Date) []Shift) (Roster, Claims, error) {
	out, c := r.Entries(), Claims{}
	for _, e := range claimsOf(before) {
		if at := slices.IndexFunc(r.Of(e.ShiftKey), func(o Entry) bool { return o.Person == e.Person }); at >= 0 {
			at += r.first(e.ShiftKey)
			out[at].Claimed = out[at].Role == e.Role
			continue
		}
		if why := r.room(e, c.Kept, shifts); why != "" {
			c.Lost = append(c.Lost, LostClaim{e, why})
			continue
		}
		e.Substitute, e.Instead = "", time.Time{} // the other roster's to name
		c.Kept = append(c.Kept, e)
	}
	next, err := r.as(append(out, c.Kept...))
	return next, c, err
}

// claimsOf are the claims of entries, by date and by who claimed first.
func claimsOf(entries []Entry) []Entry {
	out := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return !e.Claimed })
	slices.SortStableFunc(out, func(a, b Entry) int {
		return cmp.Or(a.Date.Compare(b.Date), a.Named.Compare(b.Named), a.compare(b))
	})
	return out
}

// room says why a claim has none beside those that are kept already; "" where it
// has.
func (r Roster) room(e Entry, kept []Entry, shifts func(calendar.Date) []Shift) Loss {
	if !r.Covers(e.Date) {
		return LostDay
	}
	around := calendar.Span{From: e.Date.Add(-1), To: e.Date.Add(1)}
	var busy []Shift
	for d := around.From; d.Compare(around.To) <= 0; d = d.Add(1) {
		busy = append(busy, shifts(d)...)
	}
	at := slices.IndexFunc(busy, func(s Shift) bool { return s.ShiftKey == e.ShiftKey })
	if at < 0 {
		return LostShift
	}
	near := slices.Clone(r.Within(around))
	for _, k := range slices.Backward(kept) { // by date
		if k.Date.Compare(around.From) < 0 {
			break
		}
		near = append(near, k)
	}
	slices.SortStableFunc(near, Entry.compare)
	all := Roster{near}
	stands := func(o Entry) bool { return slices.Contains(o.who(), e.Person) }
	switch {
	case slices.ContainsFunc(all.Of(e.ShiftKey), stands) || all.free(e.Person, busy[at], busy) != nil:
		return LostTime
	case all.Open(busy[at])[e.Role] == 0:
		return LostSlot
	}
	return ""
}
