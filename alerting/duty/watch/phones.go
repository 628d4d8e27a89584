package watch

import "example.org/campushub/alerting/duty"

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

// toTelephone lists whom nothing reached, who stands in among them, or who did
// not answer.
func (b Board) toTelephone() []string {
	out := append(b.UnreachedNames(), b.Unasked...)
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
