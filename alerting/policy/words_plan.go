package policy

import (
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

var audienceTexts = map[alerting.Audience]alerting.Text{
	alerting.Police:   {ZH: "警方", EN: "police"},
	alerting.School:   {ZH: "学校", EN: "school"},
	alerting.Guards:   {ZH: "岗位", EN: "guards"},
	alerting.Staff:    {ZH: "教职工", EN: "staff"},
	alerting.District: {ZH: "教育局", EN: "education bureau"},
	alerting.Parents:  {ZH: "家长", EN: "parents"},
}

// AudienceText says an audience in words.
func AudienceText(a alerting.Audience) alerting.Text { return audienceTexts[a] }

// ChannelText says a channel in words.
func ChannelText(c alerting.Channel) alerting.Text { return alerting.ChannelText(c) }

var viaTexts = map[alerting.Via]alerting.Text{
	alerting.ViaLAN:      {ZH: "局域网", EN: "LAN"},
	alerting.ViaInternet: {ZH: "互联网", EN: "internet"},
	alerting.ViaCellular: {ZH: "移动网络", EN: "cellular"},
}

// ViaText says in words what a channel runs over.
func ViaText(v alerting.Via) alerting.Text { return viaTexts[v] }

var modeTexts = map[alerting.Mode]alerting.Text{
	devices.Live:  {ZH: "真实", EN: "live"},
	devices.Drill: {ZH: "演练", EN: "drill"},
	devices.Test:  {ZH: "测试", EN: "test"},
}

var classTexts = map[Class]alerting.Text{
	C0: {ZH: "所列各方可见类型和地点", EN: "everybody who is told sees kind and place"},
	C1: {ZH: "岗位、教职工只看地点和做法;情况由警方和学校掌握", EN: "guards and staff see the place and what to do; the facts stay with police and school"},
	C2: {ZH: "保密:仅限指定人员,其他位置只显示「保密」", EN: "confidential: named recipients only; everywhere else it only says so"},
}

var releaseTexts = map[Release]alerting.Text{
	"": {ZH: "不告知", EN: "not told"},
	R0: {ZH: "不群发;由专人逐一致电有关监护人", EN: "never as a broadcast; the guardians concerned are called one by one by a person"},
	R1: {ZH: "一名有发布权的人发布", EN: "one holder of the release right"},
	R2: {ZH: "先期告知由一人发布;涉及事实、接送、解除须经主责单位同意", EN: "a holding text by one holder; every fact, pick-up or all-clear also needs the lead authority's agreement"},
	R3: {ZH: "两名有发布权的人共同发布", EN: "two holders of the release right"},
}

var leadTexts = map[alerting.Lead]alerting.Text{
	alerting.LeadPolice: {ZH: "警方办结", EN: "the police close it"},
	alerting.LeadSchool: {ZH: "学校办结", EN: "the school closes it"},
}

// says is a cell in words.
func (c Cell) says() alerting.Text {
	switch c {
	case Never:
		return both("不通知", "never told")
	case Show:
		return both("仅在页面显示,不提醒、不升级", "only shown on their pages: silent, no escalation")
	case Decide:
		return both("由人决定是否通知", "told when a person decides so")
	case 0:
		return both("立即通知", "told at once")
	}
	t := secondsText(time.Duration(c))
	return both(t.ZH+"后无人接手即通知", "told after "+t.EN+" if nobody has taken it on")
}

// secondsText is a span as a policy has it: whole seconds, and minutes or
// hours where they say it better.
func secondsText(d time.Duration) alerting.Text {
	s := int(d.Round(time.Second) / time.Second)
	switch {
	case s >= 3600 && s%1800 == 0:
		n := strconv.FormatFloat(float64(s)/3600, 'f', -1, 64)
		return both(n+" 小时", n+" h")
	case s >= 600 && s%60 == 0:
		n := strconv.Itoa(s / 60)
		return both(n+" 分钟", n+" min")
	}
	n := strconv.Itoa(s)
	return both(n+" 秒", n+" s")
}
