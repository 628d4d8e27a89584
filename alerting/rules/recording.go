package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // recordings name their zone

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/internal/strict"
	"example.org/campushub/devices"
)

const (
	mostLines    = 20_000 // of a recording
	mostRepeats  = 10_000
	mostReadings = 200_000
	mostEvents   = 1_000
	longestTime  = 60 * 24 * time.Hour
	stamp        = "2006-01-02 15:04:05.999"
)

// Recording is what sensors sent, and what the rules are to make of it.
type Recording struct {
	About string
	Set   *Set
	Clock Clock
	Until time.Time
	// Wants are the lines that are to come out, in order; nil where nobody said.
	Wants []string

	lines []line
}

// line is one reading, what the roster says of a post, or that a device is lost.
type line struct {
	at     time.Time
	device string // of a post: "@" and its id
	values map[string]float64
	lost   bool // nobody hears it, until its next reading
}

// ReadRecording reads a recording: a YAML file with zone, school and duty (as in
// a configuration), calendar, readings, until and expect. docs/gates.md shows one.
func ReadRecording(data []byte) (*Recording, []Fault) {
	node, faults := document(data)
	if node == nil {
		return nil, faults
	}
	d := &decoder{}
	r := &Recording{Set: Default(), Clock: Clock{Calendar: calendar.Default()}}
	zone, until := "Asia/Shanghai", ""
	var readings, last strict.Value
	d.Mapping(strict.Value{Node: node},
		strict.Key{Name: "about", Read: func(v strict.Value) { r.About, _ = d.Scalar(v, "a sentence") }},
		strict.Key{Name: "zone", Read: func(v strict.Value) { zone, _ = d.Scalar(v, "an IANA time zone"); last = v }},
		strict.Key{Name: "calendar", Read: func(v strict.Value) { r.Clock.Calendar = d.calendar(v) }},
		strict.Key{Name: "duty", Read: func(v strict.Value) {
			setup, found := duty.ReadSetup(v.Node, v.Path, "schools", "people")
			r.Clock.Duty = &setup
			d.Faults = append(d.Faults, found...)
		}},
		strict.Key{Name: "school", Read: func(v strict.Value) {
			set, found := Read(v.Node, v.Path, "schools")
			r.Set = set
			d.Faults = append(d.Faults, found...)
		}},
		strict.Key{Name: "readings", Need: true, Read: func(v strict.Value) { readings = v }},
		strict.Key{Name: "until", Read: func(v strict.Value) { until, _ = d.Scalar(v, "a time") }},
		strict.Key{Name: "expect", Read: func(v strict.Value) { r.Wants = d.wants(v) }},
	)
	var err error
	if r.Clock.Zone, err = time.LoadLocation(zone); err != nil || zone == "Local" {
		d.Fault(last, "%q is no IANA time zone, such as Asia/Shanghai", zone)
		return nil, d.Faults
	}
	if readings.Node != nil {
		d.readings(readings, r)
	}
	d.until(strict.Value{Node: node, Path: "until"}, r, until)
	if len(d.Faults) > 0 {
		return nil, d.Faults
	}
	return r, nil
}

func (d *decoder) calendar(v strict.Value) *calendar.Calendar {
	school, faults := calendar.ReadSchool(v.Node, v.Path)
	c, more := calendar.Build(nil, school)
	d.Faults = append(append(d.Faults, faults...), more...)
	return c
}

func (d *decoder) wants(v strict.Value) []string {
	out := []string{}
	for _, item := range d.Items(v, mostEvents) {
		if s, ok := d.Scalar(item, "a line such as 2026-09-01 22:10:30 g-1 G1 raised"); ok {
			out = append(out, strings.Join(strings.Fields(s), " "))
		}
	}
	return out
}

func (d *decoder) readings(v strict.Value, r *Recording) {
	text, ok := d.Scalar(v, "lines such as 2026-09-01 22:10:00 g-1 open=1")
	if !ok {
		return
	}
	if n := strings.Count(text, "\n"); n > mostLines {
		d.Fault(v, "want at most %d lines, found %d", mostLines, n)
		return
	}
	for i, s := range strings.Split(text, "\n") {
		if s, _, _ = strings.Cut(s, "#"); strings.TrimSpace(s) == "" {
			continue
		}
		if err := r.add(strings.Fields(s)); err != nil {
			at := v.Place()
			at.Line += i
			if v.Node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
				at.Line, at.Column = at.Line+1, 1
			}
			d.Faults = append(d.Faults, at.Fault("%v", err))
			return // what follows is counted from here
		}
	}
}

