package policy

import (
	"slices"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// brevity is how much is left out of a text so that it fits where there is
// little room. An alarm is never lost because its text is too long: what is
// kept to the end is what happened, at which school, where, and whom to call.
type brevity int

// From all there is to say down to what no gateway is too small for.
const (
	whole   brevity = iota
	terse           // without who stands there; in the hub's own words of what to do
	brief           // an alarm by kind, school, place, time and number alone
	clipped         // long names cut
	least           // and shorter still, an alarm without its time
)

// brevities are the characters that names and reasons may take at each, and how
// many of the known facts are told.
var brevities = [...]struct{ name, reason, facts int }{
	whole:   {maxName, maxReason, mostFacts},
	terse:   {maxName, 30, mostFacts},
	brief:   {maxName, 15, 2},
	clipped: {12, 15, 2},
	least:   {6, 8, 1},
}

const (
	mostFacts = 99
	// shortestEN is what an English name keeps: only Chinese is short of room.
	shortestEN = 20
)

// Shorter says what Text says in fewer words, in steps, each shorter than the
// one before: for text messages and calls, which have a length. The last one
// fits a single segment of 70 characters beside a signature of six, whatever
// the names, while the number to call has 14 characters at most.
func Shorter(a alerting.Audience, f Facts) []alerting.Text {
	var out []alerting.Text
	length := utf8.RuneCountInString(Text(a, f).ZH)
	for f.brevity = terse; f.brevity <= least; f.brevity++ {
		t := Text(a, f)
		if n := utf8.RuneCountInString(t.ZH); n < length {
			out, length = append(out, t), n
		}
	}
	return out
}

// briefly is the sentence of an audience, or where there is no room for it the
// alarm in its fewest words.
func (f *Facts) briefly(a alerting.Audience) alerting.Text {
	c, ok := f.briefCode(a)
	if f.brevity < brief || !ok {
		return f.sentence(a)
	}
	g := *f
	said := g.sentence(a)
	f.timeless = f.brevity == least
	if t := f.say(c); utf8.RuneCountInString(t.ZH) < utf8.RuneCountInString(said.ZH) {
		return t
	}
	return said
}

// briefCode is the text of an alarm in its fewest words; false where the
// sentence is none, or says already no more than it may.
func (f *Facts) briefCode(a alerting.Audience) (texts.Code, bool) {
	i := &f.Incident
	if i.Confidential || i.Mode == devices.Test || i.Resolved() || f.wayCut() || a == alerting.School && f.uncovered() || a != alerting.District && !slices.Contains(alarms, f.Event) {
		return "", false
	}
	_, late := f.tardy()
	switch {
	case a == alerting.Police && late:
		return texts.PoliceBriefLate, true
	case a == alerting.Police:
		return texts.PoliceBrief, true
	case a == alerting.District:
		return texts.DistrictBrief, true
	case late:
		return texts.SchoolBriefLate, true
	}
	return texts.SchoolBrief, true
}

// alarms are the events that have somebody come. What was found or chosen since
// is no new alarm: the brief one would leave just that out.
var alarms = []alerting.EventType{
	alerting.EventOpened, alerting.EventPressed, alerting.EventEscalated, alerting.EventRevealed,
}

// onPost is who stood at the place.
func (f *Facts) onPost() alerting.Text {
	if f.brevity > whole {
		return alerting.Text{}
	}
	return f.Incident.OnPost
}
