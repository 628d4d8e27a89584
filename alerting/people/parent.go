package people

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Class is one class and how many its roll expects.
type Class struct {
	ID   string
	Roll int
}

// Holding says whether the hub may send parents the first holding text by
// itself; it is off while After is 0.
type Holding struct {
	After     time.Duration // from the opening
	Countdown time.Duration // shown beforehand
}

// Parent is one way to one parent of a school. There is no name in it, and no
// child.
type Parent struct {
	School   string
	Channel  alerting.Channel
	Address  string // telephone number in E.164 form, or mail address
	Language string // zh or en
}

// Releases lists the schools whose notices to parents the account may let out.
func (a Account) Releases() []string {
	if !a.Release || a.Role != alerting.RoleOfficer {
		return nil
	}
	return slices.Clone(a.Schools)
}

// Belongs reports whether an account is of a school.
func (a Account) Belongs(school string) bool { return slices.Contains(a.Schools, school) }
