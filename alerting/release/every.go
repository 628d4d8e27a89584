package release

import (
	"iter"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// Every gives all that a school's parents can be sent, each text with each of
// its blanks at its longest: for whoever asks beforehand whether a channel can
// carry it. It carries the words of a drill, which make it longer, and gives
// nothing for a school whose names can't stand in a notice.
func Every(s School) iter.Seq2[TextID, alerting.Text] {
	return func(yield func(TextID, alerting.Text) bool) {
		for _, id := range Texts() {
			for _, c := range fillings(id, s) {
				text, err := c.longest(s)
				if err == nil && !yield(id, text) {
					return
				}
			}
		}
	}
}

// fillings are the contents that a text can have.
func fillings(id TextID, s School) []Content {
	all := []Content{{Text: id}}
	if id.asks(texts.Line) {
		all = across(all, linesIn(id), func(c *Content, r ReasonID) { c.Reason = r })
	}
	if id.asks(texts.Pickup) {
		all = across(all, s.Pickups, func(c *Content, p alerting.Place) { c.Pickup = p.ID })
	}
	if id.asks(texts.Drill) {
		all = across(all, DrillNames(), func(c *Content, d DrillName) { c.Drill = d })
	}
	return all
}

func across[T any](all []Content, values []T, set func(c *Content, v T)) []Content {
	var out []Content
	for _, c := range all {
		for _, v := range values {
			set(&c, v)
			out = append(out, c)
		}
	}
	return out
}

// linesIn lists the reason lines of a text, for whichever kind.
func linesIn(id TextID) []ReasonID {
	var out []ReasonID
	for _, kind := range alerting.Kinds() {
		out = append(out, Reasons(id, kind)...)
	}
	return out
}

func (c Content) longest(s School) (alerting.Text, error) {
	t := templates[c.Text]
	widest := time.Date(2026, time.September, 30, 22, 58, 0, 0, s.location()) // no day and no time is longer
	h := heading{number: MaxNotices, at: widest, mode: devices.Drill}
	switch t.place {
	case first:
		h.number = 1
	case unnumbered:
		h.number = 0
	}
	c.Next, c.Collect, c.Date = widest, widest, widest.Format(time.DateOnly)
	values, err := c.values(h, s)
	if err != nil {
		return alerting.Text{}, err
	}
	text, err := fill(s.Texts, c.Text, values)
	return marked(h.mode, text), err
}
