package release

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
)

// Longest name of a school and of a pick-up place in a notice, in characters.
const (
	MaxSchoolName = 30
	MaxPickupName = 30
)

// School is all that a notice may say of a school.
type School struct {
	ID   string
	Name alerting.Text
	Zone *time.Location // nil is UTC
	// Pickups are the places where the school hands children over, as it has
	// configured them for parents to read. Incident places are none of them.
	Pickups []alerting.Place
	Texts   *texts.Book // that its parents read; nil is the built-in ones
}

// SchoolOf takes of a school what a notice may say of it, and the pick-up
// places that it has configured.
func SchoolOf(s people.School, pickups []alerting.Place) School {
	return School{ID: s.ID, Name: s.Name, Zone: s.Location(), Pickups: pickups, Texts: s.Texts}
}

func (s School) location() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// Check reports what of a school's names must not stand before parents.
func (s School) Check() error {
	if err := checkName("school name", s.Name, MaxSchoolName); err != nil {
		return err
	}
	for _, p := range s.Pickups {
		if err := CheckPickup(p); err != nil {
			return err
		}
	}
	return nil
}

// CheckPickup reports why a place can't be a pick-up place that parents read:
// a name is short, is one line, and holds no number to call, no link, no class
// or grade, and no bracket that could pass for a mark.
func CheckPickup(p alerting.Place) error {
	if err := checkName("pick-up place", p.Name, MaxPickupName); err != nil {
		return err
	}
	if texts.NamesClass(p.Name.ZH) || texts.NamesClass(p.Name.EN) {
		return refuse(alerting.ErrInvalid, "pick-up place: names a class or a grade")
	}
	return nil
}

func checkName(what string, t alerting.Text, most int) error {
	for _, s := range []string{t.ZH, t.EN} {
		switch {
		case strings.TrimSpace(s) == "":
			return refuse(alerting.ErrInvalid, "%s: missing in one language", what)
		case !utf8.ValidString(s) || strings.ContainsFunc(s, hidden):
			return refuse(alerting.ErrInvalid, "%s: holds a character that can't be printed", what)
		case utf8.RuneCountInString(s) > most:
			return refuse(alerting.ErrInvalid, "%s: longer than %d characters", what, most)
		case strings.ContainsAny(s, "{}[]【】"):
			return refuse(alerting.ErrInvalid, "%s: holds a bracket or a brace", what)
		case texts.HoldsNumber(s):
			return refuse(alerting.ErrInvalid, "%s: holds a long number", what)
		case texts.HoldsLink(s):
			return refuse(alerting.ErrInvalid, "%s: holds a link or an address", what)
		}
	}
	return nil
}

func hidden(r rune) bool { return !unicode.IsPrint(r) && r != ' ' }

// pickup finds a configured place.
func (s School) pickup(id string) (alerting.Place, bool) {
	for _, p := range s.Pickups {
		if p.ID == id {
			return p, true
		}
	}
	return alerting.Place{}, false
}
