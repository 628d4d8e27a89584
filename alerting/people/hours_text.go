package people

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
)

// Text says the hours in words.
func (h Hours) Text() alerting.Text {
	if len(h) == 0 {
		return alerting.Text{ZH: "全天", EN: "always"}
	}
	var zh, en []string
	for _, s := range h {
		t := s.Text()
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return alerting.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

// Text says the span in words; in English as ParseSpan reads it.
func (s Span) Text() alerting.Text {
	clock := fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
	d := s.Days.text()
	if d.EN == "" {
		return alerting.Text{ZH: "每天 " + clock, EN: clock}
	}
	return alerting.Text{ZH: d.ZH + " " + clock, EN: d.EN + " " + clock}
}

func (d Days) text() alerting.Text {
	var zh, en []string
	for n := range weekdays { // from Monday on, as people list them
		w := (n + 1) % len(weekdays)
		if d.Weekdays[w] {
			t := WeekdayText(time.Weekday(w))
			zh, en = append(zh, t.ZH), append(en, t.EN)
		}
	}
	switch {
	case slices.Equal(en, weekdays[1:6]):
		zh, en = []string{"周一至周五"}, []string{"mon-fri"}
	case len(en) == len(weekdays):
		zh, en = []string{"周一至周日"}, []string{"mon-sun"}
	}
	if d.School {
		zh, en = append(zh, "在校日"), append(en, "school")
	}
	if d.Closed {
		zh, en = append(zh, "闭校日"), append(en, "closed")
	}
	return alerting.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ",")}
}
