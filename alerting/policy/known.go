package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// FactsOf picks, of an incident's facts, those that a plan may depend on.
func FactsOf(facts []string) []Fact {
	var out []Fact
	for _, f := range AllFacts() {
		if f != FactNight && slices.Contains(facts, string(f)) {
			out = append(out, f)
		}
	}
	return out
}

// Known reports whether the built-in policy has a line for a kind.
func Known(k alerting.Kind) bool { _, ok := builtIn.lines[k]; return ok }

// Variant is what a kind's line becomes once more is known.
type Variant struct {
	Name  string
	Title alerting.Text
	When  [][]Fact // any of these, each whole
}

// Variants lists those of a kind's line, in the order in which they are laid
// over it.
func (s *Set) Variants(school string, k alerting.Kind) []Variant {
	return variantsOf(s.of(school).rules, k)
}

func variantsOf(r *Rules, k alerting.Kind) []Variant {
	var out []Variant
	for _, v := range r.lineOf(k).variants {
		out = append(out, Variant{Name: v.name, Title: v.title, When: v.when})
	}
	return out
}

// Asks lists the facts that the plan of a kind depends on at a school, by the
// policy beside the directory; the built-in one where there is none.
func Asks(d *people.Directory, school string, k alerting.Kind) []Fact {
	all := variantsOf(builtIn, k)
	if s, ok := d.Policy().(*Set); ok && s.Governs(school) {
		all = s.Variants(school, k)
	}
	var out []Fact
	for _, v := range all {
		for _, f := range slices.Concat(v.When...) {
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}