// add reads one line: a time, or +time after the line above; perhaps xN for so
// many, that time apart; a device, or @post; and its values, of which a|b takes
// turns, or lost.
func (r *Recording) add(words []string) error {
	at, step, rest, err := r.when(words)
	if err != nil {
		return err
	}
	n := 1
	if len(rest) > 0 && strings.HasPrefix(rest[0], "x") && step > 0 {
		if n, err = strconv.Atoi(rest[0][1:]); err != nil || n < 1 || n > mostRepeats {
			return fmt.Errorf("want x1 to x%d, found %q", mostRepeats, rest[0])
		}
		rest = rest[1:]
	}
	if len(rest) < 2 {
		return errors.New("want a time, a device and values, such as 2026-09-01 22:10:00 g-1 open=1")
	}
	if id := strings.TrimPrefix(rest[0], "@"); !devices.ValidName(id) {
		return fmt.Errorf("%q is no device's id", rest[0])
	}
	if len(r.lines)+n > mostReadings {
		return fmt.Errorf("want at most %d readings", mostReadings)
	}
	for i := range n {
		l := line{at: at.Add(time.Duration(i) * step), device: rest[0]}
		if l.lost = len(rest) == 2 && rest[1] == "lost" && !strings.HasPrefix(rest[0], "@"); !l.lost {
			if l.values, err = valuesOf(rest[1:], i); err != nil {
				return err
			}
		}
		if k := len(r.lines); k > 0 && (l.at.Before(r.lines[k-1].at) || l.at.Sub(r.lines[0].at) > longestTime) {
			return fmt.Errorf("%s comes before the line above it, or more than %v after the first", l.at.Format(stamp), longestTime)
		}
		r.lines = append(r.lines, l)
	}
	return nil
}

func (r *Recording) when(words []string) (at time.Time, step time.Duration, rest []string, err error) {
	if after, ok := strings.CutPrefix(words[0], "+"); ok {
		step, err = time.ParseDuration(after)
		if err != nil || step < 0 || step > longestTime || len(r.lines) == 0 {
			return at, 0, nil, fmt.Errorf("want a time after the line above, such as +30s, found %q", words[0])
		}
		return r.lines[len(r.lines)-1].at.Add(step), step, words[1:], nil
	}
	if len(words) < 2 {
		return at, 0, nil, errors.New("want a date and a time, such as 2026-09-01 22:10:00")
	}
	at, err = time.ParseInLocation(stamp, words[0]+" "+words[1], r.Clock.Zone)
	if err != nil || at.Year() < 2000 || at.Year() > 2099 {
		return at, 0, nil, fmt.Errorf("want a date and a time, such as 2026-09-01 22:10:00, found %q", words[0]+" "+words[1])
	}
	return at, 0, words[2:], nil
}

func valuesOf(words []string, turn int) (map[string]float64, error) {
	out := map[string]float64{}
	for _, w := range words {
		name, s, _ := strings.Cut(w, "=")
		turns := strings.Split(s, "|")
		x, err := strconv.ParseFloat(turns[turn%len(turns)], 64)
		if err != nil || name == "" || x != x || x > 1e15 || x < -1e15 {
			return nil, fmt.Errorf("want a name and a number, such as open=1, found %q", w)
		}
		out[name] = x
	}
	return out, nil
}

func (d *decoder) until(v strict.Value, r *Recording, text string) {
	if len(r.lines) == 0 {
		if len(d.Faults) == 0 {
			d.Fault(v, "the recording has no readings")
		}
		return
	}
	last := r.lines[len(r.lines)-1].at
	r.Until = last
	if text == "" {
		return
	}
	t, err := time.ParseInLocation(stamp, text, r.Clock.Zone)
	if after, ok := strings.CutPrefix(text, "+"); ok {
		var more time.Duration
		more, err = time.ParseDuration(after)
		t = last.Add(more)
	}
	if err != nil || t.Before(last) || t.Sub(last) > longestTime {
		d.Fault(v, "want a time after the last reading, or +time, at most %v later, found %q", longestTime, text)
		return
	}
	r.Until = t
}

// String says a change as a recording expects it.
func (c Change) String() string { return c.in(time.UTC) }

func (c Change) in(zone *time.Location) string {
	gate := c.Gate
	if gate == "" {
		gate = string(Counters)
	}
	return fmt.Sprintf("%s %s %s %s", c.At.In(zone).Format(stamp), gate, c.Rule.ID, c.What)
}

// Line is a change as the recording's expect lists it, by the clock of its
// school.
func (r *Recording) Line(c Change) string { return c.in(r.Clock.Zone) }

// Differ compares what came out with what was expected: the lines that are
// missing, and those that nobody expected.
func (r *Recording) Differ(all []Change) (missing, extra []string) {
	var got []string
	for _, c := range all {
		got = append(got, r.Line(c))
	}
	for _, w := range r.Wants {
		if !slices.Contains(got, w) {
			missing = append(missing, w)
		}
	}
	for _, g := range got {
		if !slices.Contains(r.Wants, g) {
			extra = append(extra, g)
		}
	}
	return missing, extra
}
