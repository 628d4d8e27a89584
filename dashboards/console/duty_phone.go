package console

import (
	"regexp"
	"strings"
)

// phoned is something said of somebody, with their telephone number where the
// reader may have it.
type phoned struct {
	Text   string
	Number string // as the roster has it; "" none
	Dial   string // for a tel: link; "" where the number is none that can be dialled
	After  string // what parts it from the next of a list
}

func (s schoolPosts) phoned(text, who string) phoned {
	n := s.Phones[who].Number
	return phoned{Text: text, Number: n, Dial: dialled(n)}
}

// phonedAll are people by name, as a list that reads on behind a colon.
func (s schoolPosts) phonedAll(names []string) []phoned {
	var out []phoned
	for i, who := range names {
		if i > 0 {
			out[i-1].After = s.Say("list.comma")
		}
		out = append(out, s.phoned(who, who))
	}
	return out
}

// UnreachedPeople are those who could not be reminded.
func (s schoolPosts) UnreachedPeople() []phoned { return s.phonedAll(s.UnreachedNames()) }

// UnaskedPeople are those who watch alone and could not be asked.
func (s schoolPosts) UnaskedPeople() []phoned { return s.phonedAll(s.Unasked) }

// UnseenPeople are those of whom nobody can tell whether they are at their post.
func (s schoolPosts) UnseenPeople() []phoned { return s.phonedAll(s.UnseenNames()) }

// dialable is what telephones take: RFC 3966 without its parameters.
var dialable = regexp.MustCompile(`^\+?[0-9]{3,15}$`)

// dialled is a number as a tel: link has it; "" for what is none, or more than
// one.
func dialled(number string) string {
	n := strings.NewReplacer(" ", "", "\u00a0", "", "\u3000", "", "-", "", "(", "", ")", "", "\uff08", "", "\uff09", "").Replace(number)
	if !dialable.MatchString(n) {
		return ""
	}
	return n
}
