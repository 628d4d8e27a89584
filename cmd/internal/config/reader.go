package config

import (
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// Load reads the configuration at path, a YAML file or a folder of *.yaml. Its
// error is Faults, every one of them.
func Load(path string) (*Config, error) {
	sources, faults := find(path)
	if len(sources) == 0 {
		return nil, faults
	}
	c, more := read(path, sources)
	faults = append(faults, more...)
	if len(faults) > 0 {
		faults.sort()
		return nil, faults
	}
	c.Warnings.sort()
	return c, nil
}

// reader gathers what the sources say, and what is wrong with it.
type reader struct {
	faults Faults
	config Config

	named   map[string]value          // by what and name, to find duplicates
	schools map[string]value          // by id
	police  map[string]bool           // schools that somebody of the police is told of
	places  map[string]alerting.Place // of the school that is being read

	peopled   bool             // everybody whom a policy may ask for could be read
	policies  map[string]value // by school
	calendars map[string]schoolDays
	ruled     map[string]value // by school
	manned    map[string]dutyOf

	points []point // of schools and stations

	carriers []carrying // gateways that schools named for their parents

	provider value // of identities, where there is one

	everywhere *texts.Book      // what all schools are told, nil for the built-in texts
	worded     map[string]value // by code, where that is written
}

// read makes a configuration of sources. What schools are called is read
// first, as everything else refers to them.
func read(path string, sources []source) (*Config, Faults) {
	r := &reader{
		config: Config{credentials: map[string][32]byte{}, Policies: map[string]*policy.Rules{}, Calendars: map[string]*calendar.Calendar{},
			Rules: map[string]*rules.Set{}, Duty: map[string]watch.School{}},
		named:   map[string]value{},
		schools: map[string]value{},
		police:  map[string]bool{},

		policies:  map[string]value{},
		calendars: map[string]schoolDays{},
		ruled:     map[string]value{},
		manned:    map[string]dutyOf{},
		worded:    map[string]value{},
	}
	for _, s := range sources {
		r.config.Files = append(r.config.Files, File{Path: s.name})
	}
	roots := r.roots(sources)
	r.needSchools(path, roots)
	whole := len(r.faults) == 0
	r.hub(path, roots)
	r.telemetry(roots)
	before := len(r.faults)
	r.sayings(roots)
	r.each(roots, "schools", r.school)
	r.district(roots)
	r.each(roots, "terminals", r.terminal)
	r.each(roots, "accounts", r.account)
	r.each(roots, "webhooks", r.webhook)
	r.each(roots, "gateways", r.gateway)
	r.each(roots, "contacts", r.contact) // after what their paths lead over
	r.peopled = whole && len(r.faults) == before
	r.each(roots, "policies", r.policy)
	r.calendar(roots)
	r.each(roots, "rules", r.rules)
	r.each(roots, "duty", r.duty)
	r.checkIdentities()
	r.checkDuties()
	r.checkWindows()
	r.checkGuards()
	r.checkRounds()
	r.checkPolice()
	r.checkParents()
	r.checkTelephones()
	r.checkLoops()
	r.checkPolicies()
	r.checkTexts()
	r.config.again = r.again
	return &r.config, r.faults
}

func (r *reader) roots(sources []source) []object {
	var roots []object
	for i := range sources {
		node, faults := sources[i].parse()
		r.faults = append(r.faults, faults...)
		if node == nil {
			continue
		}
		root := value{node: node, src: &sources[i]}
		if o, ok := r.object(root, "hub", "schools", "terminals", "accounts", "webhooks", "gateways", "contacts", "policies", "calendar", "duty", "rules", "district", "texts", "telemetry"); ok {
			roots = append(roots, o)
		}
	}
	return roots
}

// needSchools reports files that name no school between them, unless one of
// them could not be read and may have done so.
func (r *reader) needSchools(path string, roots []object) {
	if len(r.faults) > 0 {
		return
	}
	for _, root := range roots {
		if root.has("schools") && !root.fields["schools"].isEmptyList() {
			return
		}
	}
	r.faults = Faults{{File: path, Path: "schools", Message: "is missing: a hub serves one school or more"}}
}

func (r *reader) each(roots []object, key string, read func(value)) {
	for _, root := range roots {
		for _, item := range root.items(key) {
			read(item)
		}
	}
}

// unique reports a second thing of the same name.
func (r *reader) unique(what string, t text, name string) {
	if !t.ok {
		return
	}
	key := what + " " + name
	if first, ok := r.named[key]; ok {
		r.fault(t.value, "%s %q is already at %s", what, name, first.place())
		return
	}
	r.named[key] = t.value
}

// checkPolice reports a school that nobody of the police would be told of.
func (r *reader) checkPolice() {
	for id, at := range r.schools {
		if !r.police[id] {
			r.fault(at, "nobody to tell: no police terminal and no account of role liaison serves %s", id)
		}
	}
}

// word reads one of a closed list of words; fallback where the key is absent,
// unless that is "", when the key must be there.
func word[S ~string](o object, key string, words []S, fallback S) S {
	var t text
	if fallback == "" {
		t = o.need(key)
	} else {
		t = o.text(key, string(fallback))
	}
	if t.ok && !contains(words, S(t.s)) {
		o.r.fault(t.value, "want %s, found %q%s", list(words), t.s, suggestion(t.s, words))
	}
	return S(t.s)
}

// name reads an id and checks its letters.
func (r *reader) name(o object, key string, valid func(string) bool) text {
	t := o.need(key)
	switch {
	case !t.ok || valid(t.s):
	case devices.ValidName(t.s):
		r.fault(t.value, "%q is the beginning of a topic of its own and can be no school's id", t.s)
	default:
		r.fault(t.value, "%q is no name: want 1 to 63 of a-z, 0-9 and -, not beginning with -", t.s)
	}
	return t
}

// words reads both languages of a name that people read.
func (r *reader) words(o object, key string) alerting.Text {
	if !o.has(key) {
		r.fault(o.field(key), "is missing")
		return alerting.Text{}
	}
	n := o.section(key, "zh", "en")
	if n.fields == nil {
		return alerting.Text{}
	}
	return alerting.Text{ZH: r.readable(n, "zh"), EN: r.readable(n, "en")}
}

func (r *reader) readable(o object, key string) string {
	t := o.need(key)
	switch {
	case !t.ok:
	case strings.TrimSpace(t.s) != t.s:
		r.fault(t.value, "begins or ends with a space")
	case len([]rune(t.s)) > longestName || strings.ContainsFunc(t.s, isControl):
		r.fault(t.value, "want at most %d printable characters", longestName)
	}
	return t.s
}
