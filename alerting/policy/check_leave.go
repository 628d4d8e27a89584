package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/people"
)

// away warns of the days from now on, by the school's own clock, on which leave
// has nobody of an audience there, for the whole day or a part of it, where
// somebody would be without it: all of them are told then. What nobody's hours
// hold is a finding of its own.
func (c *checker) away(now time.Time) {
	today := calendar.On(now, c.school.Location())
	for _, a := range responders {
		all := c.onShifts(a)
		days := slices.DeleteFunc(leaveDays(all, today), func(d calendar.Date) bool { return !c.emptied(all, d) })
		if len(days) > 0 {
			c.warn(WarnLeave, about{"audience": string(a), "days": runs(days)}, "add a contact for these days, or have one of them there",
				"leave has nobody of %s there at %s on %s, for the day or a part of it; all of them are told then", a, c.school.ID, runs(days))
		}
	}
}

// leaveDays lists the days from today on that are somebody's leave, each once.
func leaveDays(all []people.Contact, today calendar.Date) []calendar.Date {
	days := map[calendar.Date]bool{}
	for _, p := range all {
		for _, l := range p.Leave {
			from := l.From
			if today.Compare(from) > 0 {
				from = today
			}
			for d := from; l.Has(d); d = d.Add(1) {
				days[d] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(days), calendar.Date.Compare)
}

// emptied reports whether there is a time of the day at which all of those who
// would be on shift are on leave. It can only begin at midnight, or where
// somebody's shift begins or ends.
func (c *checker) emptied(all []people.Contact, d calendar.Date) bool {
	minutes := []int{0}
	for _, p := range all {
		for _, h := range p.Hours {
			minutes = append(minutes, h.From, h.To%minutesADay)
		}
	}
	return slices.ContainsFunc(minutes, func(m int) bool {
		at := d.At(m, c.school.Location())
		onShift := func(p people.Contact) bool { return p.OnShift(c.school, at) }
		there := func(p people.Contact) bool { return onShift(p) && !p.OnLeave(c.school, at) }
		return slices.ContainsFunc(all, onShift) && !slices.ContainsFunc(all, there)
	})
}

// runs says days as leave is written: those that follow one another as one
// span.
func runs(days []calendar.Date) string {
	var spans []calendar.Span
	for _, d := range days {
		if n := len(spans); n > 0 && spans[n-1].To.Add(1) == d {
			spans[n-1].To = d
			continue
		}
		spans = append(spans, calendar.Span{From: d, To: d})
	}
	var out []string
	for _, s := range spans {
		if s.From == s.To {
			out = append(out, s.From.String())
		} else {
			out = append(out, s.From.String()+".."+s.To.String())
		}
	}
	if len(out) > mostGaps {
		return fmt.Sprintf("%s and %d more", strings.Join(out[:mostGaps], ", "), len(out)-mostGaps)
	}
	return strings.Join(out, ", ")
}
