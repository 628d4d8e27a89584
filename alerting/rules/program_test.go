package rules_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

var (
	china = time.FixedZone("China", 8*3600)
	clock = rules.Clock{Calendar: calendar.Default(), Zone: china}
	night = time.Date(2026, 9, 1, 22, 0, 0, 0, china)
)

// hostile is a loop of 2000 by 2000 by 2000.
func hostile() string {
	list := "[" + strings.TrimSuffix(strings.Repeat("0,", 2000), ",") + "]"
	return fmt.Sprintf("%[1]s.all(a, %[1]s.all(b, %[1]s.all(c, a + b + c == 0)))", list)
}

func set(t *testing.T, text string) *rules.Set {
	t.Helper()
	s, faults := rules.Parse([]byte(text))
	require.Empty(t, faults)
	return s
}

func own(id, when string) string {
	return fmt.Sprintf("rules:\n  - {id: %s, title: {zh: 自定义, en: own}, kind: hazard, when: '%s'}\n", id, when)
}

func open(at time.Time, v float64) devices.Reading {
	return devices.Reading{From: devices.Address{Device: "g-1"}, ReceivedAt: at, Values: map[string]float64{"open": v}}
}

func what(all []rules.Change) []string {
	var out []string
	for _, c := range all {
		out = append(out, c.Rule.ID+" "+c.What)
	}
	return out
}

func TestAHostileRuleIsStoppedAndReportedAndHoldsNobodyUp(t *testing.T) {
	p := set(t, own("evil", hostile())).NewPoint("g-1")
	p.Read(open(night, 0), clock)
	p.Read(open(night.Add(time.Second), 1), clock)
	first := p.Step(clock, rules.Post{}, night.Add(time.Second)) // 8,000,000,000 rounds would take hours
	require.Equal(t, []string{"evil broken"}, what(first))
	require.ErrorIs(t, first[0].Err, rules.ErrCost)

	assert.Empty(t, what(p.Step(clock, rules.Post{}, night.Add(20*time.Second))), "it rests, and is reported once")
	assert.Equal(t, []string{"G1 raised"}, what(p.Step(clock, rules.Post{}, night.Add(31*time.Second))), "another rule")
	assert.Empty(t, what(p.Step(clock, rules.Post{}, night.Add(2*time.Minute))), "tried again, and not reported again")
}

func TestEveryBuiltInRuleIsCheap(t *testing.T) {
	p := rules.Default().NewPoint("g-1")
	p.Read(open(night, 1), clock)
	n := 0
	began := time.Now()
	for ; time.Since(began) < 100*time.Millisecond; n++ {
		assert.Empty(t, p.Step(clock, rules.Post{}, night))
	}
	assert.Greater(t, n, 50, "looks in 100 ms")
}

func TestARuleThatErrsIsReportedAndMended(t *testing.T) {
	p := set(t, own("x", `values["smoke"] > 3.0`)).NewPoint("g-1")
	p.Read(open(night, 0), clock)
	assert.Equal(t, []string{"x broken"}, what(p.Step(clock, rules.Post{}, night)))
	r := open(night, 0)
	r.Values["smoke"] = 4
	p.Read(r, clock)
	assert.Equal(t, []string{"x mended", "x raised"}, what(p.Step(clock, rules.Post{}, night.Add(time.Minute))))
}

// A contact that flaps ten times a second raises one fault, and no other rule.
func TestAFlappingContactRaisesOnce(t *testing.T) {
	p := rules.Default().NewPoint("g-1")
	p.Read(open(night, 0), clock)
	raised := map[string]int{}
	now := night
	for i := range 6000 { // ten minutes
		now = now.Add(100 * time.Millisecond)
		p.Read(open(now, float64(i%2)), clock)
		for _, c := range p.Step(clock, rules.Post{}, now) {
			if c.What == rules.Raised {
				raised[c.Rule.ID]++
			}
		}
	}
	assert.Equal(t, map[string]int{"G12": 1}, raised)
}

func TestARepeatedReadingCountsOnce(t *testing.T) {
	p := set(t, own("x", "counter.entered > 5")).NewPoint("g-1")
	r := devices.Reading{Boot: "a", Seq: 7, ReceivedAt: night, Values: map[string]float64{"passages_in": 4}}
	p.Read(r, clock)
	p.Read(r, clock)
	assert.Empty(t, p.Step(clock, rules.Post{}, night))
	r.Seq = 8
	p.Read(r, clock)
	assert.Equal(t, []string{"x raised"}, what(p.Step(clock, rules.Post{}, night)))
}

