package alerting

import (
	"strconv"
	"strings"
)

// Rostered is somebody whom a plan asks for because a roster named them.
type Rostered struct {
	Audience Audience `json:"audience"`
	Duty     string   `json:"duty"`  // for which they are asked, as the policy names it
	Title    Text     `json:"title"` // of the duty, in words
	// Contact is whom the plan tells; "" where none is theirs.
	Contact string `json:"contact,omitempty"`
	// Level is the escalation level that tells them: 0 with the opening.
	Level int `json:"level,omitempty"`
	// Untold says why the plan does not tell them; "" where it does.
	Untold Untold `json:"untold,omitempty"`
}

// Untold is why somebody whom the roster named is not told.
type Untold string

// Why they are not.
const (
	UntoldNoContact Untold = "no-contact" // nobody wrote down how they are reached
	UntoldByPolicy  Untold = "policy"     // the policy tells nobody of that duty, or not over their ways
)

var untoldTexts = map[Untold]Text{
	UntoldNoContact: {ZH: "没有联系方式，请打电话或当面通知", EN: "no contact is known: telephone or go to them"},
	UntoldByPolicy:  {ZH: "预案不通知", EN: "the policy does not tell them"},
}

// rosterText says whom the roster named, and who of them the plan does not
// tell: by what they are asked for as and by their contact, never by their name
// on the roster. It is empty where the roster named nobody.
func rosterText(all []Rostered) Text {
	var told, untold []Text
	for _, r := range all {
		if r.Untold != "" {
			why := untoldTexts[r.Untold]
			untold = append(untold, Text{ZH: Typeset(r.Title.ZH) + "（" + why.ZH + "）", EN: r.Title.EN + " (" + why.EN + ")"})
			continue
		}
		t := Text{ZH: Typeset(r.Title.ZH) + "（" + r.Contact, EN: r.Title.EN + " (" + r.Contact}
		if n := strconv.Itoa(r.Level); r.Level > 0 {
			t = Text{ZH: t.ZH + "，第 " + n + " 级", EN: t.EN + ", at level " + n}
		}
		told = append(told, Text{ZH: t.ZH + "）", EN: t.EN + ")"})
	}
	var out Text
	if len(told) > 0 {
		zh, en := joined(told)
		out = Text{ZH: "。按值班表通知：" + zh, EN: ". Told by the roster: " + en}
	}
	if len(untold) > 0 {
		zh, en := joined(untold)
		out = Text{ZH: out.ZH + "。值班表上的人未能通知：" + zh, EN: out.EN + ". On the roster and not told: " + en}
	}
	return out
}

func joined(all []Text) (zh, en string) {
	var z, e []string
	for _, t := range all {
		z, e = append(z, t.ZH), append(e, t.EN)
	}
	return strings.Join(z, "、"), strings.Join(e, ", ")
}
