package duty

import (
	"slices"

	"example.org/campushub/alerting/duty/calendar"
)

// dutyLeader is the kind of the post whose holder stays when the gates are shut.
const dutyLeader Kind = "duty-leader"

// Hours are from when to when somebody is on duty at a school on a day because
// pupils are there: from the earliest window of the posts at its gates to the
// end of the latest, evening study with it, and the hours of those posts that
// are there on such days alone, such as the duty leader. A round the clock is no
// school day, and not counted. A school that writes no duty leader has one all the
// same, as built in: somebody of it stays when the last gate is shut. False where
// nothing says so.
func (s Setup) Hours(c *calendar.Calendar, day calendar.Day) (calendar.Hours, bool) {
	out := calendar.Hours{From: minutesADay}
	for _, w := range s.onSchoolDays(c, day) {
		if w.To > w.From && s.holds(c, day, w.On, w.If) {
			out.From, out.To = min(out.From, w.From), max(out.To, w.To)
		}
	}
	if out.To > 0 && !slices.ContainsFunc(s.Posts, func(p Post) bool { return p.Kind == dutyLeader }) {
		out.To = max(out.To, s.stays(c, day))
	}
	return out, out.To > 0
}

// stays is until when a duty leader as built in is there on a day, in minutes after
// midnight; 0 on a day without one, and of a round the clock.
func (s Setup) stays(c *calendar.Calendar, day calendar.Day) (until int) {
	for _, w := range builtIn.posts[dutyLeader].Windows {
		if !w.OnCall && w.To > w.From && s.holds(c, day, w.On, w.If) {
			until = max(until, w.To)
		}
	}
	return until
}

// onSchoolDays are the windows of a day that follow pupils: the pattern's, and
// those of posts that nobody occupies otherwise.
func (s Setup) onSchoolDays(c *calendar.Calendar, day calendar.Day) []Window {
	out := slices.Clone(s.pattern(c, day))
	for _, p := range s.Posts {
		for _, w := range p.Windows {
			if !w.OnCall && slices.Contains([]Days{Manned, Full, HalfDay, Examining}, w.On) {
				out = append(out, w)
			}
		}
	}
	return out
}
