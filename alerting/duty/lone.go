package duty

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// Prompt asks whoever watches alone whether all is well.
type Prompt struct {
	Shift  Shift
	Person string
	At     time.Time
	Until  time.Time // it is put to nobody later
	// No answer by Raise is raised, and critical by Grave. Both are zero while the
	// question was not put to the person: who was never asked is not silent.
	Raise, Grave time.Time
}

// prompt is when the one person who is alone at a shift is asked: so long after
// they came or last answered, and at the end of each patrol.
func (m moment) prompt(s Shift) (Prompt, bool) {
	if !s.Post.Watched || m.now.Before(s.From) || !m.now.Before(s.To) {
		return Prompt{}, false
	}
	who, since, ok := m.only(s)
	night, dawn, by := m.night(s)
	if !ok || !by {
		return Prompt{}, false
	}
	begun := later(since, night)
	t := m.Setup.Times.Lone
	last := later(begun, m.lastAnswer(who))
	at := last.Add(t.Every)
	for _, r := range m.rounds() {
		if end := r.end(); end.After(last) && end.Before(at) {
			at = end
		}
	}
	if !at.Before(dawn) || !at.Before(s.To) {
		return Prompt{}, false
	}
	p := Prompt{Shift: s, Person: who, At: at, Until: dawn}
	if put, ok := m.put(p.key()); ok && !put.After(m.now) { // else by a clock that was ahead: it is asked again
		p.Raise, p.Grave = put.Add(t.First), put.Add(t.First+t.Second)
	}
	return p, true
}

// only finds the person who is alone at a shift, and since when that is so. It is
// asked of whoever is there: where nobody is whom the roster knows, of somebody who
// owes nothing there. Beside people of the roster they count for nobody, or a
// forgotten check-out would end the questions.
func (m moment) only(s Shift) (string, time.Time, bool) {
	who, since, n := "", time.Time{}, 0
	for _, e := range m.Roster.Of(s.ShiftKey) {
		if p := m.person(s, e, m.now); p.Status == Present {
			who, since = p.There, p.Since
			n++
		}
	}
	if n == 0 {
		for _, other := range m.unplanned(s) {
			if _, away := m.away(other, m.now); away {
				continue
			}
			who = other
			since, _, _ = m.presence(s, other, m.now)
			n++
		}
	}
	// Another who left has left them alone from then on.
	for _, c := range m.checkins[s.PostID] {
		if c.Out && c.Person != who && s.counts(c, m.Setup.Times) {
			since = later(since, c.made())
		}
	}
	return who, since, n == 1
}

// night is the latest night of the shift that has begun, or the first one. What
// was not answered in it stands after it, too.
func (m moment) night(s Shift) (from, to time.Time, ok bool) {
	t := m.Setup.Times.Lone
	end := t.To
	if end <= t.From {
		end += minutesADay
	}
	for i := 1; i >= -1; i-- {
		day := s.Date.Add(i)
		a, b := day.At(t.From, m.Zone), day.At(end, m.Zone)
		if !a.Before(s.To) || !s.From.Before(b) {
			continue
		}
		from, to, ok = a, b, true
		if !m.now.Before(a) {
			break
		}
	}
	return from, to, ok
}

func (m moment) lastAnswer(who string) time.Time {
	var last time.Time
	for _, a := range m.Answers {
		if a.Person == who && !a.Received.After(m.now) && !a.At.After(a.Received) {
			last = later(last, a.At)
		}
	}
	return last
}

// alone raises a prompt that was put to the person and that nobody answered.
func (m moment) alone(s Shift) []Raise {
	p, ok := m.prompt(s)
	if !ok || p.Raise.IsZero() || m.now.Before(p.Raise) {
		return nil
	}
	r := Raise{
		Kind: KindLoneWorker, Object: s.String() + "/" + p.Person, Due: p.Raise, Severity: alerting.High,
		Post: s.Post, Shift: s, People: []string{p.Person},
	}
	if !m.now.Before(p.Grave) {
		r.Severity = alerting.Critical
	}
	return []Raise{r}
}

// asked lists when a prompt changes.
func (m moment) asked(s Shift) []time.Time {
	p, ok := m.prompt(s)
	if !ok {
		return nil
	}
	return []time.Time{p.At, p.At.Add(m.Setup.Times.Lone.First), p.Until, p.Raise, p.Grave}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// dates are yesterday, today and tomorrow.
func (m moment) dates() []calendar.Date {
	today := calendar.On(m.now, m.Zone)
	return []calendar.Date{today.Add(-1), today, today.Add(1)}
}
