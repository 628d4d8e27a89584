package calendar

import (
	"slices"

	"example.org/campushub/alerting"
)

// Build puts a school's calendar together. Each of years replaces the built-in
// year of its number, or adds one. The faults are what no single line shows.
func Build(years []Year, s School) (*Calendar, []Fault) {
	c := &Calendar{years: slices.Clone(years), school: s}
	for _, y := range builtIn {
		if !slices.ContainsFunc(years, func(o Year) bool { return o.Year == y.Year }) {
			c.years = append(c.years, y)
		}
	}
	return c, c.check()
}

// Default is the calendar of a school that says nothing: the built-in public
// calendar, and no terms.
func Default() *Calendar {
	c, _ := Build(nil, School{})
	return c
}

// Check reports years that come twice.
func Check(years []Year) []Fault {
	var out []Fault
	for i, y := range years {
		if slices.ContainsFunc(years[:i], func(o Year) bool { return o.Year == y.Year }) {
			out = append(out, y.at.Fault("%d is here twice", y.Year))
		}
	}
	return out
}

func (c *Calendar) check() []Fault {
	var out []Fault
	for _, m := range c.school.MakeUp {
		_, termed := c.term(m.Date)
		switch {
		case !c.MakeUp(m.Date):
			out = append(out, m.at.Fault("%v is no make-up working day", m.Date))
		case len(c.school.Terms) > 0 && !termed:
			out = append(out, m.at.Fault("%v lies outside every term: people work and there are no lessons", m.Date))
		}
	}
	return out
}

// soon is how long before a day people are told of what nobody has said of it.
const soon = 7

// Notices says what a calendar leaves open, to be shown on today's pages: each
// is a reason why posts may be manned on a wrong day.
func (c *Calendar) Notices(today Date) []alerting.Text {
	var out []alerting.Text
	if len(c.school.Terms) == 0 {
		out = append(out, alerting.Text{
			ZH: "未设置学期：所有工作日均按上课日处理", EN: "No terms are set: every working day counts as a school day",
		})
	}
	if terms := c.school.Terms; len(terms) > 0 {
		last := slices.MaxFunc(terms, func(a, b Term) int { return a.To.Compare(b.To) }).To
		if last.Compare(today.Add(soon)) <= 0 {
			out = append(out, alerting.Text{
				ZH: last.String() + " 之后未设置学期：此后每天均按闭校处理，不提醒岗位", EN: "No term is set after " + last.String() + ": from then on every day counts as closed, and nobody is missed at a post",
			})
		}
	}
	for _, year := range slices.Compact([]int{today.Year, today.Add(30).Year}) {
		if !slices.ContainsFunc(c.years, func(y Year) bool { return y.Year == year }) {
			n := Date{Year: year, Month: 1, Day: 1}.String()[:4]
			out = append(out, alerting.Text{
				ZH: "没有 " + n + " 年的放假安排：仅按星期判断", EN: "There are no public holidays for " + n + ": weekdays alone decide",
			})
		}
	}
	for i := range 2 {
		if day := c.Day(today.Add(i)); day.Strangers() {
			out = append(out, strangers(day))
		}
	}
	for i := range soon + 1 {
		if day := c.Day(today.Add(i)); day.Unsaid && day.School() {
			d := day.Date.String()
			out = append(out, alerting.Text{
				ZH: d + " 为调休上课日，未设置按星期几的课表：全部岗位按工作日到岗",
				EN: d + " is a make-up school day and nobody said whose timetable it follows: every weekday post is due",
			})
		}
	}
	return out
}

// strangers says of a day, and on the day before it, that people come whom the
// gate does not know.
func strangers(day Day) alerting.Text {
	kind, d := day.Type.Title(), day.Date.String()
	if day.Site {
		kind = alerting.Text{ZH: "考点", EN: "examination site"}
	}
	return alerting.Text{
		ZH: d + " " + kind.ZH + "：预计有校外人员进出，请在门口核验登记，客流比平日多",
		EN: d + ", " + kind.EN + ": people from outside are expected; check and register them at the gate, and reckon with more of them than on other days",
	}
}
