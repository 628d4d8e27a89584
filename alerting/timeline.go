package alerting

import (
	"fmt"
	"slices"

	"example.org/campushub/devices"
)

// Timeline tells an incident's events as sentences, in their order.
func Timeline(events []Event) []Entry {
	out := make([]Entry, 0, len(events))
	told, renewed, confided := map[level]int{}, map[Audience]bool{}, false
	for _, e := range events {
		text := sentence(e)
		confided = confides(e, confided)
		switch {
		case e.Type == EventRenewed:
			renewed[e.Audience] = true
		case e.Type == EventOpened, e.Type == EventRevealed, e.Type == EventPressed && !e.Quiet: // a round of its own, that nobody has signed
			clear(renewed)
		case e.Type == EventEscalated:
			l := level{e.Audience, e.Level, e.Number}
			told[l]++
			text = escalatedText(e, told[l], renewed[e.Audience])
		}
		out = append(out, Entry{Seq: e.Seq, At: e.At, Actor: e.Actor.Name, Event: e.Type, Text: text, Bare: bare(e, text), Said: said(e), Confided: confided})
	}
	return out
}

// confides reports whether the incident is confidential from an event on; was
// says whether it was before.
func confides(e Event, was bool) bool {
	switch {
	case e.Type == EventRevealed:
		return false
	case e.Opening != nil:
		return e.Opening.Confidential
	}
	return was || e.Class != nil && e.Class.Confidential
}

// said are the facts that an event's actor said.
func said(e Event) []string {
	if e.Opening != nil {
		return e.Opening.Facts
	}
	return e.Facts
}

// bare is an event's sentence without the facts that somebody found, and without
// who is on leave or elsewhere. What day it is nobody found.
func bare(e Event, text Text) Text {
	if passedText(e.passes()) != (Text{}) {
		e = e.passing(nil)
		text = sentence(e)
	}
	if e.Type == EventPressed || len(e.Facts)+len(e.Withdrawn) == 0 {
		return text
	}
	e.Facts, e.Withdrawn = nil, nil
	return sentence(e)
}

// level is a level of an audience within one round.
type level struct {
	audience Audience
	level    int
	round    int64
}

// escalatedText says which level was told, the how manieth time in its round,
// and why: nobody has signed, or nothing followed a signature.
func escalatedText(e Event, times int, renewed bool) Text {
	who, why, still := audienceTexts[e.Audience], Text{ZH: "无人接手", EN: "nobody has taken it on"}, Text{ZH: "仍", EN: "still "}
	if renewed {
		why = Text{ZH: "签收后未见处置", EN: "signed, and nothing has followed"}
	}
	if times < 2 {
		return Text{
			ZH: fmt.Sprintf("升级通知%s（第 %d 级）：%s", who.ZH, e.Level, why.ZH),
			EN: fmt.Sprintf("Escalated to level %d of %s: %s", e.Level, who.EN, why.EN),
		}
	}
	return Text{
		ZH: fmt.Sprintf("再次升级通知%s（第 %d 级，第 %d 次）：%s%s", who.ZH, e.Level, times, still.ZH, why.ZH),
		EN: fmt.Sprintf("Level %d of %s told again (time %d): %s%s", e.Level, who.EN, times, still.EN, why.EN),
	}
}

func sentence(e Event) Text {
	switch e.Type {
	case EventOpened:
		return remarked(remarkPassed(e, quiet(e, opened(e))), e.Press.Unread())
	case EventPressed:
		return remarked(quiet(e, pressedAgain(e)), e.Press.Unread())
	case EventPressAgain:
		return Text{ZH: "同一次报警重复送达，报警时间提前", EN: "The same press arrived again with an earlier time"}
	case EventAcknowledged:
		return acknowledged(e)
	case EventNoted:
		return Text{ZH: e.Text, EN: e.Text}
	case EventCancelRequested:
		return Text{ZH: "请求解除：" + e.Reason, EN: "Asked to stand down: " + e.Reason}
	case EventReset:
		return Text{ZH: "人工复位：" + e.Reason, EN: "Latch reset: " + e.Reason}
	case EventResolved:
		if e.Actor.Name == ActorHub && e.Actor.Role == "" {
			if e.Reason == ReasonUnseen {
				return Text{ZH: "读卡器当时已失联，无法判断，系统撤回", EN: "The card reader was lost by then and nobody can tell; taken back by the hub"}
			}
			return Text{ZH: "情况已恢复，系统办结", EN: "It is over by itself; closed by the hub"}
		}
		o := OutcomeText(e.Outcome)
		return Text{ZH: "办结：" + Typeset(o.ZH), EN: "Resolved: " + o.EN}
	case EventResumed:
		if e.Reason != "" {
			return Text{ZH: "系统重新启动，事件继续；时钟已被调回，前后时间不可比", EN: "The hub started again with its clock set back; times before and after do not compare"}
		}
		return Text{ZH: "系统重新启动，事件继续", EN: "The hub started again; the incident goes on"}
	case EventStuck:
		return Text{ZH: "按钮反复触发，之后按次数合并通知", EN: "The button repeats itself; further presses are told as a count"}
	case EventUnstored:
		return Text{ZH: "已通知，但尚未写入磁盘：" + e.Reason, EN: "Told, but not yet on disk: " + e.Reason}
	case EventOverrun:
		return overrunText(e)
	case EventReminded:
		what := MissingText(Missing(e.Reason))
		return Text{ZH: "提醒：" + what.ZH, EN: "Reminder: " + what.EN}
	case EventRenewed:
		return Text{ZH: "提醒后仍未处置，重新升级通知", EN: "Nothing followed the reminder: escalation begins again"}
	case EventCallBack:
		return Text{ZH: "补报：警方在办结后才收到，请回访学校", EN: "Late: the police heard of it only when it was closed, and call the school back"}
	case EventUnreached:
		return Text{ZH: "警方通道均未送出，请拨 110", EN: "No way to the police has taken it: dial 110"}
	}
	return remarkPassed(e, furtherSentence(e))
}

