package policy

import (
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Facts is what a text may speak of. Nothing else reaches a template.
type Facts struct {
	Incident alerting.Incident
	School   people.School
	Event    alerting.EventType // what is told: opened, pressed, acknowledged, …
	By       alerting.Text      // role of who did it, never a person
	Reason   string
	Now      time.Time
}

// Text is the sentence that an audience reads, in both languages. A drill or
// a test carries its word at both ends and can never look live.
func Text(a alerting.Audience, f Facts) alerting.Text {
	var t alerting.Text
	switch a {
	case alerting.Police:
		t = policeText(f)
	case alerting.School:
		t = schoolText(f)
	default:
		t = guardsText(f)
	}
	return marked(f.Incident.Mode, t)
}

// PublicText is all that a terminal which others can see ever shows.
func PublicText(f Facts) alerting.Text {
	t := guardsText(f)
	return marked(f.Incident.Mode, t)
}

func marked(m alerting.Mode, t alerting.Text) alerting.Text {
	switch m {
	case devices.Drill:
		return alerting.Text{ZH: "【演练】" + t.ZH + "【演练】", EN: "[DRILL] " + t.EN + " [DRILL]"}
	case devices.Test:
		return alerting.Text{ZH: "【测试】" + t.ZH + "【测试】", EN: "[TEST] " + t.EN + " [TEST]"}
	}
	return t
}

func policeText(f Facts) alerting.Text {
	i, n := f.Incident, strconv.Itoa(f.Incident.Updates)
	school, place, kind := f.School.Name, i.Place.Name, KindText(i.Kind)
	clock, age := f.pressClock(), f.age()
	switch f.Event {
	case alerting.EventAcknowledged:
		return alerting.Text{
			ZH: "【续" + n + "】" + school.ZH + " " + place.ZH + ":" + f.By.ZH + "已签收",
			EN: "Update " + n + ": " + school.EN + ", " + place.EN + ": acknowledged by " + f.By.EN,
		}
	case alerting.EventPressed:
		return alerting.Text{
			ZH: "【续" + n + "】" + school.ZH + " " + place.ZH + " " + clock + " 再次报警,等级 " + SeverityText(i.Severity).ZH,
			EN: "Update " + n + ": " + school.EN + ", " + place.EN + ", pressed again " + clock + ", now " + SeverityText(i.Severity).EN,
		}
	case alerting.EventCancelRequested:
		return alerting.Text{
			ZH: "【续" + n + "】" + school.ZH + " 请求解除:" + f.Reason + "。警情仍有效,请核实",
			EN: "Update " + n + ": " + school.EN + " asks to stand down: " + f.Reason + ". Still open, please verify",
		}
	case alerting.EventReset:
		return alerting.Text{
			ZH: "【续" + n + "】" + school.ZH + " " + place.ZH + ":按钮已复位,尚未办结",
			EN: "Update " + n + ": " + school.EN + ", " + place.EN + ": button reset, not closed",
		}
	case alerting.EventResolved:
		o := alerting.OutcomeText(i.Outcome)
		return alerting.Text{
			ZH: "【办结】" + school.ZH + " " + place.ZH + ":" + o.ZH + "," + f.clock(i.ResolvedAt),
			EN: "Closed: " + school.EN + ", " + place.EN + ": " + o.EN + ", " + f.clock(i.ResolvedAt),
		}
	}
	if i.Mode == devices.Drill {
		return alerting.Text{
			ZH: school.ZH + " " + place.ZH + " " + kind.ZH + ",无需出警",
			EN: school.EN + ", " + place.EN + ", " + kind.EN + ", no response needed",
		}
	}
	if i.Mode == devices.Test {
		return alerting.Text{ZH: school.ZH + " 报警测试,无需处理", EN: school.EN + ", alarm test, nothing to do"}
	}
	return policeNew(f, school, place, kind, clock, age)
}

func policeNew(f Facts, school, place, kind alerting.Text, clock string, age alerting.Text) alerting.Text {
	head := alerting.Text{ZH: "【校园警情】", EN: "School alarm: "}
	if f.Incident.Late {
		head = alerting.Text{ZH: "【补报】", EN: "Late: "}
	}
	t := alerting.Text{
		ZH: head.ZH + school.ZH + " " + place.ZH + " " + kind.ZH + "," + clock + " 报警(已 " + age.ZH + "),未核实。",
		EN: head.EN + school.EN + ", " + place.EN + ", " + kind.EN + ", pressed " + clock + " (" + age.EN + " ago), unverified. ",
	}
	if f.Incident.Silent {
		return alerting.Text{ZH: t.ZH + "静默报警,请勿回拨", EN: t.EN + "Silent alarm: do not call back"}
	}
	if f.School.Callback == "" {
		return alerting.Text{ZH: strings.TrimSuffix(t.ZH, "。"), EN: strings.TrimSuffix(t.EN, ". ")}
	}
	return alerting.Text{ZH: t.ZH + "回拨" + f.School.Callback, EN: t.EN + "Call " + f.School.Callback}
}

func schoolText(f Facts) alerting.Text {
	i := f.Incident
	place, kind, severity := i.Place.Name, KindText(i.Kind), SeverityText(i.Severity)
	if i.Confidential {
		return alerting.Text{
			ZH: "你有一件保密事件待处理,请登录查看",
			EN: "A confidential matter waits for you, please sign in",
		}
	}
	switch f.Event {
	case alerting.EventAcknowledged:
		return alerting.Text{ZH: place.ZH + " " + kind.ZH + ":" + f.By.ZH + "已接手或签收", EN: place.EN + ", " + kind.EN + ": taken on by " + f.By.EN}
	case alerting.EventCancelRequested:
		return alerting.Text{ZH: place.ZH + " 请求解除:" + f.Reason + "。事件仍有效", EN: place.EN + ": asked to stand down: " + f.Reason + ". Still open"}
	case alerting.EventReset:
		return alerting.Text{ZH: place.ZH + " 按钮已复位,事件尚未办结", EN: place.EN + ": button reset, the incident is still open"}
	case alerting.EventResolved:
		o := alerting.OutcomeText(i.Outcome)
		return alerting.Text{ZH: place.ZH + " " + kind.ZH + " 已办结:" + o.ZH, EN: place.EN + ", " + kind.EN + " closed: " + o.EN}
	}
	action := ActionText(i.Kind)
	return alerting.Text{
		ZH: "【" + severity.ZH + "】" + place.ZH + " " + kind.ZH + "," + f.pressClock() + "。" + action.ZH,
		EN: severity.EN + ": " + place.EN + ", " + kind.EN + ", " + f.pressClock() + ". " + action.EN,
	}
}

func guardsText(f Facts) alerting.Text {
	i := f.Incident
	place, kind, action := i.Place.Name, KindText(i.Kind), ActionText(i.Kind)
	switch f.Event {
	case alerting.EventAcknowledged:
		return alerting.Text{ZH: f.By.ZH + "已签收或接手。继续" + action.ZH, EN: "Taken on by " + f.By.EN + ". Keep on: " + action.EN}
	case alerting.EventCancelRequested:
		return alerting.Text{ZH: place.ZH + " 请求解除,尚未解除。继续" + action.ZH, EN: place.EN + ": stand-down asked, not granted. Keep on: " + action.EN}
	case alerting.EventReset:
		return alerting.Text{ZH: place.ZH + " 按钮已复位,事件尚未办结", EN: place.EN + ": button reset, the incident is still open"}
	case alerting.EventResolved:
		return alerting.Text{ZH: "解除。恢复岗位,检查校门", EN: "All clear. Back to post, check the gate"}
	}
	return alerting.Text{ZH: place.ZH + " " + kind.ZH + "。" + action.ZH, EN: place.EN + ", " + kind.EN + ". " + action.EN}
}

// pressClock is the local time of the latest press, or of the opening.
func (f Facts) pressClock() string {
	at := f.Incident.OpenedAt
	if n := len(f.Incident.Presses); n > 0 {
		at = f.Incident.Presses[n-1].PressedAt
	}
	return f.clock(at)
}

func (f Facts) clock(at time.Time) string { return at.In(f.School.Location()).Format("15:04:05") }

// age is the time since the first press: seconds up to a minute, minutes from there.
func (f Facts) age() alerting.Text {
	since := f.Incident.OpenedAt
	if len(f.Incident.Presses) > 0 {
		since = f.Incident.Presses[0].PressedAt
	}
	d := max(f.Now.Sub(since), 0)
	if d < time.Minute {
		n := strconv.Itoa(int(d.Seconds()))
		return alerting.Text{ZH: n + " 秒", EN: n + " s"}
	}
	n := strconv.Itoa(int(d.Minutes()))
	return alerting.Text{ZH: n + " 分钟", EN: n + " min"}
}
