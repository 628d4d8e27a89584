package duty

import (
	_ "embed" // the defaults
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/internal/strict"
	"example.org/campushub/devices"
)

//go:embed defaults.yaml
var defaultsYAML []byte

// defaults is what a school's setup is read on top of.
type defaults struct {
	times    Times
	patterns map[string][]Window
	boarding []Window
	posts    map[Kind]Post
	rounds   []Round
}

// builtIn is read once, when the program starts; nothing changes it.
var builtIn = mustRead(defaultsYAML)

func mustRead(data []byte) defaults {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		panic("built-in duty: " + err.Error())
	}
	d, out := &decoder{}, defaults{}
	d.Mapping(strict.Value{Node: doc.Content[0]},
		strict.Key{Name: "times", Need: true, Read: func(v strict.Value) { d.times(v, &out.times) }},
		strict.Key{Name: "patterns", Need: true, Read: func(v strict.Value) {
			out.patterns = named(d, v, d.windows)
		}},
		strict.Key{Name: "boarding", Need: true, Read: func(v strict.Value) { out.boarding = d.windows(v) }},
		strict.Key{Name: "posts", Need: true, Read: func(v strict.Value) {
			out.posts = map[Kind]Post{}
			for k, p := range named(d, v, func(v strict.Value) (p Post) { d.Mapping(v, d.post(&p)...); return p }) {
				p.Kind = Kind(k)
				out.posts[p.Kind] = p
			}
		}},
		strict.Key{Name: "rounds", Need: true, Read: func(v strict.Value) { out.rounds = d.rounds(v) }},
	)
	if len(d.Faults) > 0 {
		panic("built-in duty: " + d.Faults[0].String())
	}
	return out
}

// Bounds of a setup; beyond them it is a fault.
const (
	mostPosts      = 100
	mostWindows    = 20 // of a day
	mostTimetables = 40
	mostPoints     = 100
	mostRounds     = 50
	mostPeople     = 50  // of a role at a post
	mostGuards     = 500 // of a school
	mostCodes      = 10_000
	longestTime    = 24 * 60 * 60
)

// decoder reads nodes.
type decoder struct{ strict.Decoder }

// named reads a mapping whose keys are names, in the file's order.
func named[T any](d *decoder, v strict.Value, read func(strict.Value) T) map[string]T {
	if v.Node.Kind != yaml.MappingNode {
		d.Fault(v, "want a mapping, found %s", strict.Describe(v.Node))
		return nil
	}
	out := map[string]T{}
	for i := 0; i+1 < len(v.Node.Content); i += 2 {
		k := v.Node.Content[i].Value
		out[k] = read(strict.Value{Node: v.Node.Content[i+1], Path: strict.Join(v.Path, k)})
	}
	return out
}

func (d *decoder) seconds(name string, to *time.Duration) strict.Key {
	return strict.Key{Name: name, Read: func(v strict.Value) {
		if n, ok := d.Whole(v, 0, longestTime); ok {
			*to = time.Duration(n) * time.Second
		}
	}}
}

func (d *decoder) times(v strict.Value, t *Times) {
	d.Mapping(v,
		d.seconds("open", &t.Open), d.seconds("grace", &t.Grace), d.seconds("settle", &t.Settle),
		strict.Key{Name: "ahead", Read: func(v strict.Value) { t.Ahead, _ = d.Whole(v, 1, mostAhead) }},
		strict.Key{Name: "call", Read: func(v strict.Value) {
			d.Mapping(v, d.seconds("first", &t.CallFirst), d.seconds("second", &t.CallSecond))
		}},
		strict.Key{Name: "lone", Read: func(v strict.Value) {
			d.Mapping(v, strict.Key{Name: "hours", Read: func(v strict.Value) { t.Lone.From, t.Lone.To = d.hours(v) }},
				d.seconds("every", &t.Lone.Every), d.seconds("first", &t.Lone.First), d.seconds("second", &t.Lone.Second))
		}},
		strict.Key{Name: "patrol", Read: func(v strict.Value) {
			d.Mapping(v, d.seconds("before", &t.Patrol.Before), d.seconds("after", &t.Patrol.After),
				d.seconds("once", &t.Patrol.Once), d.seconds("shift", &t.Patrol.Shift))
		}},
		strict.Key{Name: "leave", Read: func(v strict.Value) {
			d.Mapping(v, d.seconds("before", &t.Leave.Before), d.seconds("after", &t.Leave.After), d.seconds("again", &t.Leave.Again))
		}},
	)
	d.bounded(v, *t)
}

