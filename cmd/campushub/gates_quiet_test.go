package main

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus"
)

// ruled looks at gates by the rules of a configuration as a hub does: after each
// reading, and whenever a gate is due.
type ruled struct {
	mu     sync.Mutex // guards what follows
	clock  rules.Clock
	set    *rules.Set
	points map[string]*rules.Point
	due    map[string]time.Time
	values map[string]map[string]bool // the names and values that were sent
	raised []string
}

// link is a device's way to the rules.
func (r *ruled) link(d campus.DeviceCredential) firmware.Link { return rulesLink{r, d} }

type rulesLink struct {
	*ruled
	of campus.DeviceCredential
}

func (l rulesLink) Run(ctx context.Context, e firmware.Events) error {
	e.Connected()
	<-ctx.Done()
	return ctx.Err()
}

func (l rulesLink) Publish(m firmware.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, gate := time.Now(), l.of.Address.Device
	l.pass(now)
	p := l.points[gate]
	if p == nil {
		p = l.set.NewPoint(gate)
		l.points[gate] = p
	}
	if m.Topic == wire.StateTopic(l.of.Address) {
		s, err := wire.DecodeState(l.of.Address, m.Payload, now)
		if err != nil {
			return err
		}
		p.Tamper(s.Tamper, now)
	} else {
		reading, err := wire.DecodeReading(l.of.Address, m.Payload, now)
		if err != nil {
			return err
		}
		p.Read(reading, l.clock)
		for name, x := range reading.Values {
			l.note(gate, fmt.Sprintf("%s=%g", name, min(x, 1)))
		}
	}
	l.look(gate, now)
	return nil
}

func (r *ruled) note(gate, said string) {
	if r.values[gate] == nil {
		r.values[gate] = map[string]bool{}
	}
	r.values[gate][said] = true
}

// pass looks at every gate that was due before now.
func (r *ruled) pass(now time.Time) {
	for gate := range r.points {
		for at := r.due[gate]; !at.After(now); at = r.due[gate] {
			r.look(gate, at)
		}
	}
}

func (r *ruled) look(gate string, now time.Time) {
	guarded := r.set.Gate(gate).Post != "" // by whoever stands there day and night
	for _, c := range r.points[gate].Step(r.clock, rules.Post{Known: guarded, Manned: guarded}, now) {
		r.raised = append(r.raised, c.String())
	}
	r.due[gate] = r.points[gate].Next(r.clock, now)
}

// demoSchool is the demonstration's configuration and its gates.
type demoSchool struct {
	clock rules.Clock
	set   *rules.Set
	day   campus.Config
	posts []duty.Post
}

func newDemoSchool(t *testing.T) demoSchool {
	t.Helper()
	c, err := provision.Demo(t.TempDir(), provision.Options{HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	require.NoError(t, err)
	cfg, err := config.Load(c.Config)
	require.NoError(t, err)
	hours, err := provision.OpenHours()
	require.NoError(t, err)
	day := virtual("", c, slog.New(slog.DiscardHandler))
	day.Terminals, day.Hours, day.Open = nil, hours.Of, hours.School
	day.Devices = slices.DeleteFunc(day.Devices, func(d campus.DeviceCredential) bool { return d.Kind != devices.KindGate })
	setup := cfg.Duty[c.School].Setup
	known := cfg.Calendars[c.School]
	if known == nil {
		known = calendar.Default()
	}
	return demoSchool{rules.Clock{Calendar: known, Zone: cfg.Schools[0].Location(), Duty: &setup}, cfg.Rules[c.School], day, setup.Posts}
}

// run lets the gates run, on the firmware, from a moment for so long, with what
// people do after a minute, and says what the rules made of it.
func (d demoSchool) run(t *testing.T, from string, lasts time.Duration, seed uint64, deeds ...campus.Deed) (out *ruled) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		at, err := time.ParseInLocation("2006-01-02 15:04", from, d.clock.Zone)
		require.NoError(t, err)
		time.Sleep(time.Until(at))
		out = &ruled{
			clock: d.clock, set: d.set,
			points: map[string]*rules.Point{}, due: map[string]time.Time{}, values: map[string]map[string]bool{},
		}
		day := d.day
		day.Seed, day.Link = seed, out.link
		school, err := campus.New(day)
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- school.Run(ctx) }()
		time.Sleep(time.Minute)
		for _, what := range deeds {
			require.NoError(t, school.Do(provision.Walked, what))
		}
		time.Sleep(lasts - time.Minute)
		synctest.Wait()
		stop()
		require.NoError(t, <-done)
		out.pass(time.Now())
	})
	return out
}

