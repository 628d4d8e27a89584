package release

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/alerting"
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
	t := templates[c.Text].text
	if c.Reason == "" { // without its line, an English sentence needs no blank for it
		t.EN = strings.Replace(t.EN, "{reason_line} ", "", 1)
	}
	text, err := fillBoth(t, h.number, values)
	if err != nil {
		return alerting.Text{}, err
	}
	text = marked(h.mode, text)
	return text, checkLength(text)
}

// RenderRegistered is what one person reads who has just registered for a
// school's notices. It is the only text to parents that needs no release: it
// goes to nobody else and says nothing of any incident.
func RenderRegistered(s School) (alerting.Text, error) {
	if err := s.Check(); err != nil {
		return alerting.Text{}, err
	}
	return fillBoth(templates[Registered].text, 0, map[string]alerting.Text{"school": s.Name})
}

// values is what each placeholder stands for. It takes from nothing but the
// closed lists, the school's own names, the number and the times.
func (c Content) values(h heading, s School) (map[string]alerting.Text, error) {
	v := map[string]alerting.Text{
		"school":      s.Name,
		"n":           number(h.number),
		"n-1":         number(h.number - 1),
		"time":        clock(h.at, s),
		"reason_line": reasons[c.Reason].line,
	}
	if !c.Next.IsZero() {
		v["next_time"] = clock(c.Next, s)
	}
	if !c.Collect.IsZero() {
		v["time"] = clock(c.Collect, s)
	}
	if c.Pickup != "" {
		p, ok := s.pickup(c.Pickup)
		if !ok {
			return nil, refuse(alerting.ErrInvalid, "pickup: no pick-up place of the school")
		}
		v["pickup"] = p.Name
	}
	if c.Drill != "" {
		name, ok := drillNames[c.Drill]
		if !ok {
			return nil, refuse(alerting.ErrInvalid, "drill: not on the list")
		}
		v["drill"] = name
	}
	if c.Date != "" {
		d, err := time.Parse(time.DateOnly, c.Date)
		if err != nil {
			return nil, refuse(alerting.ErrInvalid, "date: want a day as 2006-01-02")
		}
		v["date"] = alerting.Text{ZH: d.Format("1月2日"), EN: d.Format("2 January")}
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

func fillBoth(t alerting.Text, n int, values map[string]alerting.Text) (alerting.Text, error) {
	if n == 1 {
		t.ZH = strings.Replace(t.ZH, replaced.ZH, "", 1)
		t.EN = strings.Replace(t.EN, replaced.EN, "", 1)
	}
	zh, err := fill(t.ZH, func(name string) (string, bool) { v, ok := values[name]; return v.ZH, ok })
	if err != nil {
		return alerting.Text{}, err
	}
	en, err := fill(t.EN, func(name string) (string, bool) { v, ok := values[name]; return v.EN, ok })
	if err != nil {
		return alerting.Text{}, err
	}
	return alerting.Text{ZH: zh, EN: en}, nil
}

// fill replaces each {name} once. What a value holds is never read again, and
// a placeholder without a value is an error, not a gap.
func fill(template string, value func(name string) (string, bool)) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		v, ok := value(name)
		if !closed || !ok {
			return "", fmt.Errorf("fill notice: no value for {%s}", name)
		}
		out.WriteString(v)
		template = after
	}
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
