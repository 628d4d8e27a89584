package sheet

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// Column is a column of a roster.
type Column string

// The columns; a school's sheet calls them so, or in English.
const (
	ColumnDate       Column = "日期"
	ColumnWeekday    Column = "星期"
	ColumnPost       Column = "岗位"
	ColumnShift      Column = "班次"
	ColumnPerson     Column = "姓名"
	ColumnRole       Column = "角色"
	ColumnPhone      Column = "电话"
	ColumnSubstitute Column = "替岗"
)

// header is the order in which a roster is written.
var header = []Column{ColumnDate, ColumnWeekday, ColumnPost, ColumnShift, ColumnPerson, ColumnRole, ColumnPhone, ColumnSubstitute}

var columns = map[string]Column{
	"日期": ColumnDate, "date": ColumnDate, "星期": ColumnWeekday, "周次": ColumnWeekday, "weekday": ColumnWeekday, "日期/星期": ColumnDate, "日期\uFF0F星期": ColumnDate,
	"岗位": ColumnPost, "post": ColumnPost, "班次": ColumnShift, "shift": ColumnShift, "姓名": ColumnPerson, "name": ColumnPerson,
	"角色": ColumnRole, "role": ColumnRole, "电话": ColumnPhone, "手机": ColumnPhone, "联系电话": ColumnPhone, "phone": ColumnPhone,
	"替岗": ColumnSubstitute, "替岗人": ColumnSubstitute, "substitute": ColumnSubstitute,
}

// roles are what schools write; the first of a role is what is written.
var roles = []struct {
	word string
	role duty.Role
}{
	{"护学民警", duty.Police}, {"民警", duty.Police}, {"辅警", duty.Police}, {"护学民警(辅警)", duty.Police}, {"police", duty.Police},
	{"保安员", duty.Guard}, {"保安", duty.Guard}, {"guard", duty.Guard},
	{"教职工", duty.Teacher}, {"教师", duty.Teacher}, {"老师", duty.Teacher}, {"teacher", duty.Teacher},
	{"志愿者", duty.Volunteer}, {"护学志愿者", duty.Volunteer}, {"家长", duty.Volunteer}, {"家长志愿者", duty.Volunteer}, {"volunteer", duty.Volunteer},
	{"值班领导", duty.Leader}, {"带班领导", duty.Leader}, {"leader", duty.Leader},
	{"宿管员", duty.Warden}, {"宿管", duty.Warden}, {"生活老师", duty.Warden}, {"warden", duty.Warden},
}

func roleOf(word string) (duty.Role, bool) {
	word = strings.NewReplacer("\uFF08", "(", "\uFF09", ")").Replace(tight(word))
	for _, r := range roles {
		if strings.EqualFold(word, r.word) {
			return r.role, true
		}
	}
	return "", false
}

func wordOf(role duty.Role) string {
	for _, r := range roles {
		if r.role == role {
			return r.word
		}
	}
	return string(role)
}

// shifts are what schools call the built-in windows; the first word of a window
// is what is written.
var shifts = []struct{ word, window string }{
	{"早班", "morning"}, {"早", "morning"}, {"上学", "morning"}, {"半天放学", "half-day"}, {"午间放学", "midday-home"}, {"午间到校", "midday-back"},
	{"放学", "afternoon"}, {"晚班", "afternoon"}, {"延时服务", "after-service"}, {"晚自习", "evening"}, {"返校", "return"},
	{"白班", "day"}, {"夜班", "night"}, {"开放时段", "open"}, {"全天", "whole-day"}, {"听班", "on-call"},
}

// isShift reports whether a word means a shift: its id, what schools call it, or
// its hours.
func isShift(word string, s duty.Shift, zone *time.Location) bool {
	word = tight(word)
	from, to := s.Clock(zone)
	if strings.EqualFold(word, s.Window) || hours(word) == from+"-"+to {
		return true
	}
	return slices.ContainsFunc(shifts, func(o struct{ word, window string }) bool { return o.word == word && o.window == s.Window })
}

// hours brings 7:20–8:35 and 07:20~08:35 to 07:20-08:35; what ends with the day
// ends at 24:00.
func hours(s string) string {
	s = strings.NewReplacer(" ", "", "\uFF1A", ":", "\u2013", "-", "\u2014", "-", "~", "-", "\uFF5E", "-", "至", "-").Replace(s)
	from, to, _ := strings.Cut(s, "-")
	if to == "24:00" {
		to = "0:00"
	}
	a, errA := time.Parse("15:04", from)
	b, errB := time.Parse("15:04", to)
	if errA != nil || errB != nil {
		return ""
	}
	from, to = duty.Shift{From: a, To: b}.Clock(time.UTC)
	return from + "-" + to
}

func shiftWord(window string) string {
	for _, s := range shifts {
		if s.window == window {
			return s.word
		}
	}
	return window
}

var weekdays = []string{"日", "一", "二", "三", "四", "五", "六"}

func weekdayText(w time.Weekday) alerting.Text {
	return alerting.Text{ZH: "星期" + weekdays[w], EN: w.String()}
}

// weekdayOf reads 星期一, 周一, 一, mon and Monday.
func weekdayOf(s string) (time.Weekday, bool) {
	short := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(tight(s), "星期"), "礼拜"), "周")
	if short == "天" {
		short = "日"
	}
	if i := slices.Index(weekdays, short); i >= 0 {
		return time.Weekday(i), true
	}
	for w := time.Sunday; w <= time.Saturday; w++ {
		if strings.EqualFold(s, w.String()) || strings.EqualFold(s, w.String()[:3]) {
			return w, true
		}
	}
	return 0, false
}
