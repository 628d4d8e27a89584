package console

import (
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// Grounds says, to whoever answers for it, by which line of the policy the
// incident is told; "" to guards,
// and to whoever stands in: it would say what it is about.
func (d *detail) Grounds() string {
	if !d.MayTend() || d.StandsIn() {
		return ""
	}
	g := policy.Of(d.people).Grounds(d.Incident)
	var parts []string
	for _, t := range append(append(g.Profiles, g.Variants...), g.Note) {
		if t != (alerting.Text{}) {
			parts = append(parts, d.vocabulary(t))
		}
	}
	return d.Say("grounds", "what", strings.Join(parts, " · "))
}
