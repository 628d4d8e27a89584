package duty

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/internal/strict"
)

// Fault is one thing that is wrong with a setup.
type Fault = strict.Fault

// LeastRounds is how many rounds a day a school does at least
// (GB/T 29315-2022).
const LeastRounds = 5

// ReadSetup reads a school's setup on top of the defaults; the keys in beside
// are somebody else's, path is the node's way from the root of the
// configuration. The school, its seed and whether its places exist are the
// caller's to say.
func ReadSetup(node *yaml.Node, path string, beside ...string) (Setup, []Fault) {
	d := &decoder{}
	s := Setup{Times: builtIn.times, Rounds: builtIn.rounds}
	v := strict.Value{Node: node, Path: path}
	keys := []strict.Key{
		{Name: "pattern", Need: true, Read: func(v strict.Value) { s.Level, s.Pattern = d.pattern(v) }},
		{Name: "with", Read: func(v strict.Value) { s.With = d.with(v) }},
		{Name: "times", Read: func(v strict.Value) { d.times(v, &s.Times) }},
		{Name: "timetables", Read: func(v strict.Value) { s.Timetables = d.timetables(v) }},
		{Name: "posts", Need: true, Read: func(v strict.Value) { s.Posts = d.posts(v) }},
		{Name: "points", Read: func(v strict.Value) { s.Points, s.PointNames = d.points(v) }},
		{Name: "rounds", Read: func(v strict.Value) { s.Rounds = d.own(v) }},
		{Name: "codes", Read: func(v strict.Value) { s.Codes, _ = d.Whole(v, 1, mostCodes) }},
		{Name: "guards", Read: func(v strict.Value) { s.Guards, _ = d.Whole(v, 1, mostGuards) }},
	}
	for _, name := range beside {
		keys = append(keys, strict.Key{Name: name, Read: func(strict.Value) {}})
	}
	d.Mapping(v, keys...)
	if slices.Contains(s.With, Boarding) {
		s.Pattern = slices.Concat(s.Pattern, builtIn.boarding)
	} else {
		s.With = append(s.With, DayOnly)
	}
	return s, d.Faults
}

func (d *decoder) pattern(v strict.Value) (string, []Window) {
	p, _ := strict.Word(&d.Decoder, v, []string{"kindergarten", "primary", "junior-secondary", "senior-secondary"})
	return p, builtIn.patterns[p]
}

