package sheet

import (
	"fmt"

	"example.org/campushub/alerting"
)

// Fault is one cell that is wrong.
type Fault struct {
	Sheet  string // of a spreadsheet with several; otherwise ""
	Row    int    // as a person counts: the header has one too
	Column Column // "" where it is the row as a whole
	Code   Code
	Reason alerting.Text
}

// String says the fault on one line, in English.
func (f Fault) String() string {
	at := place{f.Sheet, f.Row}.text().EN
	if f.Column != "" {
		at += ", " + string(f.Column)
	}
	return at + ": " + f.Reason.EN
}

// Refusal is why a file is no roster at all. It is alerting.ErrInvalid.
type Refusal struct {
	Code   Code
	Reason alerting.Text
}

// Error says it in English.
func (r *Refusal) Error() string { return alerting.ErrInvalid.Error() + ": roster: " + r.Reason.EN }

// Unwrap makes it alerting.ErrInvalid.
func (r *Refusal) Unwrap() error { return alerting.ErrInvalid }

func refuse(c Code, values ...any) error { return &Refusal{c, say(c, values...)} }

// place is a row of a file.
type place struct {
	sheet string
	row   int
}

func (p place) text() alerting.Text {
	out := alerting.Text{ZH: fmt.Sprintf("第 %d 行", p.row), EN: fmt.Sprintf("row %d", p.row)}
	if p.sheet == "" {
		return out
	}
	return alerting.Text{ZH: "工作表“" + clip(p.sheet) + "”" + out.ZH, EN: fmt.Sprintf("sheet %q, %s", clip(p.sheet), out.EN)}
}

// say words what is wrong; a value that is an alerting.Text, or a place, is said
// in the sentence's language.
func say(c Code, values ...any) alerting.Text {
	zh, en := make([]any, len(values)), make([]any, len(values))
	for i, v := range values {
		if p, ok := v.(place); ok {
			v = p.text()
		}
		if t, ok := v.(alerting.Text); ok {
			zh[i], en[i] = t.ZH, t.EN
			continue
		}
		zh[i], en[i] = v, v
	}
	s := sentences[c]
	return alerting.Text{ZH: fmt.Sprintf(s.ZH, zh...), EN: fmt.Sprintf(s.EN, en...)}
}

// detail is what a library says of a file, which it says in English alone: a
// Chinese sentence goes without.
func detail(err error) alerting.Text { return alerting.Text{EN: ": " + err.Error()} }