// mostAhead bounds how many school days ahead a missing roster is said: a month.
const mostAhead = 20

// MostSettle bounds how long what is on its way is waited for: who is missing
// is said within a minute of the grace.
const MostSettle = 30 * time.Second

// minute reads a time of day, 00:00 to 23:59.
func (d *decoder) minute(v strict.Value) (int, bool) {
	s, ok := d.Scalar(v, "a time such as 07:20")
	if !ok {
		return 0, false
	}
	m, ok := parseMinute(s)
	if !ok {
		d.Fault(v, "want a time such as 07:20, found %q", s)
	}
	return m, ok
}

func parseMinute(s string) (int, bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil && len(s) == len("07:20")
}

// hours reads "07:20-08:35".
func (d *decoder) hours(v strict.Value) (from, to int) {
	s, ok := d.Scalar(v, "a time from and to, such as 07:20-08:35")
	if !ok {
		return 0, 0
	}
	a, b, _ := strings.Cut(s, "-")
	from, okA := parseMinute(a)
	to, okB := parseMinute(b)
	if !okA || !okB {
		d.Fault(v, "want a time from and to, such as 07:20-08:35, found %q", s)
	}
	return from, to
}

func (d *decoder) name(to *string) func(strict.Value) {
	return func(v strict.Value) {
		s, ok := d.Scalar(v, "a name")
		if ok && !devices.ValidName(s) {
			d.Fault(v, "%q is no name: want 1 to 63 of a-z, 0-9 and -, not beginning with -", s)
		}
		*to = s
	}
}

func (d *decoder) days(to *Days) func(strict.Value) {
	return func(v strict.Value) {
		*to, _ = strict.Word(&d.Decoder, v, []Days{Every, Manned, Full, HalfDay, Off, Slept, Returning, Examining})
	}
}

func conditions() []Condition { return []Condition{Home, Service, Evening, Boarding, DayOnly} }

func (d *decoder) condition(to *Condition) func(strict.Value) {
	return func(v strict.Value) { *to, _ = strict.Word(&d.Decoder, v, conditions()) }
}

func (d *decoder) text(to *alerting.Text) func(strict.Value) {
	part := func(s *string) func(strict.Value) {
		return func(v strict.Value) {
			var ok bool
			if *s, ok = d.Scalar(v, "a text"); ok && len([]rune(*s)) > 100 {
				d.Fault(v, "want at most 100 characters")
			}
		}
	}
	return func(v strict.Value) {
		d.Mapping(v, strict.Key{Name: "zh", Need: true, Read: part(&to.ZH)}, strict.Key{Name: "en", Need: true, Read: part(&to.EN)})
	}
}

// windows reads the windows of a day; none may bear another's id.
func (d *decoder) windows(v strict.Value) []Window {
	var out []Window
	for _, item := range d.Items(v, mostWindows) {
		w := Window{From: -1, Gate: -1, On: Manned}
		if !d.Mapping(item, d.window(&w)...) {
			continue
		}
		if w.From < 0 {
			d.Fault(item, "want hours, or dismissals")
			continue
		}
		if w.Gate >= 0 && !w.holds(w.Gate) {
			d.Fault(item, "the gate opens outside the hours")
		}
		if slices.ContainsFunc(out, func(o Window) bool { return o.ID == w.ID }) {
			d.Fault(item, "%q is here twice", w.ID)
		}
		out = append(out, w)
	}
	return out
}

// holds reports whether a minute of the day lies within the window.
func (w Window) holds(minute int) bool {
	return w.From <= minute && minute < w.until() || w.From <= minute+minutesADay && minute+minutesADay < w.until()
}

func (d *decoder) window(w *Window) []strict.Key {
	return []strict.Key{
		{Name: "id", Need: true, Read: d.name(&w.ID)},
		{Name: "hours", Read: func(v strict.Value) { w.From, w.To = d.hours(v) }},
		{Name: "dismissals", Read: func(v strict.Value) { d.dismissals(v, w) }},
		{Name: "gate", Read: func(v strict.Value) { w.Gate, _ = d.minute(v) }},
		{Name: "on", Read: d.days(&w.On)},
		{Name: "if", Read: d.condition(&w.If)},
		{Name: "need", Read: func(v strict.Value) { w.Need = d.need(v) }},
		{Name: "on_call", Read: func(v strict.Value) { w.OnCall = d.Flag(v) }},
	}
}