func opened(e Event) Text {
	if e.Opening != nil && e.Opening.Malformed {
		return Text{ZH: "按键报警（报文无法识别）", EN: "Alarm pressed (the message could not be read)"}
	}
	if e.Opening != nil && e.Opening.DrillOf != "" {
		return Text{ZH: "非演练，真实险情", EN: "Not a drill: this is real"}
	}
	if e.Press != nil && e.Actor.Role != "" {
		return Text{ZH: "用手机报警", EN: "Alarm raised from a phone"}
	}
	if e.Press == nil {
		return raisedByHub(e)
	}
	return Text{ZH: "按键报警", EN: "Alarm pressed"}
}

// quiet says of a test that it was told without a sound, and of a further press
// that it was so no more, because of the day.
func quiet(e Event, t Text) Text {
	facts := e.Facts
	if e.Opening != nil && e.Opening.Mode == devices.Test {
		facts = e.Opening.Facts
	}
	switch {
	case slices.Contains(facts, FactExamination):
		return Text{ZH: t.ZH + "（考试日，测试无声）", EN: t.EN + " (an examination day: the test makes no sound)"}
	case e.Type == EventPressed && slices.Contains(e.Withdrawn, FactExamination):
		return Text{ZH: t.ZH + "（不再是考试日）", EN: t.EN + " (an examination day no more)"}
	}
	return t
}

// raisedByHub says what the hub found, and whom a roster named for it.
func raisedByHub(e Event) Text {
	t := Text{ZH: "系统上报：" + e.Reason, EN: "Raised by the hub: " + e.Reason}
	if e.Opening != nil {
		by := rosterText(e.Opening.Plan.Rostered)
		t = Text{ZH: t.ZH + by.ZH, EN: t.EN + by.EN}
	}
	return t
}

func pressedAgain(e Event) Text {
	if e.Covered {
		return Text{ZH: "补报：签收前按下的报警，此时送达", EN: "Late: pressed before the police took it on, arrived now"}
	}
	return Text{ZH: "再次报警", EN: "Pressed again"}
}

func acknowledged(e Event) Text {
	who, how := audienceTexts[e.Audience], answerTexts[e.Actor.Channel]
	t := Text{ZH: who.ZH + "已接手", EN: "Taken on by " + who.EN}
	if e.Audience == Police {
		t = Text{ZH: "警方已签收", EN: "Acknowledged by the police"}
	}
	return Text{ZH: t.ZH + how.ZH, EN: t.EN + how.EN}
}

// answerTexts say how a contact took an incident on without signing in.
var answerTexts = map[Channel]Text{
	ChannelSMS:   {ZH: "（短信回复）", EN: ", by text message"},
	ChannelVoice: {ZH: "（电话按键）", EN: ", by telephone"},
}

var audienceTexts = map[Audience]Text{
	Police:   {ZH: "警方", EN: "the police"},
	School:   {ZH: "学校", EN: "the school"},
	Guards:   {ZH: "岗位", EN: "the guards"},
	Staff:    {ZH: "教职工", EN: "the staff"},
	District: {ZH: "教育局", EN: "the district"},
	Parents:  {ZH: "家长", EN: "the parents"},
}

var outcomeTexts = map[Outcome]Text{
	OutcomeReal:        {ZH: "属实,已处置", EN: "real, dealt with"},
	OutcomeTransferred: {ZH: "移交", EN: "transferred"},
	OutcomeUnfounded:   {ZH: "未发现异常(善意报警)", EN: "nothing found (pressed in good faith)"},
	OutcomeAccidental:  {ZH: "误触", EN: "accidental"},
	OutcomePrank:       {ZH: "学生嬉闹误按", EN: "prank"},
	OutcomeDeviceFault: {ZH: "设备误报", EN: "device fault"},
	OutcomeUnfiledTest: {ZH: "未报备的测试或演练", EN: "unfiled test or drill"},
	OutcomeMalicious:   {ZH: "谎报", EN: "malicious"},
	OutcomeDrill:       {ZH: "演练", EN: "drill"},
	OutcomeTest:        {ZH: "测试", EN: "test"},
}

// OutcomeText says an outcome in words.
func OutcomeText(o Outcome) Text { return outcomeTexts[o] }
