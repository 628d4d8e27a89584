package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/rules"
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
