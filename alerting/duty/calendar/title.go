package calendar

import "example.org/campushub/alerting"

// Title says a type of day in words.
func (t Type) Title() alerting.Text {
	zh := map[Type]string{
		Lesson: "上课日", Half: "半天", Examination: "考试日", Sports: "运动会", OpenDay: "开放日", ParentsMeeting: "家长会",
		OffSite: "校外活动日", Registration: "报到日", Care: "假期托管", Residence: "住校生周末", Closed: "不上课",
	}[t]
	return alerting.Text{ZH: zh, EN: string(t)}
}

// Title says what decided a day in words.
func (c Cause) Title() alerting.Text {
	zh := map[Cause]string{
		ByClosure: "学校停课", BySite: "设为考点", ByOverride: "学校单日安排", ByExamination: "考试安排",
		ByTerm: "学期安排", ByHoliday: "法定节假日", ByMakeUp: "调休上班", ByWeekday: "按星期",
	}[c]
	return alerting.Text{ZH: zh, EN: string(c)}
}
