package console

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// MayReveal reports whether the reader may undo a concealment.
func (d *detail) MayReveal() bool {
	return d.Concealed != nil && !d.Resolved() && d.Account.Named && d.Account.Role.Reveals()
}

// RevealKinds are the kinds to choose from, what it would be without a choice
// first: none of them is confidential itself.
func (d *detail) RevealKinds() []option {
	is := policy.RevealedAs(d.people, &d.Incident, "")
	out := []option{{string(is), d.vocabulary(policy.KindText(is)), true}}
	for _, k := range alerting.Kinds() {
		if k != is && !alerting.AlwaysConfidential(k) {
			out = append(out, option{Code: string(k), Name: d.vocabulary(policy.KindText(k))})
		}
	}
	return out
}

// RevealFacts are the facts of which everybody may be told: those that were
// known before are, and the rest is said again or stays in confidence.
func (d *detail) RevealFacts() []option {
	var out []option
	for _, f := range alerting.Facts() {
		if d.Concealed != nil && !slices.Contains(d.Concealed.Facts, f) {
			out = append(out, option{Code: f, Name: d.vocabulary(alerting.FactText(f))})
		}
	}
	return out
}
