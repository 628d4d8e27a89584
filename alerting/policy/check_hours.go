package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

const (
	minutesADay  = 24 * 60
	minutesAWeek = 7 * minutesADay
)

// hours warns of times of the week at which nobody of an audience is on shift
// who has been written down: all of them are told then. A week is looked at as
// it is in term, and as it is in the holidays where that says something else.
func (c *checker) hours() {
	for _, a := range responders {
		all := c.onShifts(a)
		if !slices.ContainsFunc(all, func(p people.Contact) bool { return len(p.Hours) > 0 }) {
			continue
		}
		term := unmanned(all, func(w time.Weekday) bool { return w != time.Saturday && w != time.Sunday })
		holidays := unmanned(all, func(time.Weekday) bool { return false })
		if holidays == term {
			holidays = ""
		}
		c.deserted(WarnOffShift, a, "", term)
		c.deserted(WarnOffShiftHolidays, a, " in the holidays", holidays)
	}
}

func (c *checker) deserted(code Code, a alerting.Audience, when, gaps string) {
	if gaps != "" {
		c.warn(code, about{"audience": string(a), "hours": gaps}, "add a contact for these hours, or lengthen the hours of one",
			"nobody of %s is on shift at %s%s: %s; all of them are told then", a, c.school.ID, when, gaps)
	}
}

// onShifts lists the people of an audience.
func (c *checker) onShifts(a alerting.Audience) []people.Contact {
	return slices.DeleteFunc(slices.Clone(c.policy.contacts), func(p people.Contact) bool {
		return p.Audience != a || !slices.ContainsFunc(p.Duties, func(d people.Duty) bool { return person(p, d) })
	})
}

// mostGaps is how many gaps a warning names.
const mostGaps = 7

// unmanned says, from Monday on, when in a week none of the people is on shift.
func unmanned(all []people.Contact, school func(time.Weekday) bool) string {
	var gaps []string
	minute := 0
	for minute < minutesAWeek {
		end := minute
		for end < minutesAWeek && !anybody(all, end, school) {
			end++
		}
		if end > minute {
			gaps = append(gaps, momentOfWeek(minute)+" to "+momentOfWeek(end))
		}
		minute = end + 1
	}
	if len(gaps) > mostGaps {
		return fmt.Sprintf("%s and %d more", strings.Join(gaps[:mostGaps], ", "), len(gaps)-mostGaps)
	}
	return strings.Join(gaps, ", ")
}

func anybody(all []people.Contact, minute int, school func(time.Weekday) bool) bool {
	today := weekdayOf(minute)
	yesterday := (today + 6) % 7
	return slices.ContainsFunc(all, func(p people.Contact) bool {
		return p.Hours.Hold(people.Day{Weekday: yesterday, School: school(yesterday)}, people.Day{Weekday: today, School: school(today)}, minute%minutesADay)
	})
}

// weekdayOf is the day of a minute that is counted from Monday 00:00.
func weekdayOf(minute int) time.Weekday { return time.Weekday((minute/minutesADay + 1) % 7) }

// momentOfWeek says a minute of the week; midnight as the end of the day.
func momentOfWeek(minute int) string {
	clock := minute % minutesADay
	if clock == 0 && minute > 0 {
		return people.WeekdayText(weekdayOf(minute-1)).EN + " 24:00"
	}
	return fmt.Sprintf("%s %02d:%02d", people.WeekdayText(weekdayOf(minute)).EN, clock/60, clock%60)
}
