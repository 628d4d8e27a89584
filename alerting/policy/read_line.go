package policy

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Bounds of a line.
const (
	mostVariants   = 5 // every combination of them is planned beforehand
	mostConditions = 8
	mostNumbers    = 6
)

// setter changes one thing of a line.
type setter func(*rule)

func (d *decoder) kinds(v value) {
	var known []string
	if d.base != nil {
		known = strs(d.base.kinds())
	}
	fields, _ := d.fields(v, known, "there is no such kind, ")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		k := alerting.Kind(name)
		l := d.rules.lines[k]
		l.variants = slices.Clone(l.variants)
		_, l.aloud = voiceCodes[k]
		var set []setter
		keys := append(d.lineKeys(&set), key{"variants", func(v value) { d.variants(v, &l) }})
		d.mapping(fields[name], keys)
		for _, s := range set {
			s(&l)
		}
		d.rules.lines[k] = l
	}
}

func (d *decoder) variants(v value, l *rule) {
	var known []string
	if d.base != nil {
		for _, w := range l.variants {
			known = append(known, w.name)
		}
		if known == nil {
			d.fault(v, "this kind has no variants")
			return
		}
	}
	fields, _ := d.fields(v, known, "there is no such variant, ")
	if len(fields) > mostVariants {
		d.fault(v, "want at most %d variants, found %d", mostVariants, len(fields))
		return
	}
	for _, name := range inOrder(v, fields) {
		d.variant(name, fields[name], l)
	}
}

// inOrder lists a mapping's keys as they are written: later variants are laid
// over earlier ones.
func inOrder(v value, fields map[string]value) []string {
	var out []string
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		if name := v.node.Content[i].Value; fields[name].node == v.node.Content[i+1] {
			out = append(out, name)
		}
	}
	return out
}

func (d *decoder) variant(name string, v value, l *rule) {
	i := slices.IndexFunc(l.variants, func(w variant) bool { return w.name == name })
	if i < 0 {
		l.variants, i = append(l.variants, variant{name: name, apply: func(*rule) {}}), len(l.variants)
	}
	w := &l.variants[i]
	var set []setter
	d.mapping(v, append(d.lineKeys(&set),
		key{"title", func(v value) { w.title = d.title(v) }},
		key{"when", func(v value) { w.when = d.when(v) }},
	))
	before := w.apply
	w.apply = func(l *rule) {
		before(l)
		for _, s := range set {
			s(l)
		}
	}
}

func (d *decoder) when(v value) [][]Fact {
	var out [][]Fact
	for _, item := range d.items(v, mostConditions) {
		before := len(d.faults)
		all := words(d, item, AllFacts())
		if len(all) == 0 && len(d.faults) == before {
			d.fault(item, "names no fact: it would always hold")
		}
		out = append(out, all)
	}
	return out
}

// lineKeys are the keys of a line and of a variant. What they read is added
// to set.
func (d *decoder) lineKeys(set *[]setter) []key {
	add := func(s setter) { *set = append(*set, s) }
	keys := []key{
		{"severity", func(v value) {
			if w, ok := word(d, v, []alerting.Severity{alerting.Critical, alerting.High, alerting.Low}); ok {
				add(func(l *rule) { l.severity = w })
			}
		}},
		{"parents", func(v value) {
			if w, ok := word(d, v, []Release{R0, R1, R2, R3, never}); ok {
				add(func(l *rule) { l.release = Release(strings.TrimPrefix(string(w), string(never))) })
			}
		}},
		{"confidentiality", func(v value) {
			if w, ok := word(d, v, []Class{C0, C1, C2}); ok {
				add(func(l *rule) { l.class = w })
			}
		}},
		{"lead", func(v value) {
			if w, ok := word(d, v, []alerting.Lead{alerting.LeadPolice, alerting.LeadSchool}); ok {
				add(func(l *rule) { l.lead = w })
			}
		}},
		{"call", func(v value) { n := d.numbers(v); add(func(l *rule) { l.call = n }) }},
		{"escalation", func(v value) { d.escalation(v, add) }},
		{"wakes", func(v value) { b := d.flag(v); add(func(l *rule) { l.wakes = b }) }},
		{"to", func(v value) { d.to(v, add) }},
		{"masked", func(v value) { d.masked(v, add) }},
		{"there", func(v value) { d.there(v, add) }},
		{"note", func(v value) { t := d.title(v); add(func(l *rule) { l.note = t }) }},
		{"action", func(v value) { d.action(v, add) }},
	}
	for a, audience := range responders {
		keys = append(keys, key{string(audience), func(v value) { d.cell(v, a, add) }})
	}
	return keys
}

