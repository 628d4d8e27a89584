package duty_test

import (
	"slices"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// The reference is what the rules say, word by word and as slowly as they like:
// it walks over clocks and instants and keeps nothing.

// facts is a school's year as a list of facts.
type facts struct {
	holidays, makeUps, closed, sites, exams []calendar.Date
	terms                                   []calendar.Span
	types                                   map[calendar.Date]calendar.Type
	follows                                 map[calendar.Date]time.Weekday
}

// school says whether pupils come, whether posts are manned, whether there is
// an examination and whose timetable holds.
func (f facts) day(d calendar.Date) (pupils, manned, examination bool, follows time.Weekday) {
	examination = slices.Contains(f.exams, d) || slices.Contains(f.sites, d)
	sunday := d.Weekday() == time.Sunday || d.Weekday() == time.Saturday
	follows = d.Weekday()
	if said, ok := f.follows[d]; ok {
		follows = said
	} else if sunday {
		follows = time.Monday
	}
	inTerm := len(f.terms) == 0
	for _, t := range f.terms {
		for x := t.From; x.Compare(t.To) <= 0; x = x.Add(1) {
			inTerm = inTerm || x == d
		}
	}
	if slices.Contains(f.closed, d) {
		return false, false, examination, follows
	}
	if slices.Contains(f.sites, d) {
		return false, true, true, follows
	}
	if kind, ok := f.types[d]; ok {
		pupils = kind != calendar.Residence
		return pupils, pupils, examination, follows
	}
	if slices.Contains(f.exams, d) {
		return true, true, true, follows
	}
	if !inTerm || slices.Contains(f.holidays, d) {
		return false, false, examination, follows
	}
	if slices.Contains(f.makeUps, d) {
		return true, true, examination, follows
	}
	return !sunday, !sunday, examination, follows
}

// clockAt finds the first instant at which a clock that is watched from long
// before, wherever it hangs, shows the minute of the date or, where it leaves it out, goes
// past it.
func clockAt(d calendar.Date, minute int, z *time.Location) time.Time {
	for minute >= 24*60 {
		d, minute = d.Add(1), minute-24*60
	}
	for t := time.Date(d.Year, d.Month, d.Day, -15, minute, 0, 0, time.UTC); ; t = t.Add(5 * time.Minute) {
		shown := calendar.On(t, z)
		h, m, _ := t.In(z).Clock()
		if shown.Compare(d) > 0 || shown == d && h*60+m >= minute {
			return t
		}
	}
}

// arrived leaves what had arrived for a shift's post by now, a repeat left out.
func arrived(w duty.Watch, s duty.Shift, now time.Time) duty.Watch {
	all := w.Checkins
	w.Checkins = nil
	for _, c := range all {
		repeat := slices.ContainsFunc(all, func(o duty.Checkin) bool { return o.ID == c.ID && o.Received.Before(c.Received) })
		if !repeat && c.Post == s.PostID && !c.Received.After(now) {
			w.Checkins = append(w.Checkins, c)
		}
	}
	return w
}

// owedFrom is from when on somebody is expected at a shift: nobody is before the
// shift begins, before the hub watches the post, before the day has a roster, and
// before they stand on it.
func owedFrom(w duty.Watch, s duty.Shift, e duty.Entry) time.Time {
	at := s.From
	for _, t := range []time.Time{w.Since["post/"+s.PostID], w.Since["day/"+s.Date.String()], e.Named} {
		if at.Before(t) {
			at = t
		}
	}
	return at
}

// stands says whether anybody of an entry is at the post at t; the
// watch knows what had arrived.
func stands(w duty.Watch, s duty.Shift, e duty.Entry, t time.Time) (there, tardy, came, away bool) {
	for _, who := range []string{e.Person, e.Substitute} {
		if who == "" {
			continue
		}
		gone := false
		for _, a := range w.Aways {
			gone = gone || a.Person == who && !t.Before(a.From) && (a.To.IsZero() || t.Before(a.To))
		}
		if gone {
			away = true
			continue
		}
		var events []duty.Checkin
		for _, c := range w.Checkins {
			if c.At.After(c.Received) {
				c.At = c.Received
			}
			opens := s.From.Add(-20 * time.Minute)
			if c.Person == who && !c.At.After(t) && !c.At.Before(opens) && c.At.Before(s.To) {
				events = append(events, c)
			}
		}
		// One after the other as they were made; those of one moment as they arrived.
		slices.SortStableFunc(events, func(a, b duty.Checkin) int { return a.Received.Compare(b.Received) })
		slices.SortStableFunc(events, func(a, b duty.Checkin) int { return a.At.Compare(b.At) })
		in := false
		var since time.Time
		for _, c := range events {
			if !c.Out && !in {
				since, came = c.At, true
			}
			in = !c.Out
		}
		if in {
			begins := owedFrom(w, s, e)
			if begins.Equal(s.From) {
				return true, since.After(begins), true, false
			}
			return true, since.Sub(begins) > 5*time.Minute, true, false
		}
	}
	return false, false, came, away
}

func statusOf(w duty.Watch, s duty.Shift, e duty.Entry, now time.Time) duty.Status {
	there, _, came, away := stands(arrived(w, s, now), s, e, now)
	rover := e.Role == duty.Police && s.PostID == "main-gate"
	seconds := int(now.Sub(s.From) / time.Second)
	waited := int(now.Sub(owedFrom(w, s, e)) / time.Second)
	switch {
	case there:
		return duty.Present
	case came:
		return duty.Left
	case away:
		return duty.AwayNow
	case s.OnCall:
		return duty.OnCall
	case now.Before(s.From) && seconds > -20*60:
		return duty.Due
	case now.Equal(s.From.Add(-20 * time.Minute)):
		return duty.Due
	case now.Before(s.From):
		return duty.Upcoming
	case rover:
		return duty.Roving
	case waited < 5*60+10:
		return duty.Late
	}
	return duty.Missed
}

// owing is somebody who owes one of the shifts of a post.
type owing struct {
	duty.Entry
	shift duty.Shift
}

// owedAt lists who owes a shift, and then who owes one that begins after it at the same
// post and can be checked in to before it ends: who has come for that stands there too.
func owedAt(w duty.Watch, s duty.Shift) (out []owing) {
	for i := -2; i <= 2; i++ {
		for _, o := range w.Setup.Shifts(w.Calendar, w.Zone, s.Date.Add(i)) {
			follows := o.PostID == s.PostID && s.From.Before(o.From) && o.From.Sub(s.To) < 20*time.Minute
			if o.ShiftKey != s.ShiftKey && !follows {
				continue
			}
			for _, e := range w.Roster.Entries() {
				if e.ShiftKey == o.ShiftKey {
					out = append(out, owing{e, o})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b owing) int { return a.shift.From.Compare(b.shift.From) })
	return out
}

// below says whether a shift's post lacks its minimum at t.
func below(w duty.Watch, s duty.Shift, owed []owing, t time.Time) bool {
	var here []duty.Role
	var names []string
	for _, e := range owed {
		for _, who := range []string{e.Person, e.Substitute} {
			alone := e.Entry
			alone.Person, alone.Substitute = who, ""
			there, _, _, _ := stands(w, e.shift, alone, t)
			if !there {
				continue
			}
			if !slices.Contains(names, who) { // one person is one person
				here, names = append(here, e.Role), append(names, who)
			}
			break // one of the two fills the place
		}
	}
	count := func(of ...duty.Role) (n int) {
		for _, r := range here {
			if slices.Contains(of, r) {
				n++
			}
		}
		return n
	}
	switch s.Post.Kind {
	case "main-gate":
		return count(duty.Guard, duty.Police) < 2 || count(duty.Guard) < 1 || count(duty.Teacher) < 1
	case "second-gate":
		return count(duty.Guard) < 1 || count(duty.Teacher) < 1
	case "crossing":
		return count(duty.Teacher, duty.Police, duty.Guard) < 1 || len(here) < 2
	case "dormitory":
		return count(duty.Warden) < 1
	case "duty-leader":
		return !s.OnCall && count(duty.Leader) < 1
	}
	return count(duty.Guard) < 1
}

// uncoveredSince walks through the shift in steps of ten seconds, which
// everything in these worlds happens at.
func uncoveredSince(w duty.Watch, s duty.Shift, now time.Time) (time.Time, bool) {
	critical := s.Critical
	// A hub that began to watch after the shift had begun gives it the grace from then on.
	if since := owedFrom(w, s, duty.Entry{}); since.After(s.From) && since.Add(310*time.Second).After(critical) {
		critical = since.Add(310 * time.Second)
	}
	if now.Before(critical) || !now.Before(s.To) {
		return time.Time{}, false
	}
	w = arrived(w, s, now)
	owed := owedAt(w, s)
	var since time.Time
	for t := critical; !t.After(now); t = t.Add(10 * time.Second) {
		switch low := below(w, s, owed, t); {
		case !low:
			since = time.Time{}
		case since.IsZero():
			since = t
		}
	}
	if since.IsZero() || !since.Equal(critical) && now.Sub(since) < 10*time.Second {
		return time.Time{}, false
	}
	// At a gate whoever leaves in the last five minutes leaves nothing that matters.
	if s.Pupils && since.After(critical) && s.To.Sub(since) <= 5*time.Minute {
		return time.Time{}, false
	}
	return since, true
}
