package rules

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/internal/strict"
)

var ruleName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,31}$`)

// Kinds are what a rule may raise: what the hub finds, of what a gate can show.
// Tamper and loss are supervision's.
func Kinds() []alerting.Kind {
	return []alerting.Kind{hazard, "crowd", "intrusion", "welfare", "post-uncovered", "device-service"}
}

// findings are the facts that a rule may report. That it is a sensor's, and
// what the engine knows by itself, is added.
func findings() []string {
	return slices.DeleteFunc(alerting.FoundFacts(), func(f string) bool {
		return f == alerting.FactSensor || f == alerting.FactSecondSensor || f == alerting.FactOver || f == alerting.FactSensorLost || f == alerting.FactRuleBroken ||
			f == alerting.FactSecondWindow || f == alerting.FactAlarmDevice || f == alerting.FactLasting || f == alerting.FactHubDown ||
			f == alerting.FactUnreached || f == alerting.FactReaderLost || f == alerting.FactLinkCut
	})
}

// rules reads rules on top of others: one of the same id changes what it says,
// any other is added.
func (d *decoder) rules(v strict.Value, base []*Rule) []*Rule {
	out := slices.Clone(base)
	seen := map[string]bool{}
	for _, item := range d.Items(v, mostRules) {
		id, ok := d.id(item)
		if !ok {
			continue
		}
		if seen[id] {
			d.Fault(item, "rule %q is here twice", id)
			continue
		}
		seen[id] = true
		i := slices.IndexFunc(out, func(r *Rule) bool { return r.ID == id })
		if i < 0 {
			r := d.rule(item, Rule{ID: id, Of: []GateType{Pedestrian}}, true)
			d.pausing(item, base, r)
			out = append(out, r)
			continue
		}
		was := out[i]
		out[i] = d.rule(item, *was, false)
		d.within(item, was, out[i])
		if was.Limit == nil {
			d.pausing(item, base, out[i])
		}
	}
	return out
}

// id finds a rule's own id, which says whether the rest changes a rule or adds
// one.
func (d *decoder) id(v strict.Value) (string, bool) {
	if v.Node.Kind != yaml.MappingNode {
		d.Fault(v, "want a mapping with id and what the rule says, found %s", strict.Describe(v.Node))
		return "", false
	}
	for i := 0; i+1 < len(v.Node.Content); i += 2 {
		if v.Node.Content[i].Value != "id" {
			continue
		}
		at := strict.Value{Node: v.Node.Content[i+1], Path: strict.Join(v.Path, "id")}
		s, ok := d.Scalar(at, "a rule's id")
		if ok && !ruleName.MatchString(s) {
			d.Fault(at, "%q is no id: want 1 to 32 letters, digits and -, beginning with a letter", s)
			return "", false
		}
		return s, ok
	}
	d.Fault(strict.Value{Node: v.Node, Path: strict.Join(v.Path, "id")}, "is missing")
	return "", false
}

func (d *decoder) rule(v strict.Value, r Rule, added bool) *Rule {
	before := len(d.Faults)
	r.at = v.Place()
	keys := []strict.Key{
		{Name: "id", Read: func(strict.Value) {}},
		{Name: "title", Need: added, Read: func(v strict.Value) { r.Title = d.title(v) }},
		{Name: "of", Read: func(v strict.Value) { r.Of = words(d, v, slices.Concat(GateTypes(), []GateType{Counters})) }},
		{Name: "when", Need: added, Read: func(v strict.Value) { r.When, r.when = d.expression(v) }},
		{Name: "for", Read: func(v strict.Value) { r.For = d.duration(v) }},
		{Name: "clear", Read: func(v strict.Value) { d.clear(v, &r) }},
		{Name: "clear_for", Read: func(v strict.Value) { r.ClearFor = d.duration(v) }},
		{Name: "kind", Need: added, Read: func(v strict.Value) { r.Kind, _ = strict.Word(&d.Decoder, v, Kinds()) }},
		{Name: "facts", Read: func(v strict.Value) { r.Facts = words(d, v, findings()) }},
		{Name: "urgent_after", Read: func(v strict.Value) { r.UrgentAfter = d.duration(v) }},
		{Name: "pauses", Read: func(v strict.Value) { r.Pauses, _ = strict.Word(&d.Decoder, v, sensorsOf(Inputs())) }},
		{Name: "always", Read: func(v strict.Value) { d.always(v, &r, added) }},
		{Name: "off", Read: func(v strict.Value) { r.Off = d.Flag(v) }},
	}
	if d.shipped {
		keys = append(keys, strict.Key{Name: "limit", Read: func(v strict.Value) { r.Limit = d.limit(v) }})
	}
	d.Mapping(v, keys...)
	if len(d.Faults) == before {
		d.whole(v, &r)
	}
	r.sensors = nil
	for _, p := range []*program{r.when, r.clear} {
		if p != nil {
			r.sensors = append(r.sensors, sensorsOf(p.names)...)
		}
	}
	return &r
}

// whole checks what no single key shows.
func (d *decoder) whole(v strict.Value, r *Rule) {
	if r.Off && r.Always {
		d.Fault(v, "rule %s cannot be turned off: it watches over a way in, or over lives", r.ID)
	}
	if r.ByPerson && r.ClearFor > 0 {
		d.Fault(v, "clear_for means nothing where a person ends it")
	}
	if len(r.Of) == 0 {
		d.Fault(v, "of names no gate: the rule would look at nothing")
	}
}

func (d *decoder) always(v strict.Value, r *Rule, added bool) {
	on := d.Flag(v)
	if !on && r.Always && !added {
		d.Fault(v, "rule %s is one that no school may turn off", r.ID)
		return
	}
	r.Always = on
}

func (d *decoder) clear(v strict.Value, r *Rule) {
	r.ByPerson, r.Clear, r.clear = v.Node.Value == "person", "", nil
	if r.ByPerson {
		r.ClearFor = 0
		return
	}
	r.Clear, r.clear = d.expression(v)
}

// expression reads and compiles a condition. A fault is where the expression
// stands; where it is written on one line, where in it.
func (d *decoder) expression(v strict.Value) (string, *program) {
	s, ok := d.Scalar(v, "a condition")
	if !ok {
		return "", nil
	}
	p, found := compile(s)
	for _, i := range found {
		at := v.Place()
		if v.Node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && !strings.Contains(s, "\n") {
			at.Column += i.column - 1
			if v.Node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
				at.Column++
			}
		}
		d.Faults = append(d.Faults, at.Fault("%s", i.message))
	}
	return s, p
}

func words[S ~string](d *decoder, v strict.Value, all []S) []S {
	var out []S
	for _, item := range d.Items(v, max(mostFacts, len(GateTypes())+1)) {
		if w, ok := strict.Word(&d.Decoder, item, all); ok && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// Lasts is how long a rule's condition holds before it is raised, in words.
func (r *Rule) Lasts() string {
	if r.For == 0 {
		return "at once"
	}
	return "after " + r.For.Round(time.Second).String()
}
