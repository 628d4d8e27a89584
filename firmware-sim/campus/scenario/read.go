package scenario

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/devices"
)

// The bounds of what a scenario may say.
const (
	maxDevices  = 20_000
	maxPassages = 100_000
	maxTimes    = 100
)

// Load reads a file.
func Load(path string) (Scenario, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Scenario{}, fmt.Errorf("read scenario: %w", err)
	}
	return Parse(path, string(text))
}

// Parse reads a scenario; path is for its faults, all of which are reported.
func Parse(path, text string) (Scenario, error) {
	a, err := open(path, text, "day", "devices", "happenings")
	if err != nil {
		return Scenario{}, err
	}
	p := &parser{path: path, out: Scenario{Title: a.title}, known: map[string]Device{}}
	p.day(a.sections["day"])
	for _, l := range a.sections["devices"] {
		p.devices(l)
	}
	for _, l := range a.sections["happenings"] {
		p.happening(l)
	}
	slices.SortStableFunc(p.out.Happenings, func(a, b Happening) int { return int(a.At - b.At) })
	p.apart()
	if len(p.faults) > 0 {
		return Scenario{}, errors.Join(p.faults...)
	}
	return p.out, nil
}

// parser gathers a scenario and its faults.
type parser struct {
	path   string
	out    Scenario
	known  map[string]Device
	faults []error
}

func (p *parser) fault(l line, format string, args ...any) {
	p.faults = append(p.faults, l.fault(p.path, format, args...))
}

func (p *parser) day(lines []line) {
	if len(lines) != 1 {
		p.faults = append(p.faults, fmt.Errorf("%s: section \"day\": want one line, from HH:MM to HH:MM", p.path))
		return
	}
	m := regexp.MustCompile(`^from (\S+) to (\S+)$`).FindStringSubmatch(lines[0].text)
	if m == nil {
		p.fault(lines[0], "want from HH:MM to HH:MM, found %q", lines[0].text)
		return
	}
	p.out.From, p.out.To = p.clock(lines[0], m[1]), p.clock(lines[0], m[2])
	if p.out.To <= p.out.From {
		p.fault(lines[0], "the day ends before it begins")
	}
}

// devices reads a line such as
//
//	x-1 to x-8 are gates on mains: state every 30m, reading every 5m
func (p *parser) devices(l line) {
	m := regexp.MustCompile(`^(\S+)(?: to (\S+) are (\S+)s| is an? (\S+)) on (mains|battery): state every (\S+?)(?:, reading every (\S+?)( unacknowledged)?)?$`).
		FindStringSubmatch(l.text)
	if m == nil {
		p.fault(l, "want ID [to ID] is a|are KIND on mains|battery: state every TIME[, reading every TIME[ unacknowledged]], found %q", l.text)
		return
	}
	d := Device{Kind: devices.Kind(m[3] + m[4]), Power: devices.Power(m[5]), State: p.span(l, m[6]), Unacknowledged: m[8] != ""}
	if !slices.Contains(devices.Kinds(), d.Kind) {
		p.fault(l, "kind %q: want one of %v", d.Kind, devices.Kinds())
	}
	if m[7] != "" {
		d.Reading = p.span(l, m[7])
	}
	for _, d.ID = range p.ids(l, m[1], m[2]) {
		if _, twice := p.known[d.ID]; twice {
			p.fault(l, "device %s is there twice", d.ID)
			return
		}
		p.known[d.ID] = d
		p.out.Devices = append(p.out.Devices, d)
	}
}

// ids counts from one id to another of the same name.
func (p *parser) ids(l line, from, to string) []string {
	if to == "" {
		to = from
	}
	at := strings.LastIndexByte(from, '-') + 1
	first, err := strconv.Atoi(from[at:])
	last, err2 := strconv.Atoi(strings.TrimPrefix(to, from[:at]))
	if errors.Join(err, err2) != nil || !devices.ValidName(from) || !devices.ValidName(to) || last < first || last-first+len(p.known) >= maxDevices {
		p.fault(l, "%s to %s: want ids of one name that end in numbers, the lower one first, %d in all at most", from, to, maxDevices)
		return nil
	}
	var out []string
	for n := first; n <= last; n++ {
		out = append(out, from[:at]+strconv.Itoa(n))
	}
	return out
}

// clock reads a time of day.
func (p *parser) clock(l line, text string) time.Duration {
	t, err := time.Parse("15:04", text)
	if err != nil {
		p.fault(l, "%q: want a time such as 07:35", text)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// span reads a length of time.
func (p *parser) span(l line, text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d > 24*time.Hour {
		p.fault(l, "%q: want a length of time such as 10m, from 1s to 24h", text)
		return time.Second
	}
	return d
}

func (p *parser) count(l line, text string, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		p.fault(l, "%q: want a number from 1 to %d", text, most)
		return 1
	}
	return n
}