// never is the word for an audience, or a release, that there is none of.
const never = "never"

var cellWords = map[string]Cell{never: Never, "show": Show, "decide": Decide}

func (d *decoder) cell(v value, a int, add func(setter)) {
	c, known := cellWords[v.node.Value]
	if !known {
		s, ok := d.scalar(v, "seconds, decide, show or never")
		if ok && strings.Trim(s, "0123456789") != "" {
			d.strange(v, "seconds, or ", s, []string{"decide", "show", never})
			return
		}
		n, ok := d.seconds(v)
		if !ok {
			return
		}
		c = Cell(n)
	}
	add(func(l *rule) { l.cells[a] = c })
}

var telephone = regexp.MustCompile(`^\+?[0-9][0-9-]{1,20}$`)

func (d *decoder) numbers(v value) []string {
	out := []string{}
	for _, item := range d.items(v, mostNumbers) {
		n, ok := d.scalar(item, "a telephone number")
		if ok && !telephone.MatchString(n) {
			d.fault(item, "want a telephone number, found %q", n)
		}
		out = append(out, n)
	}
	return out
}

func (d *decoder) escalation(v value, add func(setter)) {
	before := len(d.faults)
	names := words(d, v, slices.Sorted(maps.Keys(d.rules.profiles)))
	if len(names) == 0 && len(d.faults) == before {
		d.fault(v, "names no profile")
	}
	if len(names) > 0 {
		add(func(l *rule) { l.escalation = names })
	}
}

// to reads who is told instead of the duties of level 0.
func (d *decoder) to(v value, add func(setter)) {
	fields, _ := d.fields(v, strs(responders[:]), "")
	for a, audience := range responders {
		f, ok := fields[string(audience)]
		if !ok {
			continue
		}
		before := len(d.faults)
		duties := words(d, f, people.Duties(audience))
		if len(duties) == 0 && len(d.faults) == before {
			d.fault(f, "names nobody")
		}
		add(func(l *rule) { l.to[a] = duties })
	}
}

func (d *decoder) masked(v value, add func(setter)) {
	names := words(d, v, responders[:])
	add(func(l *rule) {
		for a, audience := range responders {
			l.masked[a] = slices.Contains(names, audience)
		}
	})
}

// there reads of which audiences those alone are told who stand at the place:
// guards, whom the duty names.
func (d *decoder) there(v value, add func(setter)) {
	names := words(d, v, []alerting.Audience{alerting.Guards})
	add(func(l *rule) {
		for a, audience := range responders {
			l.there[a] = slices.Contains(names, audience)
		}
	})
}

func (d *decoder) action(v value, add func(setter)) {
	d.mapping(v, []key{
		{string(alerting.Guards), func(v value) {
			t := d.template(v)
			add(func(l *rule) { l.guardsAction = t })
		}},
		{string(alerting.Staff), func(v value) {
			t := d.template(v)
			add(func(l *rule) { l.staffAction = t })
		}},
	})
}

// template reads a sentence that may hold placeholders.
func (d *decoder) template(v value) alerting.Text {
	t := d.title(v)
	for _, s := range []string{t.ZH, t.EN} {
		if name, ok := strangePlaceholder(s); ok {
			d.fault(v, "unknown placeholder %s, want %s", name, list(placeholders[:]))
		}
	}
	return t
}

// validProfile reports whether s can name an escalation profile.
func validProfile(s string) bool { return devices.ValidName(strings.ToLower(s)) }
