package release

import (
	"strings"

	"example.org/campushub/alerting"
)

// TextID names one of the texts that parents may be sent.
type TextID string

// The texts.
const (
	Holding        TextID = "PAR-01"
	HoldingArrival TextID = "PAR-02" // while pupils come to school
	Waiting        TextID = "PAR-03"
	DismissalLater TextID = "PAR-04"
	PickUp         TextID = "PAR-05"
	AllClear       TextID = "PAR-06a"
	AllSafe        TextID = "PAR-06b" // the one text that says that all pupils are safe
	Correction     TextID = "PAR-07"
	DrillAhead     TextID = "PAR-08"
	DrillOver      TextID = "PAR-09"
	GateChanged    TextID = "PAR-10"
	ClosedWeather  TextID = "PAR-11"
	Registered     TextID = "PAR-12" // to one person who registered, never a broadcast
)

// place says where in an incident's row of notices a text may stand.
type place int

const (
	anywhere   place = iota
	first            // its number is 1, and the text says so
	later            // it replaces one that is out
	unnumbered       // belongs to no row of notices
)

// template is one text with its placeholders in braces. It is filled in one
// pass, so that no value can bring a placeholder in.
type template struct {
	text  alerting.Text
	place place
	// reason says that the text can't do without a reason line; one whose
	// {reason_line} may stay empty says nothing of what happened then.
	reason bool
	// collect says that {time} is when children can be collected, not when the
	// notice was written.
	collect bool
	// holds says that the text states no fact: only that there is something,
	// to wait, and until when. With a reason line it does state one.
	holds bool
}

// replaced is the part of a text that names the notice before it; the first
// notice goes without it.
var replaced = alerting.Text{ZH: "(代替第{n-1}号)", EN: " (replaces {n-1})"}

var templates = map[TextID]template{
	Holding: {place: first, holds: true, text: alerting.Text{
		ZH: "【{school}】第1号 {time}:学校正在处置突发情况。请勿前来学校,{next_time} 前发布下一号通知",
		EN: "[{school}] No. 1, {time}: the school is dealing with an incident. Please do not come. Next notice before {next_time}",
	}},
	HoldingArrival: {place: first, holds: true, text: alerting.Text{
		ZH: "【{school}】第1号 {time}:请暂缓送学。已到校门口的请带孩子离开,{next_time} 前再通知",
		EN: "[{school}] No. 1, {time}: please do not bring children now. If you are at the gate, leave with your child. Next before {next_time}",
	}},
	Waiting: {place: later, holds: true, text: alerting.Text{
		ZH: "【{school}】第{n}号(代替第{n-1}号){time}:{reason_line}请继续等候,勿前来,{next_time} 前再通知",
		EN: "[{school}] No. {n} (replaces {n-1}), {time}: {reason_line} Please keep waiting, do not come. Next before {next_time}",
	}},
	DismissalLater: {text: alerting.Text{
		ZH: "【{school}】第{n}号(代替第{n-1}号):{reason_line}今日放学推迟,请等通知后再出发,{next_time} 前再通知",
		EN: "[{school}] No. {n} (replaces {n-1}): {reason_line} Dismissal is later today. Wait before you set out. Next before {next_time}",
	}},
	PickUp: {collect: true, text: alerting.Text{
		ZH: "【{school}】第{n}号(代替第{n-1}号):请于 {time} 起到 {pickup} 接孩子,带好证件或接送卡,听从安排",
		EN: "[{school}] No. {n} (replaces {n-1}): collect your child from {time} at {pickup}, bring your card or identity document",
	}},
	AllClear: {place: later, text: alerting.Text{
		ZH: "【{school}】第{n}号(代替第{n-1}号){time}:情况已解除,教学秩序恢复,按原时间放学",
		EN: "[{school}] No. {n} (replaces {n-1}), {time}: it is over, school goes on, dismissal as usual",
	}},
	AllSafe: {place: later, text: alerting.Text{
		ZH: "【{school}】第{n}号(代替第{n-1}号){time}:情况已解除,经清点全体学生安全,按原时间放学",
		EN: "[{school}] No. {n} (replaces {n-1}), {time}: it is over, all pupils are counted and safe, dismissal as usual",
	}},
	Correction: {place: later, reason: true, text: alerting.Text{
		ZH: "【{school}】第{n}号更正:第{n-1}号内容有误,以本号为准:{reason_line}",
		EN: "[{school}] No. {n}, correction: No. {n-1} was wrong, this one counts: {reason_line}",
	}},
	DrillAhead: {place: unnumbered, text: alerting.Text{
		ZH: "【{school}】通知:{date} 开展{drill}演练,期间可能有警报声,请勿担心、无需到校",
		EN: "[{school}] Notice: drill ({drill}) on {date}. You may hear alarms; no need to come",
	}},
	DrillOver: {place: unnumbered, text: alerting.Text{
		ZH: "【{school}】今日演练已结束,教学正常",
		EN: "[{school}] Today's drill is over, school as usual",
	}},
	GateChanged: {reason: true, text: alerting.Text{
		ZH: "【{school}】第{n}号:{reason_line}今日请改走 {pickup}",
		EN: "[{school}] No. {n}: {reason_line} Please use {pickup} today",
	}},
	ClosedWeather: {reason: true, text: alerting.Text{
		ZH: "【{school}】第{n}号:因天气原因,{date} {reason_line}复课另行通知",
		EN: "[{school}] No. {n}: because of the weather, {date}: {reason_line} Reopening will be announced",
	}},
	Registered: {place: unnumbered, text: alerting.Text{
		ZH: "【{school}】您已登记接收校园安全通知。请以本渠道为准",
		EN: "[{school}] You are registered for safety notices. Trust this channel",
	}},
}

// Texts lists every text that a notice can be, in the order of their ids.
func Texts() []TextID {
	return []TextID{
		Holding, HoldingArrival, Waiting, DismissalLater, PickUp, AllClear, AllSafe,
		Correction, DrillAhead, DrillOver, GateChanged, ClosedWeather,
	}
}

// asks reports whether the text has the placeholder.
func (t template) asks(name string) bool { return strings.Contains(t.text.ZH, "{"+name+"}") }

// onlyDrill reports whether a text belongs to drills alone.
func onlyDrill(id TextID) bool { return id == DrillAhead || id == DrillOver }
