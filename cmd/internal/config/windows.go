package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/rules"
)

// checkWindows warns of schools whose rules have windows of their own that are
// other than the times of their duty: the rules' hold, and the posts would be
// occupied while the gates are thought shut.
func (r *reader) checkWindows() {
	for _, s := range r.config.Schools {
		r.checkFirst(s.ID)
		d, manned := r.config.Duty[s.ID]
		at, ruled := r.ruled[s.ID]
		if !manned || !ruled {
			continue
		}
		for _, c := range contradictions(r.config.Rules[s.ID], d) {
			r.warn(at, WarnWindows, s.ID, nil, "let the calendar's windows and those of the gates agree", "windows: %s", c)
		}
		r.checkLevel(at, s.ID, r.config.Rules[s.ID], d)
	}
}

// shortest is how long the day's first window is at least, in minutes, for the
// rule G9: it looks from 15 min after its beginning on.
const shortest = 16

// checkFirst warns of days on which nobody would notice that nobody comes.
func (r *reader) checkFirst(school string) {
	set, at := r.config.Rules[school], r.ruled[school]
	d, manned := r.config.Duty[school]
	if set == nil {
		set, at = rules.Default(), r.manned[school].at
	}
	if at.node == nil || !slices.ContainsFunc(set.Rules(), func(g *rules.Rule) bool { return g.ID == "G9" }) {
		return
	}
	var days []string
	for _, day := range sorts(calendar.Default(), manned && seasonal(d)) {
		open, written := set.Own(day)
		if !written && manned {
			open = d.Setup.Open(calendar.Default(), day)
		}
		if len(open) > 0 && open[0].To-open[0].From < shortest {
			days = append(days, called(day))
		}
	}
	if len(days) > 0 {
		r.warn(at, WarnFirstWindow, school, holes{"minutes": strconv.Itoa(shortest), "days": strings.Join(days, ", ")}, "write a longer first window, or {id: G9, off: true} where nothing counts",
			"the day's first window is shorter than %d min on %s: rule G9 cannot see that nobody enters", shortest, strings.Join(days, ", "))
	}
}

// checkLevel warns of a level that is other than the pattern of the duty: some
// rules ask for it.
func (r *reader) checkLevel(at value, school string, set *rules.Set, d watch.School) {
	if set.Level != "" && string(set.Level) != d.Setup.Level {
		r.warn(at, WarnLevel, school, holes{"gates": string(set.Level), "posts": d.Setup.Level}, "leave level out: it follows duty", "level: the gates are those of a school %s, and its posts those of %s", set.Level, d.Setup.Level)
	}
}

// contradictions lists what days of the week, halves among them, have other windows than the duty's times, and which.
func contradictions(set *rules.Set, d watch.School) []string {
	plain := calendar.Default()
	var found []string
	days := map[string][]string{}
	for _, day := range sorts(plain, seasonal(d)) {
		own, written := set.Own(day)
		if due := d.Setup.Open(plain, day); written && !slices.Equal(own, due) {
			c := fmt.Sprintf("gates are open %s, and by duty %s: without windows they follow duty", hours(own), hours(due))
			if days[c] == nil {
				found = append(found, c)
			}
			days[c] = append(days[c], called(day))
		}
	}
	for i, c := range found {
		found[i] = "on " + strings.Join(days[c], ", ") + " " + c
	}
	return found
}

// seasonal reports whether summer is told from winter.
func seasonal(d watch.School) bool {
	return slices.ContainsFunc(d.Setup.Timetables, func(t duty.Timetable) bool { return t.Season != "" })
}

// sorts are the days of a week without a public holiday, whole and half, and in
// both seasons where these differ.
func sorts(c *calendar.Calendar, seasonal bool) []calendar.Day {
	monday := calendar.Date{Year: 2001, Month: time.March, Day: 5}
	seasons := []bool{false, true}
	if !seasonal {
		seasons = seasons[:1]
	}
	var out []calendar.Day
	for _, t := range []calendar.Type{calendar.Lesson, calendar.Half} {
		for _, summer := range seasons {
			for n := range 5 {
				day := c.Day(monday.Add(n))
				day.Type, day.Summer = t, summer
				out = append(out, day)
			}
		}
	}
	return out
}

// called is a day in words: wed, wed in summer, half wed.
func called(d calendar.Day) string {
	out := strings.ToLower(d.Follows.String()[:3])
	if d.Type == calendar.Half {
		out = "half " + out
	}
	if d.Summer {
		out += " in summer"
	}
	return out
}

func hours(all []calendar.Hours) string {
	if len(all) == 0 {
		return "never"
	}
	var out []string
	for _, h := range all {
		out = append(out, fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60))
	}
	return strings.Join(out, ", ")
}

// warn keeps nothing from starting; do is what helps.
func (r *reader) warn(v value, code Code, school string, of holes, do, format string, args ...any) {
	r.config.Warnings = append(r.config.Warnings, Fault{
		Path: v.path, File: v.src.name, Line: v.node.Line, Column: v.node.Column, Message: fmt.Sprintf(format, args...), Do: do,
		Code: code, School: school, About: of,
	})
}
