package duty

import (
	"slices"
	"time"
)

// As is why a raise asks for somebody by name. It is written as the policy
// names duties.
type As string

// Why they are asked for.
const (
	AsSubstitute As = "substitute"     // takes the shift that nobody came to
	AsNeighbour  As = "neighbour-post" // stands at the post beside
	AsRostered   As = "rostered"       // whose round it is
	AsLeader     As = "duty-leader"    // leads the school now
)

// Named is somebody whom a raise asks for, because the roster names them.
type Named struct {
	As     As
	Person string
}

// Named lists whom a raise asks for by name at now, each once
// for each reason: of a missed shift the substitute, of an uncovered post
// whoever stands at the posts beside, of a missed round who went or, where
// nobody did, the guards on post; and of each the duty leader. Volunteers learn
// of no incident, and whoever is missed is told nothing of that.
func (w Watch) Named(r Raise, now time.Time) []Named {
	m := w.at(now)
	var out []Named
	add := func(as As, people ...string) {
		for _, p := range people {
			n := Named{As: as, Person: p}
			if absent := r.Kind != KindPatrolMissed && slices.Contains(r.People, p); !absent && p != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	switch r.Kind {
	case KindPostMissed:
		add(AsSubstitute, r.Substitute)
	case KindPostUncovered, KindPostUnseen:
		add(AsNeighbour, m.standing(func(s Shift, e Entry) bool {
			return slices.Contains(r.Post.Neighbours, s.PostID) && e.Role != Volunteer
		})...)
	case KindPatrolMissed:
		if add(AsRostered, r.People...); len(r.People) == 0 {
			add(AsRostered, m.standing(func(_ Shift, e Entry) bool { return e.Role == Guard })...)
		}
	}
	add(AsLeader, m.leading()...)
	return out
}

// There lists the guards who stand at a place now.
func (w Watch) There(place string, now time.Time) []Named {
	m := w.at(now)
	var out []Named
	for _, p := range m.standing(func(s Shift, e Entry) bool { return s.Post.Place == place && e.Role == Guard }) {
		if n := (Named{As: AsRostered, Person: p}); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// standing lists who is at a post now, of the entries that of wants.
func (m moment) standing(of func(Shift, Entry) bool) []string {
	var out []string
	for _, s := range m.shifts {
		if !m.current(s) {
			continue
		}
		for _, e := range m.Roster.Of(s.ShiftKey) {
			if p := m.person(s, e, m.now); of(s, e) && p.Status == Present {
				out = append(out, p.There)
			}
		}
	}
	return out
}

// leading lists who leads the school now by the roster: whoever is there for
// it, else whoever owes it and is not known to be elsewhere. A telephone reaches
// a leader who forgot to check in.
func (m moment) leading() []string {
	var out []string
	for _, s := range m.shifts {
		if m.now.Before(s.From) || !m.now.Before(s.To) {
			continue
		}
		for _, e := range m.Roster.Of(s.ShiftKey) {
			if e.Role != Leader {
				continue
			}
			switch p := m.person(s, e, m.now); p.Status {
			case Present:
				out = append(out, p.There)
			case AwayNow, Left:
			default:
				out = append(out, e.Person)
			}
		}
	}
	return out
}

// Phone is the number that the roster has for a person, of their latest shift
// that has one; "" where it has none.
func (r Roster) Phone(person string) string {
	number, _ := r.PhoneAs(person)
	return number
}

// PhoneAs is the same, and the role of that shift.
func (r Roster) PhoneAs(person string) (number string, role Role) {
	for _, e := range slices.Backward(r.entries) {
		if e.Person == person && e.Phone != "" {
			return e.Phone, e.Role
		}
	}
	return "", ""
}