func TestWhatComesLateCountsFromWhenItWasMeasured(t *testing.T) {
	p := rules.Default().NewPoint("g-1")
	p.Read(open(night, 0), clock)
	late := open(night.Add(time.Second), 1)
	late.Age = time.Hour
	p.Read(late, clock)
	assert.Empty(t, p.Step(clock, rules.Post{}, night.Add(time.Minute)), "it was shut since")
}

func TestRulesAreKeptOverAReload(t *testing.T) {
	old := rules.Default().NewPoint("g-1")
	old.Read(open(night, 0), clock)
	old.Read(open(night, 1), clock)
	require.Empty(t, old.Step(clock, rules.Post{}, night))
	next := set(t, "rules: [{id: G1, for: 40s}]").NewPoint("g-1")
	next.Adopt(old)
	assert.Empty(t, next.Step(clock, rules.Post{}, night.Add(39*time.Second)))
	assert.Equal(t, []string{"G1 raised"}, what(next.Step(clock, rules.Post{}, night.Add(40*time.Second))))
}

func TestFaultsOfRules(t *testing.T) {
	for text, want := range map[string]string{
		"rules: [{id: G3, off: true}]":                          "cannot be turned off",
		"rules: [{id: G16, always: false}]":                     "no school may turn off",
		"rules: [{id: G1, when: contact.opened}]":               "undeclared reference to 'contact.opened'",
		"rules: [{id: G1, when: contact.changes}]":              "is int: want true or false",
		"rules: [{id: G1, when: 'counter.rate > 1'}]":           "no matching overload",
		"rules: [{id: G1, for: soon}]":                          "want a time such as 30s",
		"rules: [{id: G1, kind: attack}]":                       "want hazard",
		"rules: [{id: X1, when: contact.open}]":                 "is missing",
		"rules: [{id: G1}, {id: G1}]":                           "is here twice",
		"rules: [{when: contact.open}]":                         "is missing",
		"rules: [{id: G1, facts: [armed]}]":                     "want pupils-moving",
		"gates: [{device: g-1, width: 0.1}]":                    "want metres from 0.5 to 50",
		"gates: [{device: g-1}, {device: g-1}]":                 "is here twice",
		"windows: [{hours: 09:00-08:00}]":                       "want a time from and to",
		"windows: [{hours: 09:00-10:00}, {hours: 09:30-11:00}]": "write them in order",
		"level: university":                                     "want kindergarten",
		"colour: red":                                           "unknown key",
		"- a":                                                   "want a mapping",
	} {
		_, faults := rules.Parse([]byte(text))
		if assert.NotEmpty(t, faults, text) {
			assert.Contains(t, faults[0].Message, want, text)
		}
	}
	_, faults := rules.Parse([]byte("rules:\n  - id: G1\n    when: contact.open && contct.held > 3\n"))
	require.Len(t, faults, 1)
	assert.Equal(t, "rules[0].when", faults[0].Path)
	assert.Equal(t, []int{3, 33}, []int{faults[0].Line, faults[0].Column}, "where it stands in the expression")
}

func TestTheBuiltInFileShowsEveryDefault(t *testing.T) {
	data, err := os.ReadFile("defaults.yaml")
	require.NoError(t, err)
	for n := 1; n <= 16; n++ {
		assert.Contains(t, string(data), fmt.Sprintf("id: G%d\n", n))
	}
}

func TestWhatAGateFindsOnAClosedDayKnowsThatItIsOne(t *testing.T) {
	for day, closed := range map[int]bool{3: false, 5: true, 6: true} { // a Thursday, a weekend
		at := time.Date(2026, 9, day, 10, 0, 0, 0, china)
		p := rules.Default().NewPoint("g-1")
		p.Read(open(at, 1), clock)
		p.Step(clock, rules.Post{}, at)
		found := p.Step(clock, rules.Post{}, at.Add(30*time.Second))
		require.Equal(t, []string{"G1 raised"}, what(found), "day %d", day)
		assert.Equal(t, closed, slices.Contains(found[0].Facts(), alerting.FactClosedDay), "day %d", day)
	}
}
