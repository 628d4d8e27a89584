package supervision

import (
	"slices"
	"time"
)

// school is what is judged together: the devices behind one link.
type school struct {
	id       string
	units    []*unit
	cut      time.Time // since when the link is cut; zero where it is not
	several  bool
	singles  []time.Time // when the latest were told one by one; at most Single
	decideAt time.Time   // when a loss that is held must be decided; zero: none is
}

// tally is what a judgement looks at.
type tally struct {
	able, silent, present int
	heardAt               time.Time     // the latest packet of anybody of the school
	quietFrom             time.Time     // the same, or the end of the latest excuse
	patience              time.Duration // after which somebody present must have been heard
}

func (s *school) tally() tally {
	var t tally
	for _, u := range s.units {
		if u.watch.State == Waiting || u.watch.State == "" {
			continue
		}
		t.heardAt = latest(t.heardAt, u.watch.Last)
		t.quietFrom = latest(t.quietFrom, u.watch.quietFrom())
		if u.gone() {
			continue
		}
		t.able++
		if u.silent() {
			t.silent++
		}
		if u.watch.State == Present && u.watch.Last.After(s.cut) { // in a cut: heard since
			t.present++
		}
		if p := u.class.KeepAlive * 3 / 2; t.patience == 0 || p < t.patience {
			t.patience = p
		}
	}
	return t
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// judge decides what the losses of a school are.
func (s *school) judge(l Limits, now time.Time) []Finding {
	s.decideAt = time.Time{}
	t := s.tally()
	if !s.cut.IsZero() {
		return s.judgeCut(l, t, now)
	}
	for _, u := range s.units { // those that did not come back when the link did
		if u.told == InCut && u.watch.State == Lost && !u.again.IsZero() && !now.Before(u.again) {
			u.told, u.again = Held, time.Time{}
		}
	}
	out := s.judgeHeld(l, t, now)
	if s.several && !slices.ContainsFunc(s.units, func(u *unit) bool { return u.told == InSeveral }) {
		s.several = false
		out = append(out, Finding{What: SeveralOver, School: s.id, At: now})
	}
	return out
}

// judgeHeld tells one silent device from a cut link. Half of the school silent
// is a cut. Where less is known, one device of the school that was heard after
// the lost one should have been is a witness that the link holds; while there
// is none, the loss is held until somebody must have been heard.
func (s *school) judgeHeld(l Limits, t tally, now time.Time) []Finding {
	held := s.of(Held)
	if len(held) == 0 {
		return nil
	}
	if t.silent >= l.CutOf && 2*t.silent >= t.able {
		return s.declare(t, now)
	}
	var out []Finding
	decide := t.quietFrom.Add(t.patience)
	for _, u := range held {
		switch {
		case t.heardAt.After(u.due()) || (t.able < l.CutOf && !now.Before(decide)):
			out = append(out, s.single(l, u, now)...)
		case now.Before(decide):
			s.decideAt = decide
		default:
			return append(out, s.declare(t, now)...)
		}
	}
	return out
}

// of lists the lost devices that were told in one way.
func (s *school) of(t Telling) []*unit {
	var out []*unit
	for _, u := range s.units {
		if u.told == t && u.watch.State == Lost {
			out = append(out, u)
		}
	}
	return out
}

func (s *school) declare(t tally, now time.Time) []Finding {
	s.cut = t.heardAt
	s.absorb()
	return []Finding{{What: Cut, School: s.id, At: now, Since: s.cut, Count: t.silent}}
}

// absorb makes the losses that nobody was told of part of the cut.
func (s *school) absorb() {
	for _, u := range s.units {
		if u.told == Held {
			u.told, u.again = InCut, time.Time{}
		}
	}
}

// judgeCut ends a cut when half of the school is there again, steadily. Who has
// not come back a while after is judged by itself.
func (s *school) judgeCut(l Limits, t tally, now time.Time) []Finding {
	s.absorb()
	if 2*t.present < t.able {
		return nil
	}
	since := s.cut
	s.cut = time.Time{}
	for _, u := range s.of(InCut) {
		u.again = now.Add(l.Settle)
	}
	return []Finding{{What: CutOver, School: s.id, At: now, Since: since, Count: t.present}}
}

// single tells a device by itself, or with the others where it is one of many.
func (s *school) single(l Limits, u *unit, now time.Time) []Finding {
	s.singles = slices.DeleteFunc(s.singles, func(at time.Time) bool { return now.Sub(at) >= l.SingleWithin })
	if len(s.singles) < l.Single && !s.several {
		s.singles = append(s.singles, now)
		u.told = Own
		return []Finding{{What: DeviceLost, School: s.id, Device: u.Device, At: now, Since: u.watch.Last, Count: 1}}
	}
	u.told = InSeveral
	if s.several {
		return nil
	}
	s.several = true
	return []Finding{{What: Several, School: s.id, At: now, Since: u.watch.Last, Count: len(s.singles) + 1}}
}

// next is when the school must be judged again though nobody is heard.
func (s *school) next() time.Time {
	at := s.decideAt
	for _, u := range s.units {
		if !u.again.IsZero() && u.told == InCut && s.cut.IsZero() {
			at = sooner(at, u.again)
		}
	}
	return at
}

// sooner is the earlier of two moments; zero is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
