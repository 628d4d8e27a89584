package duty

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Claim lets a person take an open slot themselves (认领). busy are the shifts of
// the days around, so that nobody stands at two posts at once, or leaves one to which
// they are to be ready to come. The same claim again changes nothing.
func (r Roster) Claim(s Shift, busy []Shift, person string, role Role, now time.Time) (Roster, error) {
	for _, e := range r.Of(s.ShiftKey) {
		if slices.Contains(e.who(), person) {
			if e.Person == person && e.Role == role {
				return r, nil
			}
			return r, conflict(s, "%s stands there already", person)
		}
	}
	switch {
	case !now.Before(s.To):
		return r, conflict(s, "the shift is over")
	case r.Open(s)[role] == 0:
		return r, conflict(s, "no slot of a %s is open", role)
	}
	if err := r.free(person, s, busy); err != nil {
		return r, err
	}
	return r.as(append(r.Entries(), Entry{ShiftKey: s.ShiftKey, Person: person, Role: role, Claimed: true, Named: now}))
}

// Replace puts another person in the place of one (替岗), known beforehand: the
// one who is replaced owes the shift no more. Their named substitute too is put
// there only where no other post has them then.
func (r Roster) Replace(s Shift, busy []Shift, person, by string, now time.Time) (Roster, error) {
	at := slices.IndexFunc(r.entries, func(e Entry) bool { return e.ShiftKey == s.ShiftKey && e.Person == person })
	switch {
	case at < 0:
		return r, fmt.Errorf("%w: %v: %s does not stand there", alerting.ErrNotFound, s.ShiftKey, person)
	case !now.Before(s.To):
		return r, conflict(s, "the shift is over")
	case by == "" || by == person:
		return r, fmt.Errorf("%w: %v: want another person", alerting.ErrInvalid, s.ShiftKey)
	}
	if err := r.free(by, s, busy); err != nil {
		return r, err
	}
	out := r.Entries()
	out[at].Person, out[at].Substitute, out[at].Phone, out[at].Claimed = by, "", "", false
	out[at].Named, out[at].Instead = now, time.Time{}
	return r.as(out)
}

// as is a roster of other entries; this one where they are none.
func (r Roster) as(entries []Entry) (Roster, error) {
	next, err := NewRoster(entries)
	if err != nil {
		return r, err
	}
	return next, nil
}

// Reached notes a person's telephone number at a shift; "" leaves it as it is.
func (r Roster) Reached(k ShiftKey, person, phone string) (Roster, error) {
	at := slices.IndexFunc(r.entries, func(e Entry) bool { return e.ShiftKey == k && e.Person == person })
	if at < 0 || phone == "" {
		return r, nil
	}
	out := r.Entries()
	out[at].Phone = phone
	return r.as(out)
}

// Swap exchanges two people's shifts (换岗). They must have the same role.
func (r Roster) Swap(a, b Shift, busy []Shift, personA, personB string, now time.Time) (Roster, error) {
	i := slices.IndexFunc(r.entries, func(e Entry) bool { return e.ShiftKey == a.ShiftKey && e.Person == personA })
	j := slices.IndexFunc(r.entries, func(e Entry) bool { return e.ShiftKey == b.ShiftKey && e.Person == personB })
	switch {
	case i < 0:
		return r, fmt.Errorf("%w: %v: %s does not stand there", alerting.ErrNotFound, a.ShiftKey, personA)
	case j < 0:
		return r, fmt.Errorf("%w: %v: %s does not stand there", alerting.ErrNotFound, b.ShiftKey, personB)
	case personA == personB || a.ShiftKey == b.ShiftKey:
		return r, conflict(a, "want two people and two shifts")
	case r.entries[i].Role != r.entries[j].Role:
		return r, conflict(a, "%s and %s have different roles", personA, personB)
	case !now.Before(a.From) || !now.Before(b.From):
		return r, conflict(a, "one of the shifts has begun")
	}
	out := r.Entries()
	out[i].Person, out[j].Person = out[j].Person, out[i].Person
	out[i].Phone, out[j].Phone = out[j].Phone, out[i].Phone
	out[i].Claimed, out[j].Claimed = false, false // the school put them there
	next, err := r.as(out)
	if err != nil {
		return r, err
	}
	if err := errors.Join(next.free(personA, b, busy), next.free(personB, a, busy)); err != nil {
		return r, err
	}
	return next, nil
}

// Withdraw gives a claimed slot back. What a school has put on the roster is
// its own to change.
func (r Roster) Withdraw(s Shift, person string, now time.Time) (Roster, error) {
	at := slices.IndexFunc(r.entries, func(e Entry) bool { return e.ShiftKey == s.ShiftKey && e.Person == person })
	switch {
	case at < 0:
		return r, nil
	case !r.entries[at].Claimed:
		return r, fmt.Errorf("%w: %v: the school put %s there", alerting.ErrForbidden, s.ShiftKey, person)
	case !now.Before(s.From):
		return r, conflict(s, "the shift has begun")
	}
	return Roster{slices.Delete(r.Entries(), at, at+1)}, nil
}

func conflict(s Shift, format string, args ...any) error {
	return fmt.Errorf("%w: %v: %s", alerting.ErrConflict, s.ShiftKey, fmt.Sprintf(format, args...))
}
