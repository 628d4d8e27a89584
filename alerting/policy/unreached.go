package policy

import (
	"slices"
	"strconv"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// mostTitles bounds how many of those who were not reached a text names; the
// rest is in the count.
const mostTitles = 3

// count is how many the sentence speaks of: presses, or who was not reached.
func (f *Facts) count() string {
	switch {
	case f.Event == alerting.EventOverrun:
		return strconv.Itoa(f.notReached())
	case !counted(f.Incident.Kind):
		return strconv.Itoa(f.Incident.PressCount)
	case f.Incident.Present == nil || f.Event != alerting.EventOpened: // it was counted when it began
		return ""
	}
	return strconv.Itoa(*f.Incident.Present)
}

func (f *Facts) notReached() int {
	who, _ := f.unreached()
	more := 0
	for _, o := range f.Unreached {
		more += o.More
	}
	return len(who) + more
}

// who is the role that the sentence speaks of, or the roles of those who were
// not reached, never a person.
func (f *Facts) who() alerting.Text {
	if f.Event != alerting.EventOverrun {
		return f.By
	}
	var out alerting.Text
	_, titles := f.unreached()
	for i, t := range titles[:min(len(titles), mostTitles)] {
		if i > 0 {
			t = both(out.ZH+"、"+t.ZH, out.EN+", "+t.EN)
		}
		out = t
	}
	return out
}

// unreached are the contacts of the overruns, each once, and what they answer
// for.
func (f *Facts) unreached() (who []string, titles []alerting.Text) {
	for _, o := range f.Unreached {
		for _, m := range o.Missed {
			name, title := f.missed(o.Audience, m)
			if !slices.Contains(who, name) {
				who = append(who, name)
			}
			if !slices.Contains(titles, title) {
				titles = append(titles, title)
			}
		}
	}
	return who, titles
}

// missed is one who was not reached. Who is in the plan no more, and a system
// that is told beside people, is called as its audience.
func (f *Facts) missed(a alerting.Audience, m alerting.Missed) (contact string, title alerting.Text) {
	legs := f.Incident.Plan.Legs
	i := slices.IndexFunc(legs, func(l alerting.Leg) bool {
		return l.Audience == a && l.Recipient == m.Recipient && l.Channel == m.Channel
	})
	switch {
	case i < 0:
		return m.Recipient, AudienceText(a)
	case legs[i].Duty == "" || legs[i].Duty == string(people.DutyPlatform):
		return legs[i].Reaches(), AudienceText(a)
	}
	return legs[i].Reaches(), people.Duty(legs[i].Duty).Title()
}
