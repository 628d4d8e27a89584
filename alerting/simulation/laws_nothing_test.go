package simulation

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
)

// failing is a delivery of this life that its channel could not make.
type failing struct {
	at   time.Duration // when it failed last; to say so again is no failure anew
	wall time.Time     // by the hub's clock
	came bool          // after all
}

// mended is how long a delivery that failed may still come to something, and a
// look.
const mended = time.Minute + 100*time.Millisecond

// gaveUp notes that a channel gave a delivery up, or made it after all. w.mu is
// held.
func (w *world) gaveUp(m messageOf, s alerting.DeliveryState) {
	switch f := w.failures[m.delivery]; {
	case s == alerting.Failed && (f == nil || f.came):
		w.failures[m.delivery] = &failing{at: w.now(), wall: time.Now()}
	case s != alerting.Failed && s != alerting.Planned && f != nil:
		f.came = true
	}
}

// staged hears from the engine what became of deliveries: what came to nothing
// is said once, and never of one whose contact had the alarm.
func (w *world) staged(i *alerting.Incident, d alerting.Delivery, p alerting.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.confirms(i, d, p)
	if p.State != alerting.Failed && p.State != alerting.Expired {
		return
	}
	if w.dead {
		return
	}
	switch f := w.failures[d.ID]; {
	case w.said[d.ID] && (p.State != alerting.Expired || !w.unkept(i, d)):
		w.fail(lawUndelivered, "that %s over %s came to nothing is said twice: %+v", d.Recipient, d.Channel, p)
	case p.State == alerting.Failed && f == nil:
		w.fail(lawUndelivered, "%s over %s is said to have failed, and has not: %+v", d.Recipient, d.Channel, p)
	case p.State == alerting.Failed && w.now() < f.at+time.Minute:
		w.fail(lawUndelivered, "%s over %s is given up %s after it failed: %+v", d.Recipient, d.Channel, w.now()-f.at, p)
	case p.Why == "" || p.Incident != i.ID:
		w.fail(lawUndelivered, "nothing says why %s over %s came to nothing: %+v", d.Recipient, d.Channel, p)
	}
	w.said[d.ID] = true
	if w.ill {
		w.unsaid[d.ID] = true
	}
	w.dirs.happens("delivery " + string(p.State))
}

// unkept reports whether a disk that takes nothing has not kept what became of
// a delivery: the engine lets go of a closed incident all the same, and finds the
// delivery as it was planned when somebody reads the incident again. w.mu is held.
func (w *world) unkept(i *alerting.Incident, d alerting.Delivery) bool {
	if w.unsaid[d.ID] {
		return true
	}
	_, kept, err := w.disk.get(i.ID)
	at := slices.IndexFunc(kept, func(k alerting.Delivery) bool { return k.ID == d.ID })
	return err == nil && at >= 0 && kept[at].State == alerting.Planned && time.Since(i.ResolvedAt) > engine.ClosingFor+time.Minute
}

// cameToNothing: what failed longer ago than it may mend is said, unless its
// contact has the alarm. w.mu is held.
func (w *world) cameToNothing(page alerting.Incident) {
	for _, d := range page.Deliveries {
		f := w.failures[d.ID]
		if f == nil || w.said[d.ID] || d.State != alerting.Failed || w.now() < f.at+mended || d.PlannedAt.After(f.wall) {
			continue
		}
		if seen := w.ids[d.ID]; seen == nil || !seen.whole || seen.life != w.lives {
			continue
		}
		if l, planned := w.legOf(page.ID, d.Key()); planned && w.of(page.ID).reached[contactKey{l.Audience, l.Reaches()}] == 0 {
			w.fail(lawUndelivered, "%s over %s failed %s ago, and nothing says so: %+v", d.Recipient, d.Channel, w.now()-f.at, d)
		}
	}
}
