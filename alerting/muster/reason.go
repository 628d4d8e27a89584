package muster

import (
	"slices"

	"example.org/campushub/alerting"
)

// Reason says why a class expects fewer than its roll has. It is one of a list,
// so that no name can stand in it.
type Reason string

// The reasons.
const (
	ReasonLeave     Reason = "leave"     // ill, or on leave
	ReasonLeft      Reason = "left"      // have gone home, or were collected
	ReasonElsewhere Reason = "elsewhere" // counted with another class, or off the site
	ReasonRoll      Reason = "roll"      // the roll is wrong
)

// Reasons lists every reason, in the order of a form.
func Reasons() []Reason { return []Reason{ReasonLeave, ReasonLeft, ReasonElsewhere, ReasonRoll} }

// ReasonText says a reason in words.
func ReasonText(r Reason) alerting.Text {
	switch r {
	case ReasonLeave:
		return alerting.Text{ZH: "病假、事假", EN: "ill or on leave"}
	case ReasonLeft:
		return alerting.Text{ZH: "已离校", EN: "gone home"}
	case ReasonElsewhere:
		return alerting.Text{ZH: "在别处清点", EN: "counted elsewhere"}
	case ReasonRoll:
		return alerting.Text{ZH: "名册有误", EN: "the roll is wrong"}
	}
	return alerting.Text{}
}

// Below is how many fewer a report expects than its class's roll has; 0 for none.
func (r Row) Below() int {
	last, ok := r.Latest()
	if !ok {
		return 0
	}
	return max(r.Roll-last.Expected, 0)
}

// against holds the figures against the roll: whoever is expected no more has to
// be somewhere. A reason where none is asked for is dropped.
func (f Figures) against(c Class) (Figures, error) {
	switch {
	case f.Expected >= c.Roll:
		f.Reason = ""
	case f.Reason == "":
		return f, refuse(alerting.ErrInvalid, "reason: %d on the roll of %s and %d expected: one of %v", c.Roll, c.ID, f.Expected, Reasons())
	case !slices.Contains(Reasons(), f.Reason):
		return f, refuse(alerting.ErrInvalid, "reason: none of %v", Reasons())
	}
	return f, nil
}
