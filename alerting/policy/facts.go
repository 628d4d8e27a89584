package policy

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"example.org/campushub/alerting"
)

// The longest name and reason in a text, in characters. With them the longest
// text stays within what a terminal's alert carries, so that the word at the
// end of a drill is never cut off.
const (
	maxName   = 40
	maxReason = 80
)

// plain is the facts with every string from outside on one line, within its
// bound and without the brackets that a text's own marks are made of: a
// reason must not read like a message of its own, or like a drill. A name
// that is missing in one language is given in the other.
func (f *Facts) plain() {
	room := brevities[f.brevity]
	f.School.Name = plainName(f.School.Name, room.name)
	f.Incident.Place.Name = plainName(f.Incident.Place.Name, room.name)
	f.School.Callback = line(f.School.Callback, maxName)
	f.Reason = line(f.Reason, room.reason)
}

func plainName(t alerting.Text, limit int) alerting.Text {
	t = both(line(t.ZH, limit), line(t.EN, max(limit, shortestEN)))
	if t.ZH == "" {
		t.ZH = t.EN
	}
	if t.EN == "" {
		t.EN = t.ZH
	}
	return t
}

var brackets = strings.NewReplacer("【", "「", "】", "」", "[", "(", "]", ")")

// isLine reports whether s is what line would make of it, for the names that
// nearly all schools have: Chinese, or plain ASCII words. It is on the way of
// every alarm.
func isLine(s string, limit int) bool {
	n, last := 0, ' '
	for _, r := range s {
		han := r >= 0x4e00 && r <= 0x9fff
		ascii := r > ' ' && r < 0x7f && r != '[' && r != ']'
		if !han && !ascii && (r != ' ' || last == ' ') {
			return false
		}
		last = r
		n++
	}
	return n <= limit && (n == 0 || last != ' ')
}

// line is s on one line, cut to limit characters.
func line(s string, limit int) string {
	if isLine(s, limit) {
		return s
	}
	return slowLine(s, limit)
}

func slowLine(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, s)
	s = brackets.Replace(strings.Join(strings.Fields(s), " "))
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}

// lastPress is the latest press; ok is false where the hub raised the
// incident.
func (f *Facts) lastPress() (_ alerting.PressRecord, ok bool) {
	if n := len(f.Incident.Presses); n > 0 {
		return f.Incident.Presses[n-1], true
	}
	return alerting.PressRecord{}, false
}

// pressClock is the local time of the latest press, or of the opening.
func (f *Facts) pressClock() string {
	if p, ok := f.lastPress(); ok {
		return f.clock(p.PressedAt)
	}
	return f.clock(f.Incident.OpenedAt)
}

func (f *Facts) clock(at time.Time) string { return at.In(f.School.Location()).Format("15:04:05") }

// began is the moment of the first press, or of the opening.
func (f *Facts) began() time.Time {
	if len(f.Incident.Presses) > 0 {
		return f.Incident.Presses[0].PressedAt
	}
	return f.Incident.OpenedAt
}

// span is a duration in words: seconds up to a minute, minutes from there.
func span(d time.Duration) alerting.Text {
	d = max(d, 0)
	if d < time.Minute {
		n := strconv.Itoa(int(d.Seconds()))
		return both(n+" 秒", n+" s")
	}
	n := strconv.Itoa(int(d.Minutes()))
	return both(n+" 分钟", n+" min")
}
