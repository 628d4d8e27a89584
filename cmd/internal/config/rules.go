package config

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// rules reads what some schools say of their gates and the rules over them.
func (r *reader) rules(v value) {
	if v.node.Kind != yaml.MappingNode {
		r.fault(v, "want a mapping with schools, their gates and rules, found %s", describe(v.node))
		return
	}
	set, faults := rules.Read(v.node, v.path, "schools")
	r.dayFaults(v.src, faults)
	o := object{value: v, r: r, fields: map[string]value{}}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		if v.node.Content[i].Value == "schools" {
			o.fields["schools"] = value{node: v.node.Content[i+1], src: v.src, path: join(v.path, "schools")}
		}
	}
	for _, s := range r.served(o, true) {
		if first, twice := r.ruled[s]; twice {
			r.fault(v, "school %q has rules already, at %s", s, first.place())
			continue
		}
		r.ruled[s], r.config.Rules[s] = v, set
		r.checkGates(v, s, set)
	}
}

// checkGates reports gates of which a rule would never hear.
func (r *reader) checkGates(v value, school string, set *rules.Set) {
	for _, g := range set.Gates() {
		i := slices.IndexFunc(r.config.Devices, func(d people.Device) bool {
			return d.Address == (devices.Address{School: school, Device: g.Device})
		})
		switch {
		case g.Device == "": // reported already
		case i < 0:
			r.fault(v, "gates: school %q has no device %q", school, g.Device)
		case r.config.Devices[i].Kind != devices.KindGate:
			r.fault(v, "gates: %q is a %s, and no gate", g.Device, r.config.Devices[i].Kind)
		}
	}
}