// Whenever somebody begins the demonstration, its gates do nothing for a quarter
// of an hour that a rule has to tell anybody of: on a school day and on a day
// off, at every hour, and as its hours begin and end.
func TestTheDemonstrationsGatesRaiseNothing(t *testing.T) {
	demo := newDemoSchool(t)
	var starts []string
	for _, date := range []string{"2026-11-23", "2026-11-22"} { // a Monday, a Sunday
		for hour := range 24 {
			starts = append(starts, fmt.Sprintf("%s %02d:00", date, hour))
		}
	}
	for _, edge := range []string{"07:28", "08:25", "08:34", "08:35", "15:18", "16:02", "16:09", "16:35", "18:25", "18:55"} {
		starts = append(starts, "2026-11-23 "+edge)
	}
	for n, from := range starts {
		got := demo.run(t, from, 15*time.Minute, uint64(n))
		assert.Empty(t, got.raised, from)
		for _, gate := range []string{"g-1", "v-1", "e-1"} {
			assert.NotEmpty(t, got.values[gate], "%s says how it stands, %s", gate, from)
		}
	}
}

// A school day shows something of everything that the gates can sense, and no
// rule tells anybody of it.
func TestADayOfTheDemonstrationShowsWhatGatesSense(t *testing.T) {
	got := newDemoSchool(t).run(t, "2026-11-23 06:40", 10*time.Hour, 1)
	assert.Empty(t, got.raised)
	var said []string
	for gate, names := range map[string][]string{
		"g-1": {"open", "passages_in", "passages_out", "released", "tamper", "waiting"},
		"v-1": {"barrier_up", "vehicles", "bollards_up", "tamper"},
		"e-1": {"open", "locked", "blocked", "tamper"},
	} {
		for _, name := range names {
			assert.True(t, got.values[gate][name+"=0"] && got.values[gate][name+"=1"], "%s: %s was one and the other", gate, name)
		}
		assert.Len(t, got.values[gate], 2*len(names), "%s says no more than it has", gate)
		said = append(said, names...)
	}
	slices.Sort(said)
	assert.Equal(t, slices.Compact(said), recorded(), "the table of readings has what gates say")
}

