package watch

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/devices"
)

const (
	// fresh is for how long a stamp on an incident calls somebody away: what a
	// hub that was off finds out later is over.
	fresh = 10 * time.Minute
	// stampsEvery is how often stamps are looked for.
	stampsEvery = 2 * time.Second
)

// dispatched marks as called away whoever has stamped themselves on an incident
// of the school, and ends what is over: an absence to an incident ends when the
// person checks in again, and with the incident where they had not checked in.
// Whoever had is not seen at their post by that: they check in, somebody says
// that they are back, or their shift ends. It is false where something is to be
// tried again.
func (w *Watcher) dispatched(id string, school School, s *state, now time.Time) bool {
	open := slices.DeleteFunc(w.deps.Alarms.Unresolved(), func(i alerting.Incident) bool { return i.School != id || i.Resolved() })
	changes := s.returns(school, open, now)
	live := slices.DeleteFunc(open, func(i alerting.Incident) bool { return i.Mode != devices.Live || ours(i.Kind) })
	changes = append(changes, s.departures(school, live, now)...)
	done := true
	for _, c := range changes {
		done = w.saveAway(id, s, c.away, c.Change) == nil && done
	}
	if len(changes) > 0 {
		w.publish()
	}
	return done
}

// stirred reports whether a look would find stamps, or ends of absences: it
// costs little, and is asked often.
func (w *Watcher) stirred(now time.Time) bool {
	for _, i := range w.deps.Alarms.Unresolved() {
		if slices.ContainsFunc(stampsOf(i), func(s stamped) bool { return !s.at.Before(now.Add(-fresh)) }) {
			return true
		}
	}
	for _, s := range w.schools {
		if slices.ContainsFunc(s.aways, func(a duty.Away) bool { return a.Incident != "" && a.To.After(now) }) {
			return true
		}
	}
	return false
}

// absence is a change of one.
type absence struct {
	away duty.Away
	Change
}

// departures are those of people who have stamped themselves on an incident.
func (s *state) departures(school School, live []alerting.Incident, now time.Time) (out []absence) {
	for _, i := range live {
		for _, st := range stampsOf(i) {
			who, ok := school.Named(st.by)
			if !ok || st.at.Before(now.Add(-fresh)) || s.sent(who, i.ID, now) || !s.leaves(school, who, st.role, i.Place.ID, now) {
				continue
			}
			if slices.ContainsFunc(out, func(a absence) bool { return a.away.Person == who }) {
				continue
			}
			out = append(out, absence{
				duty.Away{Person: who, From: asKept(now), To: asKept(now).Add(longestAway), Incident: i.ID},
				Change{At: now, By: st.by, What: WentAway, Person: who},
			})
		}
	}
	return out
}

// stamped is an account's word on an incident that they go there themselves, if
// they stand at a post in the role.
type stamped struct {
	by   string
	at   time.Time
	role duty.Role
}

// stampsOf lists them: a force that is sent or has left, and the arrival of the
// own party. Whoever was there already has left no post.
func stampsOf(i alerting.Incident) (out []stamped) {
	for _, d := range i.Dispatched {
		out = append(out, stamped{d.By, d.At, duty.Police})
	}
	for _, a := range i.Arrivals {
		switch {
		case a.OnPost:
		case a.Party == alerting.PartyPolice:
			out = append(out, stamped{a.By, a.At, duty.Police})
		case a.Party == alerting.PartySchool:
			out = append(out, stamped{a.By, a.At, duty.Guard})
		}
	}
	return out
}

// sent reports whether somebody is away, or was to the same incident: they came
// back from it, and do not leave for it again by the same stamp.
func (s *state) sent(who, incident string, now time.Time) bool {
	return slices.ContainsFunc(s.aways, func(a duty.Away) bool {
		return a.Person == who && (a.Incident == incident || a.To.After(now))
	})
}

// leaves reports whether somebody who owes a shift in the role leaves it for a
// place: who is there, and of the police also who has not come, as they are
// where the incident is. A guard who has not come stays missed, or a stamp
// would hide that.
func (s *state) leaves(school School, who string, role duty.Role, place string, now time.Time) bool {
	leaves := false
	for _, p := range s.watch(school).Board(now) {
		for _, shift := range p.Shifts {
			for _, e := range shift.People {
				if e.Role != role || e.Person != who && e.Substitute != who {
					continue
				}
				switch {
				case e.There == who && p.Post.Place == place:
					return false // the incident is at the post
				case e.There == who || role == duty.Police && e.There == "":
					leaves = true
				}
			}
		}
	}
	return leaves
}

// returns are the ends of absences to incidents; open are those that are not
// resolved.
func (s *state) returns(school School, open []alerting.Incident, now time.Time) (out []absence) {
	for _, a := range s.aways {
		if a.Incident == "" || !a.To.After(now) {
			continue
		}
		back := s.checkedIn(school, a, now)
		over := !slices.ContainsFunc(open, func(i alerting.Incident) bool { return i.ID == a.Incident })
		if back.IsZero() && over && !s.awaits(school, a, now) {
			back = now
		}
		if back.IsZero() {
			continue
		}
		a.To = asKept(back)
		out = append(out, absence{a, Change{At: now, By: alerting.ActorHub, What: CameBack, Person: a.Person}})
	}
	return out
}

// checkedIn is when somebody who is away checked in again, zero where they did
// not.
func (s *state) checkedIn(school School, a duty.Away, now time.Time) (at time.Time) {
	for _, c := range s.checkins {
		made := c.At
		if made.After(c.Received) {
			made = c.Received
		}
		_, post := school.Post(c.Post)
		if post && c.Person == a.Person && !c.Out && made.After(a.From) && !made.After(now) && (at.IsZero() || made.Before(at)) {
			at = made
		}
	}
	return at
}

// awaits reports whether a shift still runs at which somebody who is away was
// checked in.
func (s *state) awaits(school School, a duty.Away, now time.Time) bool {
	without := s.watch(school)
	without.Aways = slices.DeleteFunc(slices.Clone(without.Aways), func(o duty.Away) bool { return o == a })
	for _, p := range without.Board(now) {
		for _, shift := range p.Shifts {
			if slices.ContainsFunc(shift.People, func(e duty.PersonState) bool { return e.There == a.Person }) {
				return true
			}
		}
	}
	return false
}
