package pathcheck

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Shown notes that a page of a police account shows the result of the last
// check of a school. Where the police have no terminal this is the proof that
// the way reaches them; elsewhere it changes nothing. It never blocks.
func (c *Checker) Shown(school, check, account string, at time.Time) {
	c.hear(func(time.Time) {
		w, ok := c.ways[school]
		if !ok {
			return
		}
		a, _ := c.deps.People().Account(account)
		next, proven := w.shown(check, a, at)
		if !proven {
			return
		}
		c.ways[school] = next
		c.metrics.proven(school, next)
		c.publish(c.deps.People().Schools())
	})
}

// shown is the way after a page has shown its last check; false where that
// proves nothing.
func (w way) shown(check string, by people.Account, at time.Time) (way, bool) {
	if w.last == nil || w.last.ID != check || !w.last.unseen() {
		return w, false
	}
	c := w.last.step(alerting.PathStep{
		School: w.last.School, Check: check, Stage: alerting.PathReceived, At: at, Via: by.Via,
		Leg: alerting.LegKey{Audience: alerting.Police, Recipient: by.Name, Channel: alerting.ChannelConsole},
	})
	w.last, w.provenAt, w.took, w.raised = &c, c.ProvenAt, c.Took(), false
	return w, true
}

// unseen reports whether a check has passed all that the hub can do by itself,
// and the police have no terminal that could take it: what is missing is that
// one of them looks.
func (c Check) unseen() bool {
	return !c.AcknowledgedAt.IsZero() && !c.StoredAt.IsZero() &&
		!slices.ContainsFunc(c.Legs, func(l Leg) bool { return l.Audience == alerting.Police && l.Channel != alerting.ChannelConsole })
}

// nobodyLooks reports whether the way is not proven for no other reason than
// that nobody of the police has a page open: that is said, and is no fault of
// the hub, which can do nothing about it.
func (c *Checker) nobodyLooks(school string, w way) bool {
	if w.last == nil || !w.last.unseen() {
		return false
	}
	return !slices.ContainsFunc(c.deps.People().AccountsOf(school), func(a people.Account) bool {
		return a.Role.Audience() == alerting.Police && c.deps.On.Console(a.Name)
	})
}