// recorded are the values of a reading that telemetry has in its table, and so
// docs/telemetry.md.
func recorded() (names []string) {
	for _, m := range telemetry.Measurements() {
		for _, f := range m.Fields {
			if m.Name == telemetry.MeasureReading && f.Type == telemetry.Float {
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// Whatever can be done at the demonstration's gate comes about, and what its rules
// tell of it is what the demonstration says, and no more.
func TestWhatIsDoneAtTheDemonstrationsGateIsTold(t *testing.T) {
	demo := newDemoSchool(t)
	for _, c := range []struct {
		what  campus.Deed
		from  string
		lasts time.Duration
		want  []string
	}{
		{campus.Rush, "2026-11-23 07:50", 6 * time.Minute, []string{"G7 raised", "G7 cleared"}},
		{campus.Rush, "2026-11-23 10:00", 6 * time.Minute, []string{"G2 raised", "G7 raised", "G2 cleared", "G7 cleared"}},
		{campus.Rush, "2026-11-22 10:00", 6 * time.Minute, []string{"G2 raised", "G7 raised", "G2 cleared", "G7 cleared"}},
		{campus.Rush, "2026-11-23 23:00", 6 * time.Minute, []string{"G1-night raised", "G2 raised", "G7 raised", "G2 cleared", "G1-night cleared", "G7 cleared"}},
		{campus.Fill, "2026-11-23 10:00", 8 * time.Minute, []string{"G8 raised", "G8-full raised", "G8 cleared", "G8-full cleared"}},
		{campus.Blind, "2026-11-23 10:00", 8 * time.Minute, []string{"G8-blind raised", "G8-blind cleared"}},
		{campus.Late, "2026-11-23 07:20", 50 * time.Minute, []string{"G13 raised", "G13 cleared"}},
		{campus.Late, "2026-11-23 15:10", 50 * time.Minute, []string{"G13 raised", "G13 cleared"}},
	} {
		for seed := range uint64(3) {
			var got []string
			for _, line := range demo.run(t, c.from, c.lasts, seed, c.what).raised {
				_, said, found := strings.Cut(line, " g-1 ")
				require.True(t, found, line)
				got = append(got, said)
			}
			assert.Equal(t, c.want, got, "%s at %s", c.what, c.from)
		}
	}
}

// asked are the inputs of a condition that a gate or its configuration must have
// something to say of.
var asked = regexp.MustCompile(`\b(?:gate\.(?:width|area)|(?:contact|release|tamper|barrier|vehicles|bollards|counter|waiting|area|exit|post)\.\w+)`)

// answers says whether a gate of the demonstration answers an input: what it is
// configured with, and what it has said on a day.
func (d demoSchool) answers(g rules.Gate, said map[string]bool, input string) bool {
	sensor, of, _ := strings.Cut(input, ".")
	at := slices.IndexFunc(d.posts, func(p duty.Post) bool { return p.ID == g.Post })
	switch {
	case input == "gate.width":
		return g.Width > 0
	case input == "gate.area":
		return g.Area > 0
	case input == "post.below":
		return at >= 0 && len(d.posts[at].Minimum) > 0
	case sensor == "post":
		return at >= 0
	case sensor == "counter" && of == "drift_days":
		return d.set.Roll > 0 && said["passages_in=1"] && said["passages_out=1"]
	case sensor == "counter":
		return said["passages_in=1"] && said["passages_out=1"]
	case input == "contact.forced":
		return said["open=1"] && said["released=1"]
	case sensor == "exit":
		return said["locked=1"] && said["blocked=1"]
	}
	return said[map[string]string{
		"contact": "open", "release": "released", "tamper": "tamper", "barrier": "barrier_up", "vehicles": "vehicles",
		"bollards": "bollards_up", "waiting": "waiting", "area": "waiting",
	}[sensor]+"=1"]
}

// evaluable reports whether some gate of the demonstration answers all that a rule
// asks.
func (d demoSchool) evaluable(r *rules.Rule, said map[string]map[string]bool) bool {
	for gate, values := range said {
		g := d.set.Gate(gate)
		if !slices.Contains(r.Of, g.Type) && !slices.Contains(r.Of, rules.Counters) {
			continue
		}
		lacks := func(input string) bool { return !d.answers(g, values, input) }
		if !slices.ContainsFunc(asked.FindAllString(r.When+" "+r.Clear, -1), lacks) {
			return true
		}
	}
	return false
}

// Every built-in rule has something to go by at the demonstration's gates, so that
// whoever tries it can see the rule come about.
func TestEveryRuleHasWhatItAsksInTheDemonstration(t *testing.T) {
	excepted := map[string]string{
		"G14":      "its post has no minimum, as nobody would come: and a hub's own watch of the posts tells of it",
		"G15":      "a day school has no dormitory",
		"G15-roof": "its roof has no door with a contact",
	}
	demo := newDemoSchool(t)
	said := demo.run(t, "2026-11-23 06:40", 10*time.Hour, 1).values
	require.Len(t, demo.set.Rules(), len(rules.Default().Rules()), "none is off")
	for _, r := range demo.set.Rules() {
		assert.Equal(t, excepted[r.ID] == "", demo.evaluable(r, said), "%s: %s", r.ID, r.When)
	}
}
