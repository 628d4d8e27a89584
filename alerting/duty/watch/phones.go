package watch

import (
	"slices"

	"example.org/campushub/alerting/duty"
)

// Phone is the number that the roster has for somebody, and in what role.
type Phone struct {
	Number string
	Role   duty.Role
}

// phones are the numbers of those whom a board has somebody telephone, by name;
// whoever has none on the roster is not among them.
func (s state) phones(b Board) map[string]Phone {
	out := map[string]Phone{}
	for _, who := range b.toTelephone() {
		if number, role := s.entries.PhoneAs(who); number != "" {
			out[who] = Phone{number, role}
		}
	}
	return out
}

// UnseenNames names those of whom nobody can tell whether they are at their post,
// each once.
func (b Board) UnseenNames() []string {
	var out []string
	for _, p := range b.Posts {
		for _, s := range p.Shifts {
			for _, who := range s.People {
				if who.Status == duty.Unseen && !slices.Contains(out, who.Person) {
					out = append(out, who.Person)
				}
			}
		}
	}
	return out
}

// toTelephone lists whom nothing reached, who stands in among them, who did
// not answer, or of whom nobody can tell whether they are there.
func (b Board) toTelephone() []string {
	out := slices.Concat(b.UnreachedNames(), b.Unasked, b.UnseenNames())
	if len(b.Calls) == 0 {
		return out
	}
	for who, answer := range b.Calls[0].CallState.People {
		if answer == duty.Unreached || answer == duty.Unanswered {
			out = append(out, who)
		}
	}
	return out
}
