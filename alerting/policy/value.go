package policy

import (
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// say is a text of the school's, filled with the facts.
func (f *Facts) say(c texts.Code) alerting.Text { return f.School.Texts.Say(c, f.value) }

// value is what a hole holds. A hole that has nothing to say is empty.
func (f *Facts) value(h texts.Hole) alerting.Text {
	i := &f.Incident
	switch h {
	case texts.School:
		return f.School.Name
	case texts.Place:
		return i.Place.Name
	case texts.Kind:
		return f.kind()
	case texts.Severity:
		return SeverityText(i.Severity)
	case texts.Number:
		return same(strconv.Itoa(i.Updates))
	case texts.Time:
		return same(f.time())
	case texts.Since:
		return same(f.since())
	case texts.Age:
		return f.age()
	case texts.Callback:
		return same(f.callback())
	case texts.Who:
		return f.who()
	case texts.Level:
		return same(strconv.Itoa(f.Level))
	}
	return f.judged(h)
}

// judged is what people have said of the incident, and what to do about it.
func (f *Facts) judged(h texts.Hole) alerting.Text {
	i := &f.Incident
	switch h {
	case texts.Reason:
		return same(f.Reason)
	case texts.OnPost:
		return f.onPost()
	case texts.Verify:
		return VerifyText(i.Verify)
	case texts.Facts:
		return f.facts()
	case texts.Outcome:
		return alerting.OutcomeText(i.Outcome)
	case texts.Missing:
		return alerting.MissingText(f.Missing)
	case texts.Count:
		return same(f.count())
	case texts.Action:
		return f.action()
	case texts.Again:
		return f.again()
	case texts.Warning:
		return f.warning()
	case texts.State:
		return f.state()
	}
	return alerting.Text{}
}

func same(s string) alerting.Text { return both(s, s) }

// kind is what it is about; of a confidential incident nobody reads more in a
// sentence than that help is needed.
func (f *Facts) kind() alerting.Text {
	if f.Incident.Confidential {
		return f.School.Texts.Plain(texts.PartHelp)
	}
	return KindText(f.Incident.Kind)
}

// callback is the number to call. Nobody calls where an alarm is silent: a
// ringing telephone would give away whoever pressed.
func (f *Facts) callback() string {
	if f.Incident.Silent {
		return ""
	}
	return f.School.Callback
}

// warning ends a sentence about a silent alarm.
func (f *Facts) warning() alerting.Text {
	if !f.Incident.Silent {
		return alerting.Text{}
	}
	return f.School.Texts.Plain(texts.PartSilent)
}

// again says of a further press that it is one.
func (f *Facts) again() alerting.Text {
	switch {
	case f.Event != alerting.EventPressed:
		return alerting.Text{}
	case f.Incident.Stuck:
		return f.say(texts.PartStuck)
	}
	return f.School.Texts.Plain(texts.PartAgain)
}

// state says what a drill or a test asks of the police; in a report who else has
// been told.
func (f *Facts) state() alerting.Text {
	switch {
	case f.reporting:
		return f.reported()
	case f.following:
		return f.released()
	}
	switch f.Incident.Mode {
	case devices.Drill:
		return f.School.Texts.Plain(texts.PartNoResponse)
	case devices.Test:
		return f.School.Texts.Plain(texts.PartNothing)
	}
	return alerting.Text{}
}

// reported says in a report that the police have been told.
func (f *Facts) reported() alerting.Text {
	i := &f.Incident
	told := i.AcknowledgedBy(alerting.Police) || slices.ContainsFunc(i.Plan.Legs, func(l alerting.Leg) bool {
		return l.Audience == alerting.Police && l.AtOnce()
	})
	if i.Mode != devices.Live || !told {
		return alerting.Text{}
	}
	return f.School.Texts.Plain(texts.PartReported)
}

// released says in a report which notice to parents is out.
func (f *Facts) released() alerting.Text {
	n := f.Incident.Notice
	if n == 0 {
		return alerting.Text{}
	}
	return f.School.Texts.Say(texts.PartReleased, func(texts.Hole) alerting.Text { return same(strconv.Itoa(n)) })
}

// facts are all that is known of the incident; in a report nothing that stays
// with police and school.
func (f *Facts) facts() alerting.Text {
	var t alerting.Text
	if f.following && !f.Open {
		return t
	}
	known := f.Incident.Facts
	for i, fact := range known[:min(len(known), brevities[f.brevity].facts)] {
		text := alerting.FactText(fact)
		if i == 0 {
			t = text
		} else {
			t = both(t.ZH+"、"+text.ZH, t.EN+", "+text.EN)
		}
	}
	return t
}

// action is what to do: what guards do about the kind, in the school's own
// words where it has some, unless the sentence has set another.
func (f *Facts) action() alerting.Text {
	switch own := f.Actions.Guards; {
	case f.doing != alerting.Text{}:
		return f.doing
	case f.Incident.Confidential:
		return ActionText(f.School.Texts, "fight")
	case own.ZH != "" && f.brevity == whole: // built-in ones are short; half of an instruction may be its contrary
		return f.filled(own)
	}
	return ActionText(f.School.Texts, f.Incident.Kind)
}

// at has the sentence speak of a moment; it speaks of the latest press, or of
// the opening, unless it has one.
func (f *Facts) at(t time.Time) *Facts {
	f.moment, f.dated = t, true
	return f
}

// lasted has the sentence speak of a span, and not of the time since the first
// press; one below 0 leaves it out.
func (f *Facts) lasted(d time.Duration) *Facts {
	f.lasts, f.spanned = d, true
	return f
}

// sinceRound has the sentence speak of how long nobody has answered.
func (f *Facts) sinceRound() *Facts { return f.lasted(max(f.Now.Sub(f.Incident.RoundAt), 0)) }

// since is from when on it was so, with the day where that was another one.
func (f *Facts) since() string {
	at := f.Incident.Since
	if at.IsZero() {
		at = f.Incident.OpenedAt
	}
	zone := f.School.Location()
	if y, m, d := at.In(zone).Date(); !f.Now.IsZero() {
		if y2, m2, d2 := f.Now.In(zone).Date(); y != y2 || m != m2 || d != d2 {
			return at.In(zone).Format("01-02 15:04:05")
		}
	}
	return f.clock(at)
}

func (f *Facts) time() string {
	switch {
	case f.timeless:
		return ""
	case f.dated:
		return f.clock(f.moment)
	}
	return f.pressClock()
}

func (f *Facts) age() alerting.Text {
	switch {
	case !f.spanned:
		return span(f.Incident.Age(f.Now))
	case f.lasts < 0:
		return alerting.Text{}
	}
	return span(f.lasts)
}
