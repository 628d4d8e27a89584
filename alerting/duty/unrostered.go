package duty

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// Unrostered is what is raised on a school day whose posts are to be occupied
// and for which nobody is on the roster: low, once a day, from its first shift
// until there is a roster or the day is over. Without it such a day is silent:
// nobody is missed and no post is uncovered. On a day without lessons it is
// nothing.
func (w Watch) Unrostered(now time.Time) (Raise, bool) {
	today := calendar.On(now, w.Zone)
	if w.Roster.Covers(today) { // as on nearly every day
		return Raise{}, false
	}
	first, due := w.firstShift(today)
	if !due || now.Before(first) {
		return Raise{}, false
	}
	return Raise{Kind: KindPostUncovered, Object: today.String() + noRoster, Due: first, Severity: alerting.Low, NoRoster: true}, true
}

// noRoster ends the object of what Unrostered raises, behind the date.
const noRoster = "/roster"

// UnrosteredOn is the day that an object of Unrostered is about.
func UnrosteredOn(object string) (calendar.Date, bool) {
	if len(object) <= len(noRoster) || object[len(object)-len(noRoster):] != noRoster {
		return calendar.Date{}, false
	}
	d, err := calendar.ParseDate(object[:len(object)-len(noRoster)])
	return d, err == nil
}

// firstShift is when somebody has to be at a post first on a school day; false
// where nobody has to, and on other days.
func (w Watch) firstShift(d calendar.Date) (first time.Time, due bool) {
	if !w.Calendar.Day(d).Manned() {
		return first, false
	}
	for _, s := range w.Setup.Shifts(w.Calendar, w.Zone, d) {
		if !s.OnCall && (!due || s.From.Before(first)) {
			first, due = s.From, true
		}
	}
	return first, due
}

// longestBreak bounds how far ahead a school day is looked for: a summer's
// holidays.
const longestBreak = 100

// Notices say beforehand what will not be watched: the first of the next school
// days for which nobody is on the roster, and that no patrol rounds are set up.
func (w Watch) Notices(now time.Time) []alerting.Text {
	var out []alerting.Text
	if d, ok := w.runsOut(calendar.On(now, w.Zone)); ok {
		out = append(out, alerting.Text{
			ZH: d.String() + " 为上课日，尚无值班表：请在此前导入，否则当天缺岗、未到岗均不上报",
			EN: d.String() + " is a school day without a roster: import one before, or nobody is reported as missed that day and no post as uncovered",
		})
	}
	if len(w.Setup.Posts) > 0 && len(w.Setup.Points) == 0 {
		out = append(out, alerting.Text{
			ZH: "未设置巡查点（duty 的 points）：不安排巡查，也不上报漏巡",
			EN: "No points of the patrol rounds are set (points in duty): no round is watched, and none is missed",
		})
	}
	return out
}

// runsOut finds the first of the next Times.Ahead school days after today that
// has no roster.
func (w Watch) runsOut(today calendar.Date) (calendar.Date, bool) {
	left := w.Setup.Times.Ahead
	for i := 1; i <= longestBreak && left > 0; i++ {
		d := today.Add(i)
		if _, due := w.firstShift(d); !due {
			continue
		}
		if left--; !w.Roster.Covers(d) {
			return d, true
		}
	}
	return calendar.Date{}, false
}