func (d *decoder) with(v strict.Value) []Condition {
	var out []Condition
	for _, item := range d.Items(v, len(conditions())) {
		c, ok := strict.Word(&d.Decoder, item, []Condition{Home, Service, Evening, Boarding})
		switch {
		case !ok:
		case slices.Contains(out, c):
			d.Fault(item, "%q is here twice", c)
		default:
			out = append(out, c)
		}
	}
	return out
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (d *decoder) timetables(v strict.Value) []Timetable {
	var out []Timetable
	for _, item := range d.Items(v, mostTimetables) {
		var t Timetable
		d.Mapping(item,
			strict.Key{Name: "season", Read: func(v strict.Value) { t.Season, _ = strict.Word(&d.Decoder, v, []Season{Summer, Winter}) }},
			strict.Key{Name: "weekdays", Read: func(v strict.Value) {
				for _, item := range d.Items(v, len(weekdays)) {
					if w, ok := strict.Word(&d.Decoder, item, weekdays); ok {
						t.Weekdays = append(t.Weekdays, time.Weekday(slices.Index(weekdays, w)))
					}
				}
			}},
			strict.Key{Name: "windows", Need: true, Read: func(v strict.Value) { t.Windows = d.windows(v) }},
		)
		d.openTooLong(item, t.Windows)
		out = append(out, t)
	}
	return out
}

// openTooLong reports windows by which gates would be open for longer than
// calendar.LongestOpen on a day.
func (d *decoder) openTooLong(v strict.Value, windows []Window) {
	for _, days := range []Days{Full, HalfDay} {
		var all []calendar.Hours
		for _, w := range windows {
			if w.On == Every || w.On == Manned || w.On == days {
				all = append(all, calendar.Hours{From: w.gate(), To: w.until()})
			}
		}
		if open := calendar.Lasts(all); open > calendar.LongestOpen {
			d.Fault(v, "windows: gates are open for %v on a %s day: want at most %v in all: in a window nobody is told of a door that is opened without a release (G3)", open, days, calendar.LongestOpen)
			return
		}
	}
}

func (d *decoder) posts(v strict.Value) []Post {
	var out []Post
	at := map[string]strict.Value{}
	for _, item := range d.Items(v, mostPosts) {
		if p, ok := d.ownPost(item); ok {
			if _, twice := at[p.ID]; twice {
				d.Fault(item, "%q is here twice", p.ID)
				continue
			}
			at[p.ID] = item
			out = append(out, p)
		}
	}
	for _, p := range out {
		for _, n := range p.Neighbours {
			if _, ok := at[n]; !ok || n == p.ID {
				d.Fault(at[p.ID], "neighbours: there is no other post %q", n)
			}
		}
	}
	return out
}

// ownPost reads a school's post on top of its sort.
func (d *decoder) ownPost(item strict.Value) (Post, bool) {
	var kind Kind
	var p Post
	known := make([]Kind, 0, len(builtIn.posts))
	for k := range builtIn.posts {
		known = append(known, k)
	}
	slices.Sort(known)
	probe := &decoder{} // the sort comes first, wherever it stands
	probe.Mapping(item, strict.Key{Name: "kind", Need: true, Read: func(v strict.Value) { kind, _ = strict.Word(&d.Decoder, v, known) }})
	p = builtIn.posts[kind]
	ok := d.Mapping(item, append(d.post(&p),
		strict.Key{Name: "kind", Need: true, Read: func(strict.Value) {}},
		strict.Key{Name: "id", Need: true, Read: d.name(&p.ID)},
		strict.Key{Name: "name", Need: true, Read: d.text(&p.Name)},
		strict.Key{Name: "place", Need: true, Read: d.name(&p.Place)},
		strict.Key{Name: "codes", Read: func(v strict.Value) { p.Codes, _ = d.Whole(v, 1, mostCodes) }},
		strict.Key{Name: "neighbours", Read: func(v strict.Value) { p.Neighbours = d.names(v, mostPosts) }},
	)...)
	if ok && kind != "" {
		d.contradiction(item, p)
	}
	return p, ok && kind != ""
}

// contradiction finds a minimum that the post's own people could never reach:
// it would be uncovered every day.
func (d *decoder) contradiction(v strict.Value, p Post) {
	needs := []Need{p.Need}
	for _, w := range p.Windows {
		if w.Need != nil {
			needs = append(needs, w.Need)
		}
	}
	for _, need := range needs {
		for _, f := range p.Minimum {
			have := 0
			for _, r := range f.Of {
				have += need[r]
			}
			if have < f.Number {
				d.Fault(v, "asks for %d of %v as a minimum and needs only %d", f.Number, f.Of, have)
				return
			}
		}
		if need.Total() < p.Company {
			d.Fault(v, "asks for company of %d and needs only %d", p.Company, need.Total())
			return
		}
	}
}

func (d *decoder) names(v strict.Value, most int) []string {
	var out []string
	for _, item := range d.Items(v, most) {
		var s string
		d.name(&s)(item)
		out = append(out, s)
	}
	return out
}

// points reads where the rounds go: an id, or an id and what people call it.
func (d *decoder) points(v strict.Value) ([]string, map[string]alerting.Text) {
	var out []string
	called := map[string]alerting.Text{}
	for _, item := range d.Items(v, mostPoints) {
		var id string
		var name alerting.Text
		if item.Node.Kind != yaml.MappingNode {
			d.name(&id)(item)
		} else if !d.Mapping(item, strict.Key{Name: "id", Need: true, Read: d.name(&id)}, strict.Key{Name: "name", Need: true, Read: d.text(&name)}) {
			continue
		}
		if slices.Contains(out, id) {
			d.Fault(v, "%q is here twice", id)
		}
		if out = append(out, id); name != (alerting.Text{}) {
			called[id] = name
		}
	}
	return out, called
}

// own reads a school's own rounds in place of the defaults.
func (d *decoder) own(v strict.Value) []Round {
	out := d.rounds(v)
	daily := 0
	for _, r := range out {
		if r.On == Every && r.If == "" {
			daily++
		}
	}
	if daily < LeastRounds {
		d.Fault(v, "want at least %d rounds on every day, found %d", LeastRounds, daily)
	}
	return out
}
