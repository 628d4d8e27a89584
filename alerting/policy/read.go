package policy

import (
	_ "embed" // the built-in policy
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
)

//go:embed defaults.yaml
var defaultsYAML []byte

// builtIn is the built-in policy. It is read once, when the program starts and
// never when an alarm comes in.
var builtIn = mustRead(defaultsYAML)

// BuiltIn is the policy of a school that has none of its own.
func BuiltIn() *Rules { return builtIn }

func mustRead(data []byte) *Rules {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		panic("built-in policy: " + err.Error())
	}
	r, faults := read(nil, doc.Content[0], "")
	if len(faults) > 0 {
		panic("built-in policy: " + faults[0].String())
	}
	r.written = nil
	return r
}

// Read reads a school's policy on top of the built-in one: whatever it leaves
// out stays as it is there. path is the node's way from the root of its
// configuration, for the faults, which are all of them; the keys in beside are
// somebody else's. Rules that come with faults are for [Check] alone, which
// judges of them what could be read.
func Read(node *yaml.Node, path string, beside ...string) (*Rules, []Fault) {
	return read(builtIn, node, path, beside...)
}

func read(base *Rules, node *yaml.Node, path string, beside ...string) (*Rules, []Fault) {
	d := &decoder{rules: cloneOf(base), base: base}
	root := value{node, path}
	d.rules.written[path] = position{node.Line, node.Column}
	keys := []key{
		{"night", func(v value) { d.window(v, &d.rules.night) }},
		{"quiet", func(v value) { d.window(v, &d.rules.quiet) }},
		{"clock", d.clock},
		{"link_within", func(v value) { d.rules.linkWithin = d.within(v, 0, longestLink) }},
		{"false_alarms", d.falseAlarms},
		{"fresh_for", func(v value) { d.rules.freshFor = d.within(v, leastFresh, longestFresh) }},
		{"budgets", d.audienceBudgets},
		{"channels", d.channelBudgets},
		{"drills", d.drills},
		{"drill_targets", d.drillTargets},
		{"lost", d.lost},
		{"button_tests", d.buttonTests},
		{"digest", d.digest},
		{"reports", d.reports},
		{"escalation", d.profiles},
		{"kinds", d.kinds},
	}
	for _, name := range beside {
		keys = append(keys, key{name, func(value) {}})
	}
	ok := d.mapping(root, keys)
	for _, f := range d.faults {
		d.rules.doubted = append(d.rules.doubted, f.Path)
	}
	if ok {
		d.whole(path)
	}
	return d.rules, d.faults
}

func cloneOf(base *Rules) *Rules {
	if base == nil {
		return &Rules{
			lines: map[alerting.Kind]rule{}, profiles: map[string]profile{},
			budgets: map[alerting.Audience]budget{}, channels: map[alerting.Channel]budget{},
			drills: map[alerting.Audience]Drills{}, written: map[string]position{},
			clock: clockRule{marks: map[alerting.Profile]alerting.Targets{}},
		}
	}
	r := *base
	r.lines, r.profiles = maps.Clone(base.lines), maps.Clone(base.profiles)
	r.budgets, r.channels, r.drills = maps.Clone(base.budgets), maps.Clone(base.channels), maps.Clone(base.drills)
	r.clock.marks = maps.Clone(base.clock.marks)
	r.written = map[string]position{}
	return &r
}

// window reads "22:00-06:00".
func (d *decoder) window(v value, to *window) {
	s, ok := d.scalar(v, "a time from and to, such as 22:00-06:00")
	if !ok {
		return
	}
	from, until, _ := strings.Cut(s, "-")
	a, errA := time.Parse("15:04", from)
	b, errB := time.Parse("15:04", until)
	if errA != nil || errB != nil {
		d.fault(v, "want a time from and to, such as 22:00-06:00, found %q", s)
		return
	}
	*to = window{a.Hour()*60 + a.Minute(), b.Hour()*60 + b.Minute()}
}

func (d *decoder) drills(v value) {
	fields, _ := d.fields(v, strs(responders[:]), "")
	for _, a := range responders {
		f, ok := fields[string(a)]
		if !ok {
			continue
		}
		if w, ok := word(d, f, []Drills{DrillsNever, DrillsFiled, DrillsAlways}); ok {
			d.rules.drills[a] = w
		}
	}
}

// longestTitle bounds a title and a note, in characters.
const longestTitle = 100

// title reads a sentence in both languages.
func (d *decoder) title(v value) alerting.Text {
	var t alerting.Text
	here := 0
	text := func(to *string) func(value) {
		return func(v value) {
			here++
			s, ok := d.scalar(v, "a text")
			if ok && (slowLine(s, longestTitle) != s) {
				d.fault(v, "want at most %d characters on one line, without 【】 and []", longestTitle)
			}
			*to = s
		}
	}
	ok := d.mapping(v, []key{{"zh", text(&t.ZH)}, {"en", text(&t.EN)}})
	if ok && here < 2 { // one that is empty has been reported
		d.fault(v, "want both zh and en")
	}
	return t
}

// whole checks what no single value shows.
func (d *decoder) whole(path string) {
	d.digestByDay(path)
	for _, k := range d.rules.kinds() {
		at := fmt.Sprintf("%s.kinds.%s", path, k)
		if d.rules.doubts(at) {
			continue
		}
		for mask := range uint(1) << len(d.rules.lines[k].variants) {
			if !d.rules.lines[k].possible(mask) {
				continue
			}
			l := d.rules.lines[k].under(mask)
			if f, bad := d.rules.contradiction(l, k, at, d.rules.escalates(path, l)); bad {
				d.faults = append(d.faults, f)
				break
			}
		}
	}
}

// mostWait is the longest that police and school may be left waiting for a
// critical kind: the last mark of the 1·3·5 clock, at which the police are to be
// on site.
const mostWait = 5 * time.Minute

// contradiction finds what a line promises and the policy does not keep;
// escalates says that its profiles could be read.
func (r *Rules) contradiction(l rule, k alerting.Kind, at string, escalates bool) (Fault, bool) {
	for a, audience := range responders {
		must := audience == alerting.Police || audience == alerting.School
		switch told := l.cells[a].Told(); {
		case told && escalates && len(r.row(l, a).levels) == 0:
			return r.at(at+"."+string(audience), "is told, but %s names nobody of %s", strings.Join(l.escalation, " and "), audience), true
		case !told && k == fallback && must:
			return r.at(at+"."+string(audience), "must be told: %s is what a press means before anybody knows more", k), true
		case l.cells[a] == Never && string(audience) == string(l.lead):
			return r.at(r.leading(at, audience), "%s is the lead, which closes it, and would never be told", audience), true
		case must && told && l.severity == alerting.Critical && time.Duration(l.cells[a]) > mostWait:
			return r.at(at+"."+string(audience), "waits %d s: of a critical kind %s must be told within %d s",
				int(time.Duration(l.cells[a]).Seconds()), audience, int(mostWait.Seconds())), true
		}
	}
	return Fault{}, false
}

// leading is where a line leaves out who leads: at the audience, or where only
// the lead is written.
func (r *Rules) leading(at string, a alerting.Audience) string {
	if _, written := r.written[at+"."+string(a)]; !written {
		if _, written := r.written[at+".lead"]; written {
			return at + ".lead"
		}
	}
	return at + "." + string(a)
}

// kinds lists the kinds, those of the vocabulary's order first.
func (r *Rules) kinds() []alerting.Kind { return slices.Sorted(maps.Keys(r.lines)) }
