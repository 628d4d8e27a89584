package release

import (
	"slices"
	"time"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// How far ahead a notice may promise. A time in a text has no date, so that
// more than half a day would read wrong.
const (
	MaxNext    = 4 * time.Hour
	MaxCollect = 12 * time.Hour
	MaxDays    = 14 // days ahead of a {date}
)

// The longest texts: in Chinese two SMS segments, of which one, 70
// characters, is the aim; in English two concatenated GSM 03.38 segments.
const (
	MaxLengthZH = 140
	MaxLengthEN = 306
	OneSegment  = 70 // characters of a text in Chinese that goes as one SMS
)

// Content is what a person chooses for a notice: a text, and for each of its
// placeholders an entry of a closed list or a time. There is no field for
// words.
type Content struct {
	Text    TextID    `json:"text"`
	Reason  ReasonID  `json:"reason,omitempty"`
	Pickup  string    `json:"pickup,omitempty"` // id of a configured pick-up place
	Next    time.Time `json:"next,omitzero"`    // {next_time}
	Collect time.Time `json:"collect,omitzero"` // {time} of a text that says when to come
	Date    string    `json:"date,omitempty"`   // {date}, as 2006-01-02
	Drill   DrillName `json:"drill,omitempty"`  // {drill}
}

// heading is what a notice has besides its content.
type heading struct {
	number int       // 0 where the text has none
	at     time.Time // {time} of a text that says when it was written
	mode   alerting.Mode
	kind   alerting.Kind
}

// check refuses whatever the text does not ask for, and whatever it asks for
// and has not got. Nothing that was given is repeated in the answer.
func (c Content) check(h heading) error {
	t, ok := templates[c.Text]
	if !ok || c.Text.personal() {
		return refuse(alerting.ErrInvalid, "text: not on the list of notices")
	}
	if onlyDrill(c.Text) && h.mode != devices.Drill {
		return refuse(alerting.ErrConflict, "text: %s belongs to a drill", c.Text)
	}
	if err := t.checkNumber(c.Text, h.number); err != nil {
		return err
	}
	if err := c.checkReason(t, h.kind); err != nil {
		return err
	}
	for _, f := range []struct {
		name         string
		asked, given bool
	}{
		{"pickup", c.Text.asks(texts.Pickup), c.Pickup != ""},
		{"next", c.Text.asks(texts.Next), !c.Next.IsZero()},
		{"collect", t.collect, !c.Collect.IsZero()},
		{"date", c.Text.asks(texts.Date), c.Date != ""},
		{"drill", c.Text.asks(texts.Drill), c.Drill != ""},
	} {
		if f.asked != f.given {
			return refuse(alerting.ErrInvalid, "%s: %s", f.name, wanted(f.asked, c.Text))
		}
	}
	return nil
}

func wanted(asked bool, id TextID) string {
	if asked {
		return string(id) + " needs one"
	}
	return string(id) + " has no room for one"
}

func (t template) checkNumber(id TextID, n int) error {
	switch {
	case t.place == first && n != 1:
		return refuse(alerting.ErrConflict, "text: %s can only be the first notice", id)
	case t.place == later && n < 2:
		return refuse(alerting.ErrConflict, "text: %s replaces a notice, and none is out", id)
	}
	return nil
}

func (c Content) checkReason(t template, k alerting.Kind) error {
	if c.Reason == "" {
		if t.reason {
			return refuse(alerting.ErrInvalid, "reason: %s needs one", c.Text)
		}
		return nil
	}
	if !c.Text.asks(texts.Line) || !slices.Contains(Reasons(c.Text, k), c.Reason) {
		return refuse(alerting.ErrInvalid, "reason: not on the list for %s and this kind", c.Text)
	}
	return nil
}

// checkTimes refuses promises that are past or too far ahead to be read
// right. It is asked again when the notice is released.
func (c Content) checkTimes(now time.Time, s School) error {
	if !c.Next.IsZero() && (!c.Next.After(now) || c.Next.After(now.Add(MaxNext))) {
		return refuse(alerting.ErrConflict, "next: must lie within %s from now", MaxNext)
	}
	if !c.Collect.IsZero() {
		if c.Collect.Before(now.Truncate(time.Minute)) || c.Collect.After(now.Add(MaxCollect)) || !sameDay(c.Collect, now, s.location()) {
			return refuse(alerting.ErrConflict, "collect: must lie ahead, today")
		}
	}
	if c.Date != "" {
		return checkDate(c.Date, now.In(s.location()))
	}
	return nil
}

func checkDate(s string, today time.Time) error {
	d, err := time.ParseInLocation(time.DateOnly, s, today.Location())
	if err != nil {
		return refuse(alerting.ErrInvalid, "date: want a day as 2006-01-02")
	}
	y, m, day := today.Date()
	begin := time.Date(y, m, day, 0, 0, 0, 0, today.Location())
	if d.Before(begin) || d.After(begin.AddDate(0, 0, MaxDays)) {
		return refuse(alerting.ErrConflict, "date: must lie within %d days from today", MaxDays)
	}
	return nil
}

func sameDay(a, b time.Time, zone *time.Location) bool {
	return a.In(zone).Format(time.DateOnly) == b.In(zone).Format(time.DateOnly)
}

// checkLength refuses a text that no two SMS hold.
func checkLength(t alerting.Text) error {
	if n := utf8.RuneCountInString(t.ZH); n > MaxLengthZH {
		return refuse(alerting.ErrInvalid, "text: %d characters in Chinese, at most %d: shorten the names of school and pick-up place", n, MaxLengthZH)
	}
	if n := utf8.RuneCountInString(t.EN); n > MaxLengthEN {
		return refuse(alerting.ErrInvalid, "text: %d characters in English, at most %d: shorten the names of school and pick-up place", n, MaxLengthEN)
	}
	return nil
}
