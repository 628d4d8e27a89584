package duty

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// What is raised.
const (
	KindPostMissed    alerting.Kind = "post-missed"
	KindPostUncovered alerting.Kind = "post-uncovered"
	KindPostUnseen    alerting.Kind = "post-unseen"
	KindPatrolMissed  alerting.Kind = "patrol-missed"
	KindLoneWorker    alerting.Kind = "lone-worker"
)

// Raise is something that people are to be told of. It stands for as long as
// Raises lists it; the same one again is the same incident.
type Raise struct {
	Kind     alerting.Kind
	Object   string    // what it is about: a shift, a person's shift, a round
	Due      time.Time // from when on; with kind and object it names the incident
	Severity alerting.Severity
	Post     Post // of no id where it is a round
	Shift    Shift
	People   []string // who is missed, or did not answer
	Roles    []Role   // theirs; a police slot is shown to the station and the duty leader alone
	// Substitute is told at once; "" where nobody was named. Whom else a raise asks
	// for by name, Named says.
	Substitute string
	Short      []Floor // what an uncovered post lacks
	Present    int     // how many are at an uncovered post, volunteers too
	Again      bool    // the second missed round in a row: the duty leader is told at once
	NoRoster   bool    // nobody is on the roster for the day at all
	Call       string  // the roll call that People did not answer; "" where it is none
	Down       bool    // the hub was down while it was to be done
	Unreached  bool    // it was not put to them: they are not silent
	Blind      Blind   // why it cannot be told; From is zero where it can
}

// Incident is the id of the incident that the raise opens.
func (r Raise) Incident(school string) string {
	return alerting.RaisedIncidentID(school, string(r.Kind), r.Object, r.Due)
}

// Raises lists what stands at now, in the order in which it became due.
func (w Watch) Raises(now time.Time) []Raise {
	m := w.at(now)
	var out []Raise
	for _, s := range m.shifts {
		if m.now.Before(s.From) || !m.now.Before(s.To) {
			continue
		}
		out = append(out, m.missed(s)...)
		if since, low := m.uncovered(s); low {
			r := Raise{Kind: KindPostUncovered, Object: s.String(), Due: since, Severity: alerting.Low, Post: s.Post, Shift: s, Short: m.short(s, now)}
			_, r.Present = m.present(s, now)
			r.Down = m.down(s.From.Add(-m.Setup.Times.Open), since.Add(m.Setup.Times.Settle))
			if s.Pupils {
				r.Severity = alerting.High
			}
			out = append(out, r)
		}
		if r, ok := m.unseen(s); ok {
			out = append(out, r)
		}
		out = append(out, m.alone(s)...)
	}
	out = linked(out, w.Zone)
	out = append(out, m.patrols()...)
	out = append(out, m.unanswered()...)
	out = append(out, m.unreached()...)
	slices.SortStableFunc(out, func(a, b Raise) int { return a.Due.Compare(b.Due) })
	return out
}

func (m moment) missed(s Shift) []Raise {
	var out []Raise
	for _, e := range m.Roster.Of(s.ShiftKey) {
		if m.person(s, e, m.now).Status != Missed {
			continue
		}
		due, _ := m.clear(s.PostID, s.missedAt(e, m.Setup.Times))
		out = append(out, Raise{
			Kind: KindPostMissed, Object: s.String() + "/" + e.Person, Due: due, Severity: alerting.Low,
			Post: s.Post, Shift: s, People: []string{e.Person}, Roles: []Role{e.Role}, Substitute: e.Substitute,
			Down: m.down(s.From.Add(-m.Setup.Times.Open), due),
		})
	}
	return out
}

// Next is the next instant after now at which board, raises or reminders change
// by themselves; the next midnight at the latest.
func (w Watch) Next(now time.Time) time.Time {
	m := w.at(now)
	all := m.instants(m.shifts)
	for _, r := range m.rounds() {
		all = append(all, r.From, r.Until, m.patrolMissed(r.RoundState))
	}
	for _, c := range m.Calls {
		second := c.At.Add(m.Setup.Times.CallFirst)
		all = append(all, m.Heard(c).State(m.Setup.Times, now).Next, second, second.Add(m.Setup.Times.CallSecond))
	}
	midnight := calendar.On(now, w.Zone).Add(1).At(0, w.Zone)
	return earliest(now, append(all, midnight))
}

// instants lists when shifts change by themselves.
func (m moment) instants(shifts []Shift) []time.Time {
	var out []time.Time
	t := m.Setup.Times
	for _, s := range shifts {
		out = append(out, s.From.Add(-t.Open), s.From, s.Critical, s.To)
		for _, e := range m.Roster.Of(s.ShiftKey) {
			out = append(out, s.missedAt(e, t))
		}
		for _, r := range m.remindersOf(s) {
			out = append(out, r.At)
		}
		if m.now.Before(s.From.Add(-t.Open)) || !m.now.Before(s.To) {
			continue
		}
		if since, low := m.uncovered(s); !low && !since.IsZero() {
			out = append(out, since.Add(t.Settle))
		}
		out = append(out, m.asked(s)...)
	}
	for _, b := range m.Blinds {
		if !b.To.IsZero() {
			out = append(out, b.To.Add(t.Again()))
		}
	}
	for _, a := range m.Aways {
		out = append(out, a.From, a.To)
		if m.now.Before(a.To.Add(t.Settle)) {
			out = append(out, a.To.Add(t.Settle))
		}
	}
	return out
}

// earliest is the first of all after now; zero where there is none.
func earliest(now time.Time, all []time.Time) time.Time {
	var out time.Time
	for _, t := range all {
		if t.After(now) && (out.IsZero() || t.Before(out)) {
			out = t
		}
	}
	return out
}
