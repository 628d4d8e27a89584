package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// hidden reports what would open a kind to others than its named recipients:
// bullying and welfare are theirs alone whatever a policy says, and of nothing
// that is theirs alone are parents told.
func (c *checker) hidden() {
	for _, k := range c.rules.kinds() {
		if !c.rules.judged(c.path, k) {
			continue
		}
		cases := c.policy.lines[k].cases
		at := func(key string) string { return fmt.Sprintf(".kinds.%s.%s", k, key) }
		if alerting.AlwaysConfidential(k) && slices.ContainsFunc(cases, func(o occasionPlan) bool { return o.class != C2 }) {
			c.fault(at("confidentiality"), "%s is for named recipients alone: want C2", k)
		}
		if slices.ContainsFunc(cases, func(o occasionPlan) bool {
			return (o.class == C2 || alerting.AlwaysConfidential(k)) && o.release != "" && o.release != R0
		}) {
			c.fault(at("parents"), "%s is for named recipients alone, and never told to parents: want R0 or never", k)
		}
	}
}

// unanswered warns where confidential incidents are told to an audience of
// which nobody may open them.
func (c *checker) unanswered() {
	for a, audience := range responders[:2] {
		if !c.people.Unnamed(c.school.ID, audience) {
			continue
		}
		var kinds []string
		stand := true
		c.cases(func(k alerting.Kind, o *occasionPlan) {
			if o.class == C2 && o.cells[a].Told() {
				stand = stand && o.asks(a)
				kinds = append(kinds, string(k))
			}
		})
		if kinds = slices.Compact(kinds); len(kinds) > 0 {
			code := WarnUnnamed
			if !stand {
				code = WarnUnanswered
			}
			c.warn(code, about{"kinds": listed(kinds), "audience": string(audience)}, "give named: true to "+accountOf(audience)+" of whoever may open such an incident",
				"%s: confidential, told to %s, and nobody named of %s at %s could acknowledge or resolve it%s: want %s with named: true",
				some(kinds), audience, audience, c.school.ID, meanwhile(stand), accountOf(audience))
		}
	}
}

// meanwhile says what becomes of such an incident as things are.
func meanwhile(stand bool) string {
	if stand {
		return " (until then others do, who see where it is and no more)"
	}
	return " (until then others do where life is in danger, who see where it is and no more; the rest nobody can answer)"
}

func accountOf(a alerting.Audience) string {
	if a == alerting.Police {
		return "a liaison's account"
	}
	return "an officer's account"
}

// vacant warns of levels of the built-in escalation that nobody answers for.
// One that the school wrote itself is a fault.
func (c *checker) vacant() {
	for a, audience := range responders[:2] {
		var gaps []string
		for _, name := range slices.Sorted(maps.Keys(c.rules.profiles)) {
			if !c.used(name, a) {
				continue
			}
			for n, l := range c.rules.profiles[name].rows[a].levels {
				if len(l.duties) > 0 && !c.covered(audience, l.duties) && !c.wrote(name, audience, n) {
					gaps = append(gaps, fmt.Sprintf("%s level %d after %s (%s)", name, n, l.after, strings.Join(strs(l.duties), " or ")))
				}
			}
		}
		if len(gaps) > 0 {
			c.warn(WarnVacant, about{"audience": string(audience), "levels": strings.Join(gaps, "; ")}, "add a contact with one of these duties, or take the level out of the policy",
				"nobody of %s at %s answers for: %s", audience, c.school.ID, strings.Join(gaps, "; "))
		}
	}
}

// passedOn warns of those whom the policy tells, of whom nobody is set up: what
// they would be told, the officer's page asks to pass on.
func (c *checker) passedOn() {
	for _, a := range relayed {
		var kinds []string
		c.cases(func(k alerting.Kind, o *occasionPlan) {
			if slices.Contains(o.unheard(), a) && !slices.Contains(kinds, string(k)) {
				kinds = append(kinds, string(k))
			}
		})
		if len(kinds) > 0 {
			c.warn(WarnPassedOn, about{"kinds": listed(kinds), "audience": string(a)}, "add somebody of "+string(a)+", or let the officer's page ask to pass it on",
				"%s: the hub has nobody of %s to tell at %s", some(kinds), a, c.school.ID)
		}
	}
}

// used reports whether a kind that the audience is told of escalates by the
// profile.
func (c *checker) used(profile string, a int) (yes bool) {
	c.cases(func(_ alerting.Kind, o *occasionPlan) {
		yes = yes || o.cells[a].Told() && slices.Contains(o.escalation, profile)
	})
	return yes
}

func (c *checker) wrote(profile string, a alerting.Audience, n int) bool {
	_, yes := c.rules.written[fmt.Sprintf("%s.escalation.%s.%s.levels[%d]", c.path, profile, a, n)]
	return yes
}

func (c *checker) covered(a alerting.Audience, duties []people.Duty) bool {
	return slices.ContainsFunc(c.policy.contacts, func(p people.Contact) bool {
		_, asked := asks(level{duties: duties}, p)
		return asked && p.Audience == a
	})
}

// holders warns where too few people hold the release right for what the rules
// ask of them.
func (c *checker) holders() {
	held := 0
	for _, a := range c.people.AccountsOf(c.school.ID) {
		if slices.Contains(a.Releases(), c.school.ID) {
			held++
		}
	}
	code, kinds, takes := WarnReleaseFew, c.ruled(R3), "two"
	if held == 0 {
		code, kinds, takes = WarnReleaseNone, c.ruled(R1, R2, R3), "somebody"
	}
	if held < 2 && len(kinds) > 0 {
		c.warn(code, about{"kinds": listed(kinds)}, "give release: true to the accounts of officers who may release to parents: three a school are good, two the least",
			"%s: parents are told by %s who may release, and %s has %d (want officers' accounts with release: true)",
			some(kinds), takes, c.school.ID, held)
	}
}

// ruled lists the kinds that parents may be told of by one of the rules.
func (c *checker) ruled(by ...Release) (kinds []string) {
	c.cases(func(k alerting.Kind, o *occasionPlan) {
		if slices.Contains(by, o.release) && !slices.Contains(kinds, string(k)) {
			kinds = append(kinds, string(k))
		}
	})
	return kinds
}
