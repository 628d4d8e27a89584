package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// What watches over a way in, or over lives, is not to be emptied by a line
// that leaves it on.
func TestNoSchoolMakesARuleBlindThatIsNeverOff(t *testing.T) {
	for text, want := range map[string]string{
		"{id: G3, when: 'false'}":                                 `when stays as it is, "contact.forced"`,
		"{id: G3, for: 6s}":                                       "for: want at most 5s: that a door was forced is known for 10 s",
		"{id: G3, clear: '!contact.forced'}":                      `clear stays as it is, "person"`,
		"{id: G3, of: [pedestrian, vehicle, roof]}":               `of: "dormitory" must be among the gates`,
		"{id: G15, of: [counters]}":                               `of: "dormitory" must be among the gates`,
		"{id: G15, when: 'contact.open && clock.minute == 1439'}": "when stays as it is",
		"{id: G15, facts: [door-at-night]}":                       `facts: "urgent" must be among them`,
		"{id: G15, for: 121s}":                                    "for: want at most 2m0s",
		"{id: G15-roof, kind: device-service}":                    `kind stays as it is, "welfare"`,
		"{id: G15-roof, clear: 'true'}":                           "clear stays as it is",
		"{id: G16, for: 24h}":                                     "for: want at most 5m0s: when a fire breaks out the way must be free",
		"{id: G16, clear_for: 24h}":                               "clear_for: want at most 10m0s",
		"{id: G16, pauses: exit}":                                 "pauses stays as it is",
		"{id: G12, when: 'true'}":                                 "when stays as it is",
		"{id: G12, clear_for: 24h}":                               "clear_for: want at most 5m0s: while it stands nobody is told of a forced door",
		"{id: G1, pauses: contact}":                               `pauses: "contact" is what rule G3 looks at`,
		"{id: x, title: {zh: 自, en: x}, kind: hazard, when: 'true', pauses: exit}":            `pauses: "exit" is what rule G16 looks at`,
		"{id: G16, limit: {for: 24h, clear_for: 24h, why: 'we like it so'}}":                  "unknown key",
		"{id: x, title: {zh: 自, en: x}, kind: hazard, when: contact.forced, pauses: contact}": `pauses: "contact" is what rule G3 looks at`,
	} {
		_, faults := rules.Parse([]byte("rules: [" + text + "]"))
		if assert.Len(t, faults, 1, text) {
			assert.Contains(t, faults[0].Message, want, text)
		}
	}
}

// Within the limits a school changes them, and wider than they are.
func TestWhatASchoolMayChangeOfARuleThatIsNeverOff(t *testing.T) {
	for _, text := range []string{
		"{id: G3, for: 5s, title: {zh: 强行, en: forced}}",
		"{id: G3, of: [pedestrian, vehicle, evacuation, dormitory, roof], facts: [forced, urgent]}",
		"{id: G15, for: 120s, clear_for: 600s}",
		"{id: G16, for: 10s, when: exit.blocked && (school.open || school.boarded)}",
		"{id: G12, clear_for: 120s}",
		"{id: G12, off: true}",
		"{id: x, title: {zh: 自, en: x}, kind: hazard, when: 'true', pauses: waiting}",
	} {
		_, faults := rules.Parse([]byte("rules: [" + text + "]"))
		assert.Empty(t, faults, text)
	}
	for _, r := range rules.Default().Rules() {
		if r.Always {
			require.NotNil(t, r.Limit, "%s is never off, and anything may be made of it", r.ID)
			assert.LessOrEqual(t, r.For, r.Limit.For, r.ID)
			assert.LessOrEqual(t, r.ClearFor, r.Limit.ClearFor, r.ID)
			assert.NotEmpty(t, r.Limit.Why, r.ID)
		}
	}
}

// While a gate's window is open, G3 asks for no release: a school leaves it a
// night.
func TestNoWindowsAreOpenDayAndNight(t *testing.T) {
	const want = "open for %s on a %s day: want at most 16h0m0s in all"
	for windows, fault := range map[string]string{
		"[{hours: 00:00-23:59}]":                                           fmt.Sprintf(want, "23h59m0s", "full"),
		"[{hours: 00:00-08:00}, {hours: 12:00-20:01}]":                     fmt.Sprintf(want, "16h1m0s", "full"),
		"[{hours: 00:00-08:00}, {hours: 12:00-20:01, on: half}]":           fmt.Sprintf(want, "16h1m0s", "half"),
		"[{hours: 06:00-22:00}]":                                           "",
		"[{hours: 00:00-12:00, on: full}, {hours: 12:00-23:59, on: half}]": "",
		"[]": "",
	} {
		for where, text := range map[string]string{
			"windows":          "windows: " + windows,
			"gates[0].windows": "gates: [{device: r-1, type: roof, windows: " + windows + "}]",
		} {
			_, faults := rules.Parse([]byte(text))
			if fault == "" {
				assert.Empty(t, faults, text)
			} else if assert.Len(t, faults, 1, text) {
				assert.Equal(t, where, faults[0].Path)
				assert.Contains(t, faults[0].Message, fault)
			}
		}
	}
}

// Whatever windows are written of an evacuation door, or of all gates, it is told
// when it is locked while pupils or staff are there: on a Tuesday in term, at
// ten, when the last gate has shut, and as the duty leader leaves.
func TestNoWindowsLeaveAnEvacuationDoorUnwatched(t *testing.T) {
	plain := rules.Clock{Calendar: calendar.Default(), Zone: china}
	manned := plain
	manned.Duty = &duty.Setup{}
	for _, text := range []string{
		"gates: [{device: e-1, type: evacuation}]",
		"gates: [{device: e-1, type: evacuation, windows: []}]",
		"gates: [{device: e-1, type: evacuation, windows: [{hours: 12:00-12:01}]}]",
		"gates: [{device: e-1, type: evacuation, windows: [{hours: 00:00-00:01, on: half}]}]",
		"{windows: [], gates: [{device: e-1, type: evacuation}]}",
		"{windows: [], gates: [{device: e-1, type: evacuation, windows: []}]}",
		"{windows: [{hours: 12:00-12:01}], gates: [{device: e-1, type: evacuation}]}",
	} {
		for _, c := range []rules.Clock{plain, manned} {
			for clock, told := range map[string]bool{"06:58": false, "07:00": true, "10:00": true, "16:20": true, "18:28": true, "18:30": false} {
				at, err := time.ParseInLocation("2006-01-02 15:04", "2026-09-01 "+clock, china)
				require.NoError(t, err)
				p := set(t, text).NewPoint("e-1")
				p.Read(devices.Reading{Values: map[string]float64{"locked": 1}, ReceivedAt: at}, c)
				p.Step(c, rules.Post{}, at)
				var want []string
				if told {
					want = []string{"G16 raised"}
				}
				assert.Equal(t, want, what(p.Step(c, rules.Post{}, at.Add(61*time.Second))), "%s, locked at %s", text, clock)
			}
		}
	}
}
