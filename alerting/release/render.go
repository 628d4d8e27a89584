package release

import (
	"fmt"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// Rendered is the text as one school's parents read it.
type Rendered struct {
	School string        `json:"school"`
	Text   alerting.Text `json:"text"`
}

// render fills the content's template for one school, or says why it can't.
// The caller has checked the times.
func render(c Content, h heading, s School) (alerting.Text, error) {
	if err := c.check(h); err != nil {
		return alerting.Text{}, err
	}
	if err := s.Check(); err != nil {
		return alerting.Text{}, err
	}
	values, err := c.values(h, s)
	if err != nil {
		return alerting.Text{}, err
	}
	text, err := fill(s.Texts, c.Text, values)
	if err != nil {
		return alerting.Text{}, err
	}
	text = marked(h.mode, text)
	return text, checkLength(text)
}

// RenderRegistered is what one person reads who has just registered for a
// school's notices. It needs no release, as RenderOneTime: the two go to nobody
// else and say nothing of any incident.
func RenderRegistered(s School) (alerting.Text, error) {
	if err := s.Check(); err != nil {
		return alerting.Text{}, err
	}
	return fill(s.Texts, Registered, holding{texts.School: s.Name})
}

// RenderOneTime is what one person reads who proves that a number is theirs.
func RenderOneTime(s School, digits string) (alerting.Text, error) {
	if err := s.Check(); err != nil {
		return alerting.Text{}, err
	}
	return fill(s.Texts, OneTime, holding{texts.School: s.Name, texts.Digits: alerting.Text{ZH: digits, EN: digits}})
}

// holding is what each hole of a notice holds.
type holding map[texts.Hole]alerting.Text

// values is what each hole stands for. It takes from nothing but the closed
// lists, the school's own names, the number and the times. The first notice
// replaces none.
func (c Content) values(h heading, s School) (holding, error) {
	v := holding{
		texts.School: s.Name,
		texts.Number: number(h.number),
		texts.Time:   clock(h.at, s),
	}
	if h.number > 1 {
		v[texts.Before] = number(h.number - 1)
	}
	if line, ok := LineOf(s.Texts, c.Reason); ok {
		v[texts.Line] = line
	}
	if !c.Next.IsZero() {
		v[texts.Next] = clock(c.Next, s)
	}
	if !c.Collect.IsZero() {
		v[texts.Time] = clock(c.Collect, s)
	}
	if c.Pickup != "" {
		p, ok := s.pickup(c.Pickup)
		if !ok {
			return nil, refuse(alerting.ErrInvalid, "pickup: no pick-up place of the school")
		}
		v[texts.Pickup] = p.Name
	}
	if c.Drill != "" {
		name, ok := drillNames[c.Drill]
		if !ok {
			return nil, refuse(alerting.ErrInvalid, "drill: not on the list")
		}
		v[texts.Drill] = name
	}
	if c.Date != "" {
		d, err := time.Parse(time.DateOnly, c.Date)
		if err != nil {
			return nil, refuse(alerting.ErrInvalid, "date: want a day as 2006-01-02")
		}
		v[texts.Date] = alerting.Text{ZH: d.Format("1月2日"), EN: d.Format("2 January")}
	}
	return v, nil
}

func number(n int) alerting.Text {
	s := strconv.Itoa(n)
	return alerting.Text{ZH: s, EN: s}
}

// clock is a time as the school's own clocks show it, 24 h.
func clock(t time.Time, s School) alerting.Text {
	hm := t.In(s.location()).Format("15:04")
	return alerting.Text{ZH: hm, EN: hm}
}

// fill puts the values into a text. What a value holds is never read again,
// and a hole without a value is an error, not a gap.
func fill(b *texts.Book, id TextID, values holding) (alerting.Text, error) {
	text, err := b.Fill(texts.Code(id), func(h texts.Hole) alerting.Text { return values[h] })
	if err != nil {
		return alerting.Text{}, fmt.Errorf("fill notice: %w", err)
	}
	return text, nil
}

// marked puts the word of a drill or a test at both ends, so that no such
// notice can ever look live, however it is cut.
func marked(m alerting.Mode, t alerting.Text) alerting.Text {
	switch m {
	case devices.Drill:
		return alerting.Text{ZH: "【演练】" + t.ZH + "【演练】", EN: "[DRILL] " + t.EN + " [DRILL]"}
	case devices.Test:
		return alerting.Text{ZH: "【测试】" + t.ZH + "【测试】", EN: "[TEST] " + t.EN + " [TEST]"}
	}
	return t
}
