package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

func TestWhatMayBeMuted(t *testing.T) {
	set, faults := rules.Parse([]byte("gates: [{device: v-1, type: vehicle}]\nrules: [{id: G9, off: true}]"))
	require.Empty(t, faults)
	m := rules.Mute{ID: "1", School: "ziwei", Device: "g-1", Rule: "G1", By: "officer", Reason: "sports day", From: night, Until: night.Add(time.Hour)}
	for _, c := range []struct {
		name   string
		change func(*rules.Mute)
		want   error
		says   string
	}{
		{"one gate", func(*rules.Mute) {}, nil, ""},
		{"every gate", func(m *rules.Mute) { m.Device = "" }, nil, ""},
		{"a working day", func(m *rules.Mute) { m.Until = m.From.Add(rules.LongestMute) }, nil, ""},
		{"the counters", func(m *rules.Mute) { m.Rule, m.Device = "G11", "" }, nil, ""},
		{"the counters of one gate", func(m *rules.Mute) { m.Rule = "G11" }, alerting.ErrInvalid, "looks at no pedestrian gate"},
		{"another type of gate", func(m *rules.Mute) { m.Device = "v-1" }, alerting.ErrInvalid, "looks at no vehicle gate"},
		{"no rule", func(m *rules.Mute) { m.Rule = "G99" }, alerting.ErrNotFound, "G99"},
		{"a rule that is off", func(m *rules.Mute) { m.Rule = "G9" }, alerting.ErrNotFound, "G9"},
		{"a forced door", func(m *rules.Mute) { m.Rule = "G3" }, alerting.ErrConflict, "cannot be muted"},
		{"a blocked way out", func(m *rules.Mute) { m.Rule, m.Device = "G16", "" }, alerting.ErrConflict, "cannot be muted"},
		{"for ever", func(m *rules.Mute) { m.Until = m.From.Add(rules.LongestMute + time.Second) }, alerting.ErrInvalid, "8h"},
		{"no time", func(m *rules.Mute) { m.Until = m.From }, alerting.ErrInvalid, "1m"},
		{"no reason", func(m *rules.Mute) { m.Reason = "  " }, alerting.ErrInvalid, "reason"},
		{"a long reason", func(m *rules.Mute) { m.Reason = strings.Repeat("长", 201) }, alerting.ErrInvalid, "reason"},
		{"a reason of two lines", func(m *rules.Mute) { m.Reason = "a\nb" }, alerting.ErrInvalid, "reason"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := m
			c.change(&m)
			err := m.Check(set)
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.want)
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func TestAMuteHoldsForItsTime(t *testing.T) {
	m := rules.Mute{Rule: "G1", Device: "g-1", From: night, Until: night.Add(time.Hour)}
	assert.False(t, m.Active(night.Add(-time.Second)))
	assert.True(t, m.Active(night))
	assert.True(t, m.Active(night.Add(time.Hour-1)))
	assert.False(t, m.Active(night.Add(time.Hour)))
	assert.True(t, m.Of("g-1", "G1"))
	assert.False(t, m.Of("g-2", "G1"))
	assert.False(t, m.Of("g-1", "G2"))
	m.Device = ""
	assert.True(t, m.Of("g-2", "G1"))
	m.Lifted = night.Add(time.Minute)
	assert.False(t, m.Active(night.Add(2*time.Minute)))
}

// A muted rule raises nothing, others do; when it is heeded again its condition
// must hold for its whole time. What stood before is over as ever, and does not
// become urgent.
func TestAMutedRuleRaisesNothingNew(t *testing.T) {
	p := rules.Default().NewPoint("g-1")
	var got []string
	now := night
	muted := false
	run := func(d time.Duration) {
		p.Mute(func(rule string) bool { return muted && rule == "G1" })
		for end := now.Add(d); now.Before(end); now = now.Add(time.Second) {
			for _, c := range p.Step(clock, rules.Post{}, now) {
				got = append(got, c.Rule.ID+" "+c.What)
			}
		}
	}
	read := func(values map[string]float64) {
		p.Read(devices.Reading{ReceivedAt: now, Values: values}, clock)
	}
	muted = true
	read(map[string]float64{"open": 1})
	run(5 * time.Minute)
	assert.Empty(t, got)
	read(map[string]float64{"tamper": 1})
	read(map[string]float64{"open": 0})
	read(map[string]float64{"open": 1})
	run(time.Second)
	assert.Equal(t, []string{"G3 raised"}, got, "no other rule is muted")

	got, muted = nil, false
	run(29 * time.Second)
	assert.Empty(t, got)
	run(3 * time.Second)
	assert.Equal(t, []string{"G1 raised"}, got)

	got, muted = nil, true
	run(10 * time.Minute)
	assert.Empty(t, got, "not urgent while it is muted")
	muted = false
	run(2 * time.Second)
	assert.Equal(t, []string{"G1 urgent"}, got)
	got, muted = nil, true
	read(map[string]float64{"open": 0})
	run(10 * time.Second)
	assert.Equal(t, []string{"G1 cleared"}, got)
}
