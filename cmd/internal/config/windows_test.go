package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const shortFriday = `
duty:
  - schools: [ziwei-primary]
    pattern: primary
    timetables: [{weekdays: [fri], windows: [{id: morning, hours: 07:20-08:35, gate: 07:40}, {id: short, dismissals: ["14:00", "14:20"]}]}]
    posts: []
`

func TestWindowsThatContradictTheDutyAreWarnedOf(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"none of its own", "rules: [{schools: [ziwei-primary], roll: 240}]" + shortFriday, ""},
		{"no duty", "rules: [{schools: [ziwei-primary], windows: [{hours: 09:00-10:00}]}]", ""},
		{"other times on Fridays", `
rules:
  - schools: [ziwei-primary]
    windows: [{hours: 07:40-08:35}, {hours: 11:40-12:10, on: half}, {hours: 15:30-16:10, on: full}]
` + shortFriday, `campus.yaml:13:5: rules[0]: windows: on fri gates are open 07:40-08:35, 15:30-16:10, and by duty 07:40-08:35, 14:00-14:50: without windows they follow duty
campus.yaml:13:5: rules[0]: windows: on half fri gates are open 07:40-08:35, 11:40-12:10, and by duty 07:40-08:35, 14:00-14:50: without windows they follow duty`},
		{"the same times", `
rules: [{schools: [ziwei-primary], windows: [{hours: 07:40-08:35}, {hours: 11:40-12:10, on: half}, {hours: 15:30-16:10, on: full}]}]
duty: [{schools: [ziwei-primary], pattern: primary, posts: []}]
`, ""},
		{"never open, and another summer", `
rules: [{schools: [ziwei-primary], windows: []}]
duty:
  - schools: [ziwei-primary]
    pattern: primary
    timetables: [{season: summer, windows: [{id: late, hours: 09:00-10:00}]}]
    posts: []
`, `campus.yaml:12:9: rules[0]: windows: on half mon, half tue, half wed, half thu, half fri gates are open never, and by duty 07:40-08:35, 11:40-12:10: without windows they follow duty
campus.yaml:12:9: rules[0]: windows: on mon in summer, tue in summer, wed in summer, thu in summer, fri in summer, half mon in summer, half tue in summer, half wed in summer, half thu in summer, half fri in summer gates are open never, and by duty 09:00-10:00: without windows they follow duty
campus.yaml:12:9: rules[0]: windows: on mon, tue, wed, thu, fri gates are open never, and by duty 07:40-08:35, 15:30-16:10: without windows they follow duty`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, faults := ruled(c.text)
			require.Empty(t, faults)
			var windows Faults
			for _, w := range cfg.Warnings {
				if w.Path == "rules[0]" {
					windows = append(windows, w)
				}
			}
			windows.sort()
			assert.Equal(t, c.want, windows.Error())
		})
	}
}

func TestALevelThatContradictsTheDutyIsWarnedOf(t *testing.T) {
	for _, c := range []struct{ name, rules, duty, want string }{
		{"another", "level: primary", "senior-secondary", "level: the gates are those of a school primary, and its posts those of senior-secondary"},
		{"the same", "level: senior-secondary", "senior-secondary", ""},
		{"not said", "roll: 900", "senior-secondary", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, faults := ruled("\nrules: [{schools: [ziwei-primary], " + c.rules + "}]\nduty: [{schools: [ziwei-primary], pattern: " + c.duty + ", posts: []}]\n")
			require.Empty(t, faults)
			assert.Equal(t, c.want, said(cfg, "level:"))
		})
	}
}

func TestAFirstWindowTooShortForG9IsWarnedOf(t *testing.T) {
	const short = "timetables: [{weekdays: [fri], windows: [{id: morning, hours: 07:40-07:55}]}], "
	for _, c := range []struct{ name, text, want string }{
		{"fifteen minutes by the rules", "rules: [{schools: [ziwei-primary], windows: [{hours: 07:40-07:55}]}]", "shorter than 16 min on mon, tue, wed, thu, fri, half mon"},
		{"sixteen", "rules: [{schools: [ziwei-primary], windows: [{hours: 07:40-07:56}]}]", ""},
		{"nobody counts", "rules: [{schools: [ziwei-primary], windows: [{hours: 07:40-07:55}], rules: [{id: G9, off: true}]}]", ""},
		{"by the duty, on Fridays", "duty: [{schools: [ziwei-primary], pattern: primary, " + short + "posts: []}]", "shorter than 16 min on fri, half fri:"},
		{"the pattern's own", "duty: [{schools: [ziwei-primary], pattern: primary, posts: []}]", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, faults := ruled("\n" + c.text + "\n")
			require.Empty(t, faults)
			if c.want == "" {
				assert.Empty(t, said(cfg, "the day's first window"))
				return
			}
			assert.Contains(t, said(cfg, "the day's first window"), c.want)
		})
	}
}

// said is the one warning that begins so; "" where there is none.
func said(c *Config, begins string) string {
	for _, w := range c.Warnings {
		if strings.HasPrefix(w.Message, begins) {
			return w.Message
		}
	}
	return ""
}
