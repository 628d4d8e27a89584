package rules

import (
	_ "embed" // the built-in rules
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/internal/strict"
)

// Fault is one thing that is wrong with rules.
type Fault = strict.Fault

//go:embed defaults.yaml
var defaultsYAML []byte

const (
	mostRules   = 100
	mostGates   = 200
	mostWindows = 12
	mostFacts   = 6
	mostRoll    = 50_000
	mostTitle   = 100 // characters
	longestFor  = 24 * time.Hour
)

// builtIn is what schools start with: it is read once, when the program starts.
var builtIn = mustRead(defaultsYAML)

type defaults struct {
	windows map[Level][]Window
	rules   []*Rule
}

func mustRead(data []byte) defaults {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		panic("built-in rules: " + err.Error())
	}
	d, out := &decoder{shipped: true}, defaults{windows: map[Level][]Window{}}
	d.Mapping(strict.Value{Node: doc.Content[0]},
		strict.Key{Name: "windows", Need: true, Read: func(v strict.Value) {
			var keys []strict.Key
			for _, l := range Levels() {
				keys = append(keys, strict.Key{Name: string(l), Need: true, Read: func(v strict.Value) { out.windows[l] = d.windows(v) }})
			}
			d.Mapping(v, keys...)
		}},
		strict.Key{Name: "rules", Need: true, Read: func(v strict.Value) { out.rules = d.rules(v, nil) }},
	)
	if len(d.Faults) > 0 {
		panic("built-in rules: " + d.Faults[0].String())
	}
	return out
}

// Default is the set of a school that says nothing.
func Default() *Set {
	return &Set{rules: builtIn.rules}
}

// Parse reads one YAML document, as Read does; for whoever has bytes.
func Parse(data []byte) (*Set, []Fault) {
	node, faults := document(data)
	if node == nil {
		return nil, faults
	}
	return Read(node, "")
}

// document is the one document of data.
func document(data []byte) (*yaml.Node, []Fault) {
	var doc yaml.Node
	loader, err := yaml.NewLoader(strings.NewReader(string(data)))
	if err == nil {
		err = loader.Load(&doc)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		f := Fault{Message: "not YAML: " + err.Error()}
		if le, ok := errors.AsType[*yaml.LoadError](err); ok {
			f = Fault{Line: le.Mark.Line, Column: le.Mark.Column, Message: "not YAML: " + le.Message}
		}
		return nil, []Fault{f}
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil, []Fault{{Message: "says nothing"}}
	}
	return doc.Content[0], nil
}

// Read reads what a school says of its gates and rules, on top of the built-in
// ones; the keys in beside are somebody else's. path is the node's way from the
// root of its configuration, for the faults, which are all of them. A set that
// comes with faults is not to be used.
func Read(node *yaml.Node, path string, beside ...string) (*Set, []Fault) {
	d, s := &decoder{}, Default()
	keys := []strict.Key{
		{Name: "level", Read: func(v strict.Value) {
			if l, ok := strict.Word(&d.Decoder, v, Levels()); ok {
				s.Level = l
			}
		}},
		{Name: "roll", Read: func(v strict.Value) { s.Roll, _ = d.Whole(v, 1, mostRoll) }},
		{Name: "windows", Read: func(v strict.Value) { s.Windows = d.windows(v) }},
		{Name: "gates", Read: func(v strict.Value) { s.gates = d.gates(v) }},
		{Name: "rules", Read: func(v strict.Value) { s.rules = d.rules(v, builtIn.rules) }},
	}
	for _, name := range beside {
		keys = append(keys, strict.Key{Name: name, Read: func(strict.Value) {}})
	}
	d.Mapping(strict.Value{Node: node, Path: path}, keys...)
	return s, d.Faults
}

// decoder gathers every fault on its way.
type decoder struct {
	strict.Decoder
	shipped bool // it reads the built-in rules
}

