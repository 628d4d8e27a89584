package pathcheck

import (
	"time"

	"example.org/campushub/alerting"
)

// Unproven is how long the way may stay without a proof before it is said in
// words, and a fault of the hub is raised.
const Unproven = 3 * time.Minute

// dailyAt is the hour of the school's own day from which the check goes to
// paid and telephone channels too, once: people are up, and lessons have begun.
const dailyAt = 9

// way is what is known of one school's way to the police.
type way struct {
	began    time.Time // since when anybody looks
	next     time.Time // when the next check is due
	provenAt time.Time
	took     time.Duration
	daily    time.Time // when paid channels were last told
	last     *Check    // the last one that has ended
	current  *Check    // the one that is under way
	raised   bool      // the fault of the present episode
	uplink   uplink    // what was told of it last
	blind    time.Time // when it was seen last that nobody looks who could prove it
	answered map[string]bool
}

// due reports whether a check begins now.
func (w way) due(now time.Time) bool { return w.current == nil && !now.Before(w.next) }

// everywhere reports whether the check that begins now goes to paid channels
// too.
func (w way) everywhere(now time.Time, zone *time.Location) bool {
	local := now.In(zone)
	if local.Hour() < dailyAt {
		return false
	}
	last := w.daily.In(zone)
	return w.daily.IsZero() || last.YearDay() != local.YearDay() || last.Year() != local.Year()
}

// begin starts a check. The next one is due an interval after this one was,
// and where the hub stood still none is made up for.
func (w way) begin(c Check, every time.Duration) way {
	w.next = w.next.Add(every)
	if !w.next.After(c.PressedAt) {
		w.next = c.PressedAt.Add(every)
	}
	if c.Everywhere {
		w.daily = c.PressedAt
	}
	w.current = &c
	return w
}

// change folds what was learnt of the check under way; of any other it is too
// late.
func (w way) change(id string, f func(Check) Check) way {
	if w.current == nil || w.current.ID != id {
		return w
	}
	c := f(*w.current)
	w.current = &c
	if !c.ProvenAt.IsZero() && c.ProvenAt.After(w.provenAt) {
		w.provenAt, w.took, w.raised = c.ProvenAt, c.Took(), false
	}
	return w
}

// over reports whether the check under way has ended: everything is known, or
// its time is up.
func (w way) over(now time.Time, window time.Duration) bool {
	return w.current != nil && (w.current.complete() || now.Sub(w.current.PressedAt) >= window)
}

// conclude ends the check under way.
func (w way) conclude() way {
	w.last, w.current = w.current, nil
	if w.last.Everywhere {
		w.answered = answered(w.last.Legs)
	}
	return w
}

// answered says which recipients' gateways answered the last message that they
// were given.
func answered(legs []Leg) map[string]bool {
	out := map[string]bool{}
	for _, l := range legs {
		if l.Channel != alerting.ChannelMQTT {
			out[contactPath(l.Recipient, l.Channel)] = !l.HandedAt.IsZero()
		}
	}
	return out
}

func contactPath(recipient string, c alerting.Channel) string { return string(c) + " " + recipient }

// overdue reports whether the fault has to be raised: once an episode, and not
// before the hub has had its time.
func (w way) overdue(now time.Time) bool {
	return !w.raised && w.silent(now) >= Unproven
}

// silent is for how long somebody could have proven the way, and nobody has.
func (w way) silent(now time.Time) time.Duration {
	return now.Sub(latest(w.provenAt, w.began, w.blind))
}

// since is from when on nobody has proven the way: the last proof, or when
// anybody began to look.
func (w way) since() time.Time {
	if w.provenAt.IsZero() {
		return w.began
	}
	return w.provenAt
}

// restored is a way as the records tell of it: the latest check, the latest
// that proved it, and the latest that went everywhere.
func restored(now, first time.Time, r Records) way {
	w := way{began: now, next: first, last: r.Last, answered: map[string]bool{}}
	if r.Proven != nil {
		w.provenAt, w.took = r.Proven.ProvenAt, r.Proven.Took()
	}
	if r.Everywhere != nil {
		w.daily, w.answered = r.Everywhere.PressedAt, answered(r.Everywhere.Legs)
	}
	return w
}
