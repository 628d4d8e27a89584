package pathcheck

import "time"

// Limits is how long the way to the police may stay without a proof while a
// school is open, where checks come once a minute: longer where they are rarer.
type Limits struct {
	Lost    time.Duration // said on the boards of the police, and told at the school
	Lasting time.Duration // told to the police: they telephone the school
}

// under are the limits where checks come once in every: one and a half of them
// must have failed, and five.
func (l Limits) under(every time.Duration) Limits {
	return Limits{Lost: max(l.Lost, every*3/2), Lasting: max(l.Lasting, every*5)}
}

// retryIn is how soon a check that proved nothing is tried again, until the way
// counts as lost: a terminal that was away for a moment must alarm nobody.
const retryIn = 10 * time.Second

// Uplink has it raised, and ended, that the way of a school's alarms is not
// proven, and since when. An error has it said again.
type Uplink interface {
	Lost(school string, since time.Time, lasting bool) error
	Back(school string) error
}

// uplink is what was told last of a way.
type uplink uint8

const (
	uplinkUnknown uplink = iota // of an earlier start something may still be open
	uplinkFine
	uplinkLost
	uplinkLasting
)

// uplinkAt is what is to be told of the way now. Nothing counts as lost before
// this start of the hub has had its time; what was lost stays so when the school
// closes, until the way is proven.
func (w way) uplinkAt(now time.Time, l Limits, open bool) uplink {
	silent := w.silent(now)
	switch {
	case !w.provenAt.IsZero() && now.Sub(w.provenAt) < l.Lost:
		return uplinkFine
	case !open:
		return w.uplink
	case silent >= l.Lasting:
		return uplinkLasting
	case silent >= l.Lost:
		return max(w.uplink, uplinkLost)
	}
	return w.uplink
}

// sooner has a check that proved nothing tried again at once.
func (w way) sooner(now time.Time, every time.Duration, l Limits) way {
	again := now.Add(min(retryIn, every))
	if w.last.ProvenAt.IsZero() && !w.last.unseen() && w.silent(now) < l.Lost && again.Before(w.next) {
		w.next = again
	}
	return w
}

func (c *Checker) limits(school string) Limits { return c.deps.Limits(school).under(c.cfg.Every) }

// tellUplink has it told what has changed.
func (c *Checker) tellUplink(school string, w way, now time.Time) way {
	if c.deps.Uplink == nil {
		return w
	}
	next := w.uplinkAt(now, c.limits(school), c.deps.Open(school, now))
	if next == w.uplink {
		return w
	}
	var err error
	if next == uplinkFine {
		err = c.deps.Uplink.Back(school)
	} else {
		err = c.deps.Uplink.Lost(school, w.since(), next == uplinkLasting)
	}
	if err != nil {
		c.log.Warn("the state of the way to the police was not told", "school", school, "error", err)
		return w
	}
	w.uplink = next
	return w
}
