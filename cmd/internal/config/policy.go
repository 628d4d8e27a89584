package config

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// policy reads what some schools do otherwise than the built-in policy says.
func (r *reader) policy(v value) {
	if v.node.Kind != yaml.MappingNode {
		r.fault(v, "want a mapping with schools and what they do otherwise, found %s", describe(v.node))
		return
	}
	rules, faults := policy.Read(v.node, v.path, "schools")
	for _, f := range faults {
		r.policyFault(v.src, f)
	}
	o := object{value: v, r: r, fields: map[string]value{}}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		if v.node.Content[i].Value == "schools" {
			o.fields["schools"] = value{node: v.node.Content[i+1], src: v.src, path: join(v.path, "schools")}
		}
	}
	for _, s := range r.served(o, true) {
		if first, twice := r.policies[s]; twice {
			r.fault(v, "school %q has a policy already, at %s", s, first.place())
			continue
		}
		r.policies[s], r.config.Policies[s] = v, rules
	}
}

// policyFault takes over a fault that the policy found, with a guess at what
// was meant.
func (r *reader) policyFault(src *source, f policy.Fault) {
	if f.Words != nil {
		f.Message += suggestion(f.Found, f.Words)
	}
	r.faults = append(r.faults, Fault{Path: f.Path, File: src.name, Line: f.Line, Column: f.Column, Message: f.Message})
}

// checkPolicies looks at every school's policy together with its people, once
// everything has been read. Where something is wrong with the people the
// policy would only be blamed for it; where something is wrong with the policy,
// what could be read of it is judged.
func (r *reader) checkPolicies() {
	if !r.peopled {
		return
	}
	d, now := r.config.people(), time.Now()
	untold := map[string]int{} // in how many schools
	for _, s := range d.Schools() {
		if !r.police[s.ID] { // reported already
			continue
		}
		at, rules := r.schools[s.ID], policy.BuiltIn()
		if own, ok := r.policies[s.ID]; ok {
			at, rules = own, r.config.Policies[s.ID]
		}
		found := policy.Check(rules, at.path, d, s, now)
		for _, f := range found.Faults {
			r.policyFault(at.src, placed(f, at))
		}
		for _, f := range found.Warnings {
			f = placed(f, at)
			r.config.Warnings = append(r.config.Warnings, Fault{Path: f.Path, File: at.src.name, Line: f.Line, Column: f.Column, Message: f.Message, Do: f.Do,
				Code: Code(f.Code), School: s.ID, About: f.About})
		}
		for _, name := range found.Untold {
			untold[name]++
		}
	}
	r.checkUntold(untold)
}

// placed puts a fault that nothing written is to blame for at the school's own
// line.
func placed(f policy.Fault, at value) policy.Fault {
	if f.Line == 0 {
		f.Line, f.Column, f.Path = at.node.Line, at.node.Column, at.path
	}
	return f
}

// checkUntold reports contacts whom none of their schools ever tells.
func (r *reader) checkUntold(untold map[string]int) {
	for _, c := range r.config.Contacts {
		if n := untold[c.Name]; n > 0 && n == len(c.Schools) {
			r.fault(r.named["contact "+c.Name], "no line of the policy ever tells %s: see duties%s", c.Name, alsoNamed(c))
		}
	}
}

func alsoNamed(c people.Contact) string {
	if c.Named || !slices.ContainsFunc(c.Duties, func(d people.Duty) bool {
		return d == people.DutyNamedPerson || d == people.DutySecondDeputy || d == people.DutyBureauProtection
	}) {
		return ""
	}
	return ", and named: confidential incidents go to named contacts only"
}
