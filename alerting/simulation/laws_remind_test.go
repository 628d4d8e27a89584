package simulation

import (
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// reminds: whoever has taken an incident on is reminded of what has not followed,
// and the levels begin again where that changed nothing. What is missing, and from
// when, the incident says, which its own tests hold; here is held that the hub acts
// on it then, over restarts too. Like escalates it says until when that holds.
func (w *world) reminds(v *alerting.Incident) (latest time.Duration) {
	next, due, renew, ok := v.DueReminder(policy.Of(w.dir).Clock(v.School))
	s := w.of(v.ID)
	if !ok || s.clock != w.clock { // its times are those of another clock
		s.reminder = reminder{}
		return w.now() + time.Hour
	}
	if s.reminder.due != due { // what has made it graver may have made it overdue
		s.reminder = reminder{due, w.now()}
	}
	latest = max(w.now()-time.Since(due), s.reminder.seen, w.spent) + grace
	if w.now() > latest {
		w.fail(lawReminds, "of %s the %s should have heard %s ago that %s is missing (levels again: %v)", v.ID, next.Audience, time.Since(due), next.Missing, renew)
	}
	return latest
}

// reminder is when the next one of an incident is due, and since when it is.
type reminder struct {
	due  time.Time
	seen time.Duration
}

// remindsOnce: nobody is reminded of one thing twice in a round.
func (w *world) remindsOnce(e alerting.Event, s *sighting) {
	for _, k := range reminders(e) {
		if s.reminded[k] {
			w.fail(lawReminds, "of %s the %s are told a second time in round %d: %s", e.Incident, e.Audience, e.Number, e.Reason)
		}
		s.reminded[k] = true
	}
}

// reminders are what an event reminds of.
func reminders(e alerting.Event) (out []string) {
	if e.Type == alerting.EventReminded {
		for _, m := range alerting.Missing(e.Reason).Each() {
			out = append(out, fmt.Sprint(e.Number, m))
		}
	}
	return out
}

// keepReminded forgets what was not stored when the hub stopped.
func (s *sighting) keepReminded(events []alerting.Event) {
	clear(s.reminded)
	for _, e := range events {
		for _, k := range reminders(e) {
			s.reminded[k] = true
		}
	}
}
