package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// What a network held up says how it was, not how it is.
func TestALateReadingChangesNoState(t *testing.T) {
	for value, when := range map[string]string{
		"open": "contact.open", "tamper": "tamper.on", "locked": "exit.blocked", "blocked": "exit.blocked",
		"barrier_up": "barrier.up", "bollards_up": "bollards.up", "waiting": "waiting.people > 0", "smoke": `values["smoke"] > 0.0`,
	} {
		for before, want := range map[time.Duration][]string{
			time.Hour: nil, time.Millisecond: nil, 0: {"own raised"}, -time.Millisecond: {"own raised"},
		} {
			p := set(t, fmt.Sprintf("gates: [{device: g-1, type: vehicle}]\nrules:\n"+
				"  - {id: own, title: {zh: 自定义, en: own}, of: [vehicle], kind: hazard, when: '%s'}\n", when)).NewPoint("g-1")
			read := func(at time.Time, age time.Duration, name string, x float64) {
				p.Read(devices.Reading{ReceivedAt: at, Age: age, Values: map[string]float64{name: x}}, clock)
			}
			read(night, 0, value, 0)
			read(night.Add(time.Second), before+time.Second, value, 1)
			assert.Equal(t, want, what(p.Step(clock, rules.Post{}, night.Add(time.Second))), "%s measured %v before the latest", value, before)
		}
	}
}

// Whether a reading is late is asked of each value by itself: a counter's does
// not make a lock's late.
func TestALateReadingIsHeardWhereNobodySaidSoLater(t *testing.T) {
	p := set(t, "gates: [{device: g-1, type: evacuation}]\n"+
		"rules: [{id: own, title: {zh: 自定义, en: own}, of: [evacuation], kind: hazard, when: exit.blocked && contact.open}]").NewPoint("g-1")
	p.Read(devices.Reading{ReceivedAt: night, Values: map[string]float64{"passages_in": 1}}, clock)
	p.Read(devices.Reading{ReceivedAt: night, Age: time.Minute, Values: map[string]float64{"locked": 1, "open": 1}}, clock)
	assert.Equal(t, []string{"own raised"}, what(p.Step(clock, rules.Post{}, night)))
}
