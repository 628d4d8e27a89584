package duty_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty"
)

// A watch that is on finds out in time.
func TestTimesThatWouldMakeTheWatchBlindAreRefused(t *testing.T) {
	for times, want := range map[string]string{
		"{open: 3601}":                       "open: want at most 1h0m0s: whoever comes earlier comes to something else",
		"{open: 86400}":                      "open: want at most 1h0m0s",
		"{open: 3600}":                       "",
		"{open: 0}":                          "",
		"{grace: 1801}":                      "grace: want at most 30m0s",
		"{settle: 31}":                       "settle: want at most 30s",
		"{call: {first: 3600, second: 300}}": "call.first: want at most 5m0s",
		"{call: {first: 60, second: 7200}}":  "call.second: want at most 5m0s",
		"{lone: {every: 36000}}":             "lone.every: want at most 2h0m0s",
		"{lone: {first: 301}}":               "lone.first: want at most 5m0s",
		"{lone: {second: 301}}":              "lone.second: want at most 5m0s",
		"{lone: {hours: 23:00-04:59}}":       "lone.hours: want 00:00-05:00",
		"{lone: {hours: 00:01-06:00}}":       "lone.hours: want 00:00-05:00",
		"{lone: {hours: 12:00-12:01}}":       "lone.hours: want 00:00-05:00",
		"{lone: {every: 60}}":                "lone: asks again",
		"{patrol: {before: 3601}}":           "patrol.before: want at most 1h0m0s: what was stamped earlier",
		"{patrol: {after: 7201}}":            "patrol.after: want at most 2h0m0s: the next round begins",
		"{patrol: {once: 3601}}":             "patrol.once: want at most 1h0m0s",
		"{patrol: {shift: 1801}}":            "patrol.shift: want at most 30m0s",
		"{leave: {before: 1801}}":            "leave.before: want at most 30m0s: earlier a card is a word of life",
		"{leave: {after: 7201}}":             "leave.after: want at most 2h0m0s",
		"{leave: {again: 601}}":              "leave.again: want at most 10m0s",
		"{patrol: {before: 3600, after: 7200, once: 3600, shift: 1800}, leave: {before: 1800, after: 7200, again: 600}}": "",
		"{patrol: {before: 0, after: 0, once: 0, shift: 0}, leave: {before: 0, after: 0, again: 0}}":                     "",
		"{grace: 1800, settle: 30}":                      "",
		"{call: {first: 300, second: 300}}":              "",
		"{lone: {every: 7200, first: 300, second: 300}}": "",
		"{lone: {hours: 00:00-05:00}}":                   "",
		"{lone: {hours: 00:00-00:00}}":                   "",
		"{lone: {hours: 18:30-07:00}}":                   "",
	} {
		_, faults := duty.ReadSetup(node(t, "{pattern: primary, posts: [], times: "+times+"}"), "duty")
		if want == "" {
			assert.Empty(t, faults, times)
		} else if assert.Len(t, faults, 1, times) {
			assert.Contains(t, faults[0].Message, want, times)
		}
	}
}

// By the duty a gate is not open day and night either: no door would be forced.
func TestATimetableLeavesTheGatesANight(t *testing.T) {
	for windows, want := range map[string]string{
		"[{id: a, hours: 00:00-00:00}]":                                                           "windows: gates are open for 24h0m0s on a full day: want at most 16h0m0s in all",
		`[{id: a, hours: 05:00-21:00, gate: "05:30"}, {id: b, hours: 20:00-22:00}]`:               "gates are open for 16h30m0s on a full day",
		"[{id: a, hours: 05:00-13:00, on: full}, {id: b, hours: 12:00-05:00, on: half}]":          "gates are open for 17h0m0s on a half day",
		`[{id: a, hours: 05:00-22:00, gate: "06:00"}]`:                                            "",
		"[{id: a, hours: 05:00-14:00}, {id: b, hours: 12:00-18:00}]":                              "",
		"[{id: a, hours: 00:00-12:00, on: full}, {id: b, hours: 12:00-00:00, on: half}]":          "",
		`[{id: a, hours: 07:00-08:00}, {id: night, hours: 23:40-00:40, gate: "23:50", on: full}]`: "",
	} {
		_, faults := duty.ReadSetup(node(t, "{pattern: primary, posts: [], timetables: [{windows: "+windows+"}]}"), "duty")
		if want == "" {
			assert.Empty(t, faults, windows)
		} else if assert.Len(t, faults, 1, windows) {
			assert.Contains(t, faults[0].Message, want, windows)
		}
	}
}
