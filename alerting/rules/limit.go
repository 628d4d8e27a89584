package rules

import (
	"slices"
	"time"

	"example.org/campushub/alerting/internal/strict"
)

// Limit is how far a school may change a built-in rule that would be blind
// otherwise. Its condition and its kind stay, and so do the gates and the facts
// that it has; a rule that is to look at something else is one of the school's
// own.
type Limit struct {
	For, ClearFor time.Duration // at most
	Why           string
}

func (d *decoder) limit(v strict.Value) *Limit {
	l := &Limit{}
	d.Mapping(v,
		strict.Key{Name: "for", Need: true, Read: func(v strict.Value) { l.For = d.duration(v) }},
		strict.Key{Name: "clear_for", Need: true, Read: func(v strict.Value) { l.ClearFor = d.duration(v) }},
		strict.Key{Name: "why", Need: true, Read: func(v strict.Value) { l.Why, _ = d.Scalar(v, "a reason") }},
	)
	return l
}

// within reports what a school's change of a built-in rule would take from it.
func (d *decoder) within(v strict.Value, was, is *Rule) {
	l := was.Limit
	if l == nil {
		return
	}
	const own = "rule %s: %s stays as it is, %q: %s. Add a rule of your own beside it"
	if is.When != was.When {
		d.Fault(v, own, is.ID, "when", was.When, l.Why)
	}
	if is.Clear != was.Clear || is.ByPerson != was.ByPerson {
		d.Fault(v, own, is.ID, "clear", was.ends(), l.Why)
	}
	if is.Kind != was.Kind {
		d.Fault(v, own, is.ID, "kind", was.Kind, l.Why)
	}
	if is.Pauses != was.Pauses {
		d.Fault(v, own, is.ID, "pauses", was.Pauses, l.Why)
	}
	if is.For > l.For {
		d.Fault(v, "rule %s: for: want at most %v: %s", is.ID, l.For, l.Why)
	}
	if is.ClearFor > l.ClearFor {
		d.Fault(v, "rule %s: clear_for: want at most %v: %s", is.ID, l.ClearFor, l.Why)
	}
	for _, g := range was.Of {
		if !slices.Contains(is.Of, g) {
			d.Fault(v, "rule %s: of: %q must be among the gates: %s", is.ID, g, l.Why)
		}
	}
	for _, f := range was.Facts {
		if !slices.Contains(is.Facts, f) {
			d.Fault(v, "rule %s: facts: %q must be among them: %s", is.ID, f, l.Why)
		}
	}
}

// ends is when a rule is over, as the configuration says it.
func (r *Rule) ends() string {
	if r.ByPerson {
		return "person"
	}
	return r.Clear
}

// pausing reports a rule of a school that would pause one that is never off.
func (d *decoder) pausing(v strict.Value, base []*Rule, r *Rule) {
	if r.Pauses == "" {
		return
	}
	for _, b := range base {
		if b.ID != r.ID && b.Always && slices.Contains(b.sensors, r.Pauses) {
			d.Fault(v, "rule %s: pauses: %q is what rule %s looks at, which no school may turn off", r.ID, r.Pauses, b.ID)
			return
		}
	}
}
