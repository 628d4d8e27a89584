package policy

import (
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
	Level    int              // escalated: the level that is told
	Missing  alerting.Missing // reminded: what has not followed
	Now      time.Time
	// Held is how old the alarm was when its reader could first be told of it,
	// because they were out of reach until then; 0 for everybody else.
	Held time.Duration
	// Actions is the school's own wording of what to do; empty says the
	// built-in one.
	Actions Actions
}

// Actions is what a school tells guards and staff to do about one kind, with
// placeholders.
type Actions struct{ Guards, Staff alerting.Text }

// Text is the sentence that an audience reads, in both languages. A drill or
// a test carries its word at both ends and can never look live. Parents have
// no sentence here: they are told what a person released.
func Text(a alerting.Audience, f Facts) alerting.Text {
	f.plain()
	switch a {
	case alerting.Police:
		return marked(f.Incident.Mode, policeText(&f))
	case alerting.School:
		return marked(f.Incident.Mode, schoolText(&f))
	case alerting.Guards:
		return marked(f.Incident.Mode, guardsText(&f))
	case alerting.Staff:
		return marked(f.Incident.Mode, staffText(&f))
	case alerting.District:
		return marked(f.Incident.Mode, districtText(&f))
	}
	return alerting.Text{}
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

// begun is an English phrase as a sentence begins: many stand within one
// elsewhere, and so begin in lower case.
func begun(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

func both(zh, en string) alerting.Text { return alerting.Text{ZH: zh, EN: en} }

// PublicText is all that a terminal which others can see ever shows. It is
// the same whatever happened and wherever: where a button was pressed, what
// it is about and what the guards do about it is for responders alone, and
// whoever raised the alarm may be reading the sign. A silent alarm has no
// public text at all.
func PublicText(f Facts) alerting.Text {
	if f.Incident.Silent {
		return alerting.Text{}
	}
	over := f.Event == alerting.EventResolved
	m := f.Incident.Mode
	switch {
	case m == devices.Test:
		return marked(m, both(pathTest.ZH, begun(pathTest.EN)))
	case m == devices.Drill && over:
		return marked(m, both("演练结束", "The drill is over"))
	case m == devices.Drill:
		return marked(m, both("正在演练,请勿担心", "A drill is under way, no need to worry"))
	case over:
		return both("情况已解除,请听现场人员安排", "It is over. Please follow the staff on site")
	}
	return both("学校正在处置突发情况,请听现场人员安排", "The school is dealing with an incident. Please follow the staff on site")
}

var (
	pathTest  = both("报警通路测试,无需处理", "path test, nothing to do")
	beSilent  = both("静默报警,请勿回拨", "Silent alarm: do not call back")
	lateHead  = both("【补报】", "Late: ")
	noAnswer  = both(",无需出警", ", no response needed")
	noConcern = both(",无需处理", ", nothing to do")
)

// warning ends a sentence about a silent alarm: a ringing telephone would
// give away whoever pressed.
func (f *Facts) warning() alerting.Text {
	if !f.Incident.Silent {
		return alerting.Text{}
	}
	return both("。"+beSilent.ZH, ". "+beSilent.EN)
}

// takenOn says who has the incident now: the police sign it, others take it on.
func (f *Facts) takenOn() alerting.Text {
	if f.signed() {
		return both(f.By.ZH+"已签收", "signed by "+f.By.EN)
	}
	return both(f.By.ZH+"已接手", "taken on by "+f.By.EN)
}

// acknowledgement is the latest one.
func (f *Facts) acknowledgement() alerting.Acknowledgement {
	if n := len(f.Incident.Acknowledgements); n > 0 {
		return f.Incident.Acknowledgements[n-1]
	}
	return alerting.Acknowledgement{At: f.Now}
}

// signed reports whether the latest acknowledgement is the police's.
func (f *Facts) signed() bool { return f.acknowledgement().Audience == alerting.Police }
