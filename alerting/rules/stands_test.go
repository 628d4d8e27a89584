package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// A primary school: windows at 07:40-08:35, 15:30-16:10 and 17:30-18:10.
func TestHowAGateStandsForAClosedCampus(t *testing.T) {
	day := time.Date(2026, 9, 1, 0, 0, 0, 0, china)
	p := rules.Default().NewPoint("g-1")
	known, _ := p.Stands(clock, day)
	assert.False(t, known, "nothing was said")
	p.Read(open(day.Add(time.Hour), 0), clock)
	p.Read(open(day.Add(2*time.Hour), 1), clock)
	for at, want := range map[string]bool{
		"02h0m59s":  false, // somebody is let in
		"02h1m1s":   true,
		"07h34m59s": true,
		"07h35m0s":  false, // guards open it for the window
		"08h34m0s":  false,
		"08h49m59s": false, // and shut it after
		"08h50m0s":  true,
		"15h25m0s":  false,
		"16h24m0s":  false,
		"22h0m0s":   true,
	} {
		d, err := time.ParseDuration(at)
		assert.NoError(t, err)
		known, is := p.Stands(clock, day.Add(d))
		assert.Equal(t, [2]bool{true, want}, [2]bool{known, is}, at)
	}
	p.Read(open(day.Add(23*time.Hour), 0), clock)
	_, is := p.Stands(clock, day.Add(23*time.Hour+2*time.Minute))
	assert.False(t, is)
}

// A vehicle gate has no contact: its barrier says how it stands.
func TestHowAGateStandsWithoutAContact(t *testing.T) {
	day := time.Date(2026, 9, 1, 0, 0, 0, 0, china)
	p := rules.Default().NewPoint("v-1")
	_, known := p.Stand()
	assert.False(t, known, "nothing was said")
	says := func(at time.Duration, values map[string]float64) {
		p.Read(devices.Reading{From: devices.Address{Device: "v-1"}, ReceivedAt: day.Add(at), Values: values}, clock)
	}
	says(time.Second, map[string]float64{"passages_in": 1})
	s, known := p.Stand()
	assert.True(t, known)
	assert.Equal(t, rules.Stand{Said: day.Add(time.Second)}, s, "it has nothing that stands open")
	for minute, up := range []float64{0, 0, 1, 1, 0} {
		says(time.Duration(minute)*time.Minute+time.Minute, map[string]float64{"barrier_up": up})
	}
	s, _ = p.Stand()
	assert.Equal(t, rules.Stand{Leaf: rules.Barrier, Since: day.Add(5 * time.Minute), Said: day.Add(5 * time.Minute)}, s)
	says(6*time.Minute, map[string]float64{"barrier_up": 1})
	says(7*time.Minute, map[string]float64{"barrier_up": 1})
	again := rules.Default().NewPoint("v-1")
	again.Recall(p.Memory(), day.Add(7*time.Minute), day.Add(8*time.Minute))
	for _, one := range []*rules.Point{p, again} {
		s, known = one.Stand()
		assert.True(t, known)
		assert.Equal(t, rules.Stand{Leaf: rules.Barrier, Open: true, Since: day.Add(6 * time.Minute), Said: day.Add(7 * time.Minute)}, s, "since it moved, over a restart too")
	}
	says(8*time.Minute, map[string]float64{"open": 0})
	s, _ = p.Stand()
	assert.Equal(t, rules.Door, s.Leaf, "a contact counts where there is one")
}