// Before and after pupils are let go, grade by grade.
const (
	beforeDismissal = 20 // minutes before the first
	afterDismissal  = 30 // minutes after the last
)

// dismissals reads the times at which grades are let go, one after the other.
func (d *decoder) dismissals(v strict.Value, w *Window) {
	first, last := minutesADay, -1
	for _, item := range d.Items(v, mostWindows) {
		if m, ok := d.minute(item); ok {
			first, last = min(first, m), max(last, m)
		}
	}
	if last < 0 {
		d.Fault(v, "want a list of times such as 15:30")
		return
	}
	if first < beforeDismissal || last+afterDismissal >= minutesADay {
		d.Fault(v, "a dismissal around midnight needs hours")
		return
	}
	w.From, w.Gate, w.To = first-beforeDismissal, first, last+afterDismissal
}

func (d *decoder) need(v strict.Value) Need {
	out := Need{}
	var keys []strict.Key
	for _, r := range Roles() {
		keys = append(keys, strict.Key{Name: string(r), Read: func(v strict.Value) {
			if n, ok := d.Whole(v, 0, mostPeople); ok && n > 0 {
				out[r] = n
			}
		}})
	}
	d.Mapping(v, keys...)
	return out
}

func (d *decoder) rolesOf(v strict.Value) []Role {
	var out []Role
	for _, item := range d.Items(v, len(Roles())) {
		if r, ok := strict.Word(&d.Decoder, item, Roles()); ok {
			out = append(out, r)
		}
	}
	return out
}

func (d *decoder) floors(v strict.Value) []Floor {
	out := []Floor{}
	for _, item := range d.Items(v, mostWindows) {
		var f Floor
		ok := d.Mapping(item,
			strict.Key{Name: "of", Need: true, Read: func(v strict.Value) { f.Of = d.rolesOf(v) }},
			strict.Key{Name: "number", Need: true, Read: func(v strict.Value) { f.Number, _ = d.Whole(v, 1, mostPeople) }})
		if ok && slices.Contains(f.Of, Volunteer) {
			d.Fault(item, "a volunteer never counts toward a minimum")
		}
		out = append(out, f)
	}
	return out
}

// post reads what a sort of post and a school's own post have in common.
func (d *decoder) post(p *Post) []strict.Key {
	return []strict.Key{
		{Name: "need", Read: func(v strict.Value) { p.Need = d.need(v) }},
		{Name: "minimum", Read: func(v strict.Value) { p.Minimum = d.floors(v) }},
		{Name: "company", Read: func(v strict.Value) { p.Company, _ = d.Whole(v, 0, mostPeople) }},
		{Name: "roving", Read: func(v strict.Value) { p.Roving = d.rolesOf(v) }},
		{Name: "windows", Read: func(v strict.Value) { p.Windows = d.windows(v) }},
		{Name: "on", Read: d.days(&p.On)},
		{Name: "watched", Read: func(v strict.Value) { p.Watched = d.Flag(v) }},
	}
}

func (d *decoder) rounds(v strict.Value) []Round {
	var out []Round
	for _, item := range d.Items(v, mostRounds) {
		r := Round{On: Every}
		if d.Mapping(item,
			strict.Key{Name: "id", Need: true, Read: d.name(&r.ID)},
			strict.Key{Name: "at", Need: true, Read: func(v strict.Value) { r.At, _ = d.minute(v) }},
			strict.Key{Name: "next", Read: func(v strict.Value) { r.Next = d.Flag(v) }},
			strict.Key{Name: "on", Read: d.days(&r.On)},
			strict.Key{Name: "if", Read: d.condition(&r.If)},
			strict.Key{Name: "what", Need: true, Read: d.text(&r.What)}) {
			if slices.ContainsFunc(out, func(o Round) bool { return o.ID == r.ID }) {
				d.Fault(item, "%q is here twice", r.ID)
			}
			out = append(out, r)
		}
	}
	return out
}
