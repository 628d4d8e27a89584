package policy

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
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
	// Unreached are those who were not reached in this round: overrun.
	Unreached []alerting.Overrun
	Now       time.Time
	// Held is how old the alarm was when its reader could first be told of it,
	// because they were out of reach until then; 0 for everybody else.
	Held time.Duration
	// Shared says that others read it beside whom it is for: a terminal's screen.
	Shared bool
	// Open says that what is known of it is not for police and school alone: a
	// report to the education bureau has it.
	Open bool
	// Actions is the school's own wording of what to do; empty says the
	// built-in one.
	Actions Actions

	// What the sentence that is told speaks of, where it is not what comes first
	// to mind.
	doing   alerting.Text // instead of what guards do
	moment  time.Time     // where dated
	lasts   time.Duration // where spanned; below 0 says nothing
	dated   bool
	spanned bool
	// reporting says that it is the first report, which says whether the police were
	// told; following that it is a later one, which says what is out to parents.
	reporting, following bool
	brevity              brevity // how much is left out
	// timeless says that the moment is left out, too.
	timeless bool
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
	case alerting.Police, alerting.School, alerting.Guards, alerting.District:
		return marked(f.Incident.Mode, f.briefly(a))
	case alerting.Staff:
		return marked(f.Incident.Mode, staffText(&f))
	}
	return alerting.Text{}
}

// sentence is all that there is to say to an audience.
func (f *Facts) sentence(a alerting.Audience) alerting.Text {
	switch a {
	case alerting.Police:
		return policeText(f)
	case alerting.School:
		return schoolText(f)
	case alerting.Guards:
		return guardsText(f)
	}
	return districtText(f)
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

// LastLine is what those are told last who knew of an incident before it became
// confidential: in a drill or a test it carries the word of that, like any other
// text.
func LastLine(m alerting.Mode) alerting.Text { return marked(m, alerting.ConcealedText()) }

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
	return marked(f.Incident.Mode, f.School.Texts.Plain(f.public()))
}

func (f *Facts) public() texts.Code {
	over := f.Event == alerting.EventResolved
	switch {
	case f.Incident.Mode == devices.Test:
		return texts.PublicTest
	case f.Incident.Mode == devices.Drill && over:
		return texts.PublicDrillOver
	case f.Incident.Mode == devices.Drill:
		return texts.PublicDrill
	case over:
		return texts.PublicOver
	}
	return texts.PublicNow
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