func (d *decoder) windows(v strict.Value) []Window {
	out := []Window{}
	for _, item := range d.Items(v, mostWindows) {
		w := Window{On: OnManned}
		ok := d.Mapping(item,
			strict.Key{Name: "hours", Need: true, Read: func(v strict.Value) { w.From, w.To = d.hours(v) }},
			strict.Key{Name: "on", Read: func(v strict.Value) { w.On, _ = strict.Word(&d.Decoder, v, []Days{OnManned, OnFull, OnHalf}) }},
		)
		if n := len(out); ok && n > 0 && w.From < out[n-1].To {
			d.Fault(item, "begins before the window above it ends: write them in order")
		}
		out = append(out, w)
	}
	for _, days := range []Days{OnFull, OnHalf} {
		if open := lasts(out, days); open > calendar.LongestOpen {
			d.Fault(v, "open for %v on a %s day: want at most %v in all: in a window nobody is told of a door that is opened without a release (G3)", open, days, calendar.LongestOpen)
			break
		}
	}
	return out
}

// lasts is for how long windows are open on one sort of day.
func lasts(all []Window, days Days) time.Duration {
	minutes := 0
	for _, w := range all {
		if w.On == OnManned || w.On == days {
			minutes += w.To - w.From
		}
	}
	return time.Duration(minutes) * time.Minute
}

// hours reads 07:40-08:35, in minutes after midnight.
func (d *decoder) hours(v strict.Value) (from, to int) {
	s, ok := d.Scalar(v, "a time from and to, such as 07:40-08:35")
	if !ok {
		return 0, 0
	}
	a, b, _ := strings.Cut(s, "-")
	x, errX := time.Parse("15:04", a)
	y, errY := time.Parse("15:04", b)
	if errX != nil || errY != nil || !x.Before(y) {
		d.Fault(v, "want a time from and to, such as 07:40-08:35, found %q", s)
		return 0, 0
	}
	return x.Hour()*60 + x.Minute(), y.Hour()*60 + y.Minute()
}

func (d *decoder) gates(v strict.Value) []Gate {
	var out []Gate
	for _, item := range d.Items(v, mostGates) {
		g := Gate{Type: Pedestrian}
		d.Mapping(item,
			strict.Key{Name: "device", Need: true, Read: func(v strict.Value) { g.Device, _ = d.Scalar(v, "a device's id") }},
			strict.Key{Name: "type", Read: func(v strict.Value) { g.Type, _ = strict.Word(&d.Decoder, v, GateTypes()) }},
			strict.Key{Name: "width", Read: func(v strict.Value) { g.Width = d.metres(v) }},
			strict.Key{Name: "area", Read: func(v strict.Value) { g.Area, _ = d.Whole(v, 1, mostRoll) }},
			strict.Key{Name: "separate_lanes", Read: func(v strict.Value) { g.Apart = d.Flag(v) }},
			strict.Key{Name: "post", Read: func(v strict.Value) { g.Post, _ = d.Scalar(v, "a post's id") }},
			strict.Key{Name: "windows", Read: func(v strict.Value) { g.Windows = d.windows(v) }},
		)
		if slices.ContainsFunc(out, func(o Gate) bool { return o.Device == g.Device }) {
			d.Fault(item, "gate %q is here twice", g.Device)
		}
		out = append(out, g)
	}
	return out
}

// metres reads a free width.
func (d *decoder) metres(v strict.Value) float64 {
	s, ok := d.Scalar(v, "metres, such as 2.4")
	x, err := strconv.ParseFloat(s, 64)
	if ok && (err != nil || !(x >= 0.5 && x <= 50)) {
		d.Fault(v, "want metres from 0.5 to 50, found %q", s)
	}
	return x
}

// duration reads such as 30s or 15m.
func (d *decoder) duration(v strict.Value) time.Duration {
	s, ok := d.Scalar(v, "a time such as 30s")
	x, err := time.ParseDuration(s)
	if ok && (err != nil || x < 0 || x > longestFor) {
		d.Fault(v, "want a time such as 30s, at most %v, found %q", longestFor, s)
		return 0
	}
	return x
}

func (d *decoder) title(v strict.Value) (t alerting.Text) {
	part := func(to *string) func(strict.Value) {
		return func(v strict.Value) {
			s, ok := d.Scalar(v, "a text")
			if ok && len([]rune(s)) > mostTitle {
				d.Fault(v, "want at most %d characters", mostTitle)
			}
			*to = s
		}
	}
	d.Mapping(v, strict.Key{Name: "zh", Need: true, Read: part(&t.ZH)}, strict.Key{Name: "en", Need: true, Read: part(&t.EN)})
	return t
}
