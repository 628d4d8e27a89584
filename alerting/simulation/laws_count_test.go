package simulation

import (
	"encoding/json"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
)

// tally is one event of a head count, as the world has heard it.
type tally struct {
	begun   bool
	class   string
	figures muster.Figures
	at      time.Time
}

// sum is a head count added up.
type sum struct {
	Expected, Present, Missing, Uncounted int
	Complete                              bool
	CompletedAt                           time.Time
}

func (s sum) allPresent() bool { return s.Complete && s.Missing == 0 && s.Expected > 0 }

// counted notes what counts from now on of a head count, stored or not, and
// holds it to what was asked.
func (w *world) counted(e alerting.Event) {
	if w.dead {
		return
	}
	for _, n := range countsIn(e) {
		c, asked := w.tallied[e.Command]
		switch {
		case !asked || c.By.Actor != n.Actor:
			w.fail(lawCounted, "%s of %s by %+v, whom nobody asked", n.Type, e.Incident, n.Actor)
		case n.Type == muster.EventStarted && n.Actor.Role != alerting.RoleOfficer:
			w.fail(lawCounted, "%+v began a head count", n.Actor)
		case n.Type == muster.EventReported && (*n.Figures != c.Figures || n.Class != c.Class):
			w.fail(lawCounted, "%s reported %+v of %s, and %+v stands there", n.Actor.Name, c.Figures, c.Class, n)
		case n.Type == muster.EventReported && c.Figures.Present+c.Figures.Missing != c.Figures.Expected:
			w.fail(lawCounted, "%+v does not add up, and was taken", c.Figures)
		case n.Type == muster.EventReported && n.Class == "c-1" && c.Figures.Expected < 30 && c.Figures.Reason == "":
			w.fail(lawCounted, "%+v is fewer than the roll, nobody says why, and it was taken", c.Figures)
		case n.Type == muster.EventReported && n.Actor.Role != alerting.RoleOfficer && (n.Actor.Role != alerting.RoleStaff || c.By.Classes[0] != n.Class):
			w.fail(lawCounted, "%+v of %v reported for %s", n.Actor, c.By.Classes, n.Class)
		}
		w.tallies[e.Incident] = append(w.tallies[e.Incident], tallyOf(n))
		w.seeCount(w.tallies[e.Incident])
	}
}

// seeCount counts what a head count comes to.
func (w *world) seeCount(all []tally) {
	now, before := sumOf(all), sumOf(all[:len(all)-1])
	for what, is := range map[string]bool{
		"complete count": now.Complete && !before.Complete, "correction": before.Complete, "missing child": now.Missing > before.Missing,
	} {
		if is {
			w.dirs.happens(what)
		}
	}
}

func countsIn(e alerting.Event) []muster.Event {
	var p struct {
		Events []muster.Event `json:"events"`
	}
	if e.Type == alerting.EventCounted && e.Beside != nil {
		_ = json.Unmarshal(e.Beside.Payload, &p)
	}
	return p.Events
}

func tallyOf(n muster.Event) tally {
	t := tally{begun: n.Type == muster.EventStarted, class: n.Class, at: n.At}
	if n.Figures != nil {
		t.figures = *n.Figures
	}
	return t
}

// keepTallies takes an incident's head count from the disk.
func (w *world) keepTallies(incident string, events []alerting.Event) {
	delete(w.tallies, incident)
	for _, e := range events {
		for _, n := range countsIn(e) {
			w.tallies[incident] = append(w.tallies[incident], tallyOf(n))
		}
	}
}

// sumOf adds up: of each class the last figures hold, and the roll until there
// are any.
func sumOf(all []tally) sum {
	last := map[string]tally{}
	var out sum
	for _, t := range all {
		if t.begun {
			continue
		}
		last[t.class] = t
		if out.CompletedAt.IsZero() && len(last) == len(classes()) {
			out.CompletedAt = t.at
		}
	}
	for _, c := range classes() {
		t, ok := last[c.ID]
		if !ok {
			out.Expected += c.Roll
			out.Uncounted += c.Roll
			continue
		}
		out.Expected += t.figures.Expected
		out.Present += t.figures.Present
		out.Missing += t.figures.Missing
	}
	out.Complete = len(last) == len(classes())
	return out
}

// reports is how much of a head count the desk has taken in.
func reports(s muster.State) int {
	n := 1
	for _, row := range s.Classes {
		n += len(row.Reports)
	}
	return n
}

// addsUp: every head count is what its classes have reported, the last report
// of each; none is overwritten, and a correction moves no clock.
func (w *world) addsUp() {
	for id, all := range w.tallies {
		s, begun := w.desk.Counted(id)
		if !begun {
			continue // on its way to the disk
		}
		n := reports(s)
		if n > len(all) {
			w.fail(lawCounted, "the head count of %s has %d entries, of %d", id, n, len(all))
			return
		}
		t := s.Total()
		got := sum{t.Expected, t.Present, t.Missing, t.Uncounted, t.Complete, s.CompletedAt}
		want := sumOf(all[:n])
		if !got.CompletedAt.Equal(want.CompletedAt) || got.Complete != want.Complete || got.Expected != want.Expected || got.Present != want.Present ||
			got.Missing != want.Missing || got.Uncounted != want.Uncounted || t.AllPresent() != want.allPresent() {
			w.fail(lawCounted, "the head count of %s is %+v, and adds up to %+v", id, got, want)
		}
	}
}

// countFor is the head count that counts for an incident: the latest of those
// that it is linked with.
func (w *world) countFor(i alerting.Incident) sum {
	known, next := map[string]bool{i.ID: true}, []string{i.ID}
	var latest []tally
	for ; len(next) > 0; next = next[1:] {
		v := w.views[next[0]]
		s, begun := w.desk.Counted(next[0])
		if all := w.tallies[next[0]]; begun && len(all) >= reports(s) && (next[0] == i.ID || v.School == i.School && v.Mode == i.Mode) &&
			(latest == nil || all[0].at.After(latest[0].at)) {
			latest = all[:reports(s)]
		}
		for _, o := range v.Links {
			if !known[o] {
				known[o] = true
				next = append(next, o)
			}
		}
	}
	return sumOf(latest)
}
