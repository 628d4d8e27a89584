package duty

// Stint is a shift that a roster has somebody for: to stand at its post, or, as a
// substitute (替岗), ready to come to it.
type Stint struct {
	Shift
	Ready bool
}

// Excludes reports whether nobody can do both: stand at two posts at once, or stand
// at one and be ready to come to another, which would leave the first. Whoever is
// on call, or is ready for two posts, stands at neither.
func (s Stint) Excludes(o Stint) bool {
	return !s.OnCall && !o.OnCall && (!s.Ready || !o.Ready) && o.From.Before(s.To) && s.From.Before(o.To)
}

// free refuses somebody for a shift, ErrConflict, whom the roster has for another,
// of busy, that excludes it. Of the shift itself NewRoster refuses whom it has twice.
func (r Roster) free(person string, s Shift, busy []Shift) error {
	for _, other := range busy {
		if other.ShiftKey == s.ShiftKey {
			continue
		}
		for _, e := range r.Of(other.ShiftKey) {
			ready := e.Substitute == person
			if !ready && e.Person != person || !(Stint{s, false}).Excludes(Stint{other, ready}) {
				continue
			}
			if ready {
				return conflict(s, "%s is to be ready as a substitute at %s then", person, other.PostID)
			}
			return conflict(s, "%s stands at %s then", person, other.PostID)
		}
	}
	return nil
}
