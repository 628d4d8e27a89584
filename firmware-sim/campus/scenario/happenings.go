package scenario

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.org/campushub/devices"
)

// sentence is one thing that can be said after the time.
type sentence struct {
	form string // a regular expression
	read func(p *parser, l line, m []string) Action
}

func sentences() []sentence {
	var whats, tasks []string
	for _, t := range Tasks() {
		tasks = append(tasks, string(t))
	}
	for _, w := range Whats() {
		whats = append(whats, string(w))
	}
	return []sentence{
		{`(\S+) (opens|closes)`, func(p *parser, l line, m []string) Action {
			p.is(l, m[1], devices.KindGate)
			return Move{Gate: m[1], Open: m[2] == "opens"}
		}},
		{`the (barrier|bollards) of (\S+) goe?s? (up|down)`, func(p *parser, l line, m []string) Action {
			p.is(l, m[2], devices.KindGate)
			return Sense{Gate: m[2], Value: m[1] + "_up", Is: one(m[3] == "up")}
		}},
		{`(\S+) is (locked|unlocked|blocked|cleared)`, func(p *parser, l line, m []string) Action {
			p.is(l, m[1], devices.KindGate)
			value := map[string]string{"unlocked": "locked", "cleared": "blocked"}[m[2]]
			return Sense{Gate: m[1], Value: cmp.Or(value, m[2]), Is: one(value == "")}
		}},
		{`(\S+) wait at (\S+)`, func(p *parser, l line, m []string) Action {
			p.is(l, m[2], devices.KindGate)
			return Sense{Gate: m[2], Value: "waiting", Is: float64(p.count(l, m[1], maxPassages))}
		}},
		{`(\S+) (come in|go out) at (\S+) within (\S+)`, func(p *parser, l line, m []string) Action {
			p.is(l, m[3], devices.KindGate)
			return Passages{Gate: m[3], In: m[2] == "come in", Count: p.count(l, m[1], maxPassages), Within: p.span(l, m[4])}
		}},
		{`card ([0-9a-f]{8,20}) is held to (\S+)`, func(p *parser, l line, m []string) Action {
			p.is(l, m[2], devices.KindReader)
			return Card{Number: m[1], Reader: m[2]}
		}},
		{`.+ presses (\S+?)(?: (twice|(\S+) times))?`, func(p *parser, l line, m []string) Action {
			p.is(l, m[1], devices.KindButton, devices.KindFirePanel)
			return Press{Button: m[1], Times: p.times(l, m[2], m[3])}
		}},
		{`(` + strings.Join(tasks, "|") + `) (\S+)`, func(p *parser, l line, m []string) Action {
			p.is(l, m[2], devices.KindButton, devices.KindFirePanel)
			return Deed{What: Task(m[1]), Device: m[2]}
		}},
		{`(` + string(BringsRoster) + `|` + string(CallsRoll) + `)`, func(_ *parser, _ line, m []string) Action { return Deed{What: Task(m[1])} }},
		{`the uplink is cut for (\S+)`, func(p *parser, l line, m []string) Action { return Cut{For: p.span(l, m[1])} }},
		{`(` + strings.Join(whats, "|") + `) for (\S+)`, func(p *parser, l line, m []string) Action {
			return Outage{What: What(m[1]), For: p.span(l, m[2])}
		}},
	}
}

// one is 1 for what is so, as a reading has it.
func one(so bool) float64 {
	if so {
		return 1
	}
	return 0
}

func (p *parser) times(l line, said, number string) int {
	switch said {
	case "":
		return 1
	case "twice":
		return 2
	}
	return p.count(l, number, maxTimes)
}

// happening reads a line such as
//
//	at 07:35 x-1 opens
func (p *parser) happening(l line) {
	m := regexp.MustCompile(`^at (\d\d:\d\d) (.+)$`).FindStringSubmatch(l.text)
	if m == nil {
		p.fault(l, "want at HH:MM and what happens, found %q", l.text)
		return
	}
	at := p.clock(l, m[1])
	if at < p.out.From || at >= p.out.To {
		p.fault(l, "%s is not within the day", m[1])
	}
	for _, s := range sentences() {
		if said := regexp.MustCompile(`^` + s.form + `$`).FindStringSubmatch(m[2]); said != nil {
			p.out.Happenings = append(p.out.Happenings, Happening{At: at, Line: l.number, Do: s.read(p, l, said)})
			return
		}
	}
	p.fault(l, "nobody knows what %q means", m[2])
}

// is holds that a device is there and of one of the kinds.
func (p *parser) is(l line, id string, kinds ...devices.Kind) {
	d, ok := p.known[id]
	switch {
	case !ok:
		p.fault(l, "there is no device %s", id)
	case !slices.Contains(kinds, d.Kind):
		p.fault(l, "%s is a %s: want %v", id, d.Kind, kinds)
	}
}

// apart holds that nothing breaks while something else is broken, and that
// everything ends within the day: else nobody could say what came of what.
func (p *parser) apart() {
	var until time.Duration
	for _, h := range p.out.Happenings {
		var took time.Duration
		switch do := h.Do.(type) {
		case Cut:
			took = do.For
		case Outage:
			took = do.For
		default:
			continue
		}
		l := line{number: h.Line}
		if h.At < until {
			p.fault(l, "begins before what was broken earlier is well again")
		}
		if until = h.At + took; until > p.out.To {
			p.fault(l, "does not end within the day")
		}
	}
}
