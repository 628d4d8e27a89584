package config

import (
	"net"
	"net/url"
	"slices"
	"strings"

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
		r.policies[s] = v
		if len(faults) == 0 {
			r.config.Policies[s] = rules
		}
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
// everything has been read. Where something is wrong with either the other
// would only be blamed for it.
func (r *reader) checkPolicies() {
	if len(r.faults) > 0 {
		return
	}
	d := r.config.people()
	untold := map[string]int{} // in how many schools
	for _, s := range d.Schools() {
		at, rules := r.schools[s.ID], policy.BuiltIn()
		if own, ok := r.policies[s.ID]; ok {
			at, rules = own, r.config.Policies[s.ID]
		}
		found := policy.Check(rules, at.path, d, s)
		for _, f := range found.Faults {
			if f.Line == 0 {
				f.Line, f.Column = at.node.Line, at.node.Column
				f.Path = at.path
			}
			r.policyFault(at.src, f)
		}
		for _, name := range found.Untold {
			untold[name]++
		}
	}
	r.checkUntold(untold)
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

// checkLoops reports a webhook that posts to the hub's own listeners: it would
// tell the hub what the hub has told.
func (r *reader) checkLoops() {
	own := slices.Concat(
		[]string{r.config.Hub.HTTP.Listen, r.config.Hub.Metrics.Listen},
		r.config.Hub.MQTT.Listen, r.config.Hub.MQTT.TLS.Listen,
	)
	for _, h := range r.config.Webhooks {
		u, err := url.Parse(h.URL)
		if err != nil {
			continue
		}
		for _, listen := range own {
			if leadsTo(u, listen) {
				at := r.named["webhook "+h.Name]
				r.fault(at, "webhook %q posts to %s, a listener of this hub: it would go round for ever", h.Name, listen)
				break
			}
		}
	}
}

// leadsTo reports whether a URL names a listener by its address. Names that
// the network would have to be asked for are not looked up.
func leadsTo(u *url.URL, listen string) bool {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port == "0" {
		return false
	}
	to := u.Port()
	if to == "" {
		to = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if to != port {
		return false
	}
	target := strings.ToLower(u.Hostname())
	return target == strings.ToLower(host) || (here(target) && (here(host) || everywhere(host)))
}

// here reports whether a host is this machine by its own name for itself.
func here(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && (ip.IsLoopback() || ip.IsUnspecified()))
}

// everywhere reports whether a listener takes connections to any address.
func everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || (ip != nil && ip.IsUnspecified())
}
