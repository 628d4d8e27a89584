package watch

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// look raises what stands and is not raised, closes what has ended, and says
// when to look again.
func (w *Watcher) look(ctx context.Context, now time.Time) time.Time {
	next := now.Add(time.Hour)
	sooner := func(t time.Time) {
		if t.After(now) && t.Before(next) {
			next = t
		}
	}
	if len(w.unsaved) > 0 {
		sooner(now.Add(againIn))
	}
	if !w.saveReminders(now) {
		sooner(now.Add(againIn))
	}
	forgot, marked, seen := w.forget(now), w.marks(now), w.sights(now)
	if forgot || marked || seen {
		w.publish()
	}
	if !w.saveMarks() || !w.saveBlinds() {
		sooner(now.Add(againIn))
	}
	standing, onPost := map[string]bool{}, map[string]map[string]alerting.Text{}
	for id, school := range w.deps.Schools() {
		s := w.of(id)
		if !w.dispatched(id, school, s, now) {
			sooner(now.Add(againIn))
		}
		s.down = w.down
		of := s.watch(school)
		sooner(s.quiet)
		sooner(of.Next(now))
		onPost[id] = of.OnPost(now)
		if !w.school(ctx, id, school, s, of, standing, now) {
			sooner(now.Add(againIn))
		}
		if !w.remind(id, s, of, school, now) {
			sooner(now.Add(againIn))
		}
		retry, ok := w.question(id, s, of, school, now)
		if sooner(retry); !ok {
			sooner(now.Add(againIn))
		}
	}
	w.onPost.Store(&onPost)
	for id := range w.raised {
		if !standing[id] {
			delete(w.raised, id)
		}
	}
	return next
}

// school is the look at one of them; false where something is to be tried
// again.
func (w *Watcher) school(ctx context.Context, id string, school School, s *state, of duty.Watch, standing map[string]bool, now time.Time) bool {
	done := true
	all := of.Raises(now)
	if r, ok := of.Unrostered(now); ok && !s.since.First().After(r.Due) {
		all = append(all, r)
	}
	for _, r := range all {
		if !planned(of, s.entries, r) {
			continue
		}
		if running, ok := w.linked(id, r); ok { // of a cut link one is told, whatever begins while it is open
			standing[running.ID] = true
			done = w.graver(id, of.Zone, r, running) && done
			continue
		}
		if w.closed(ctx, id, of, r) {
			continue
		}
		r.Again = r.Again && inARow(of, s.entries, r, now)
		incident := alerting.RaisedIncidentID(id, string(r.Kind), school.object(r), r.Due)
		standing[incident] = true
		if !now.Before(s.quiet) && w.raised[incident] != r.Severity {
			named := func() []policy.Named { return w.named(id, school, s, of.Named(r, now)) }
			done = w.raise(ctx, id, school, r, incident, named) && done
		}
	}
	for _, i := range w.deps.Alarms.Unresolved() {
		if i.School != id || !ours(i.Kind) || i.Resolved() || standing[i.ID] {
			continue
		}
		switch {
		case rostered(s.entries, i):
			done = w.over(ctx, i, "rostered") && done
		case i.Kind == duty.KindLoneWorker && runs(of, i, now):
			done = w.over(ctx, i, "answered") && done
		case strings.HasPrefix(i.Device, duty.Link):
			if i.PressCount == 0 && of.Sees("", now) {
				done = w.over(ctx, i, "the posts are seen again") && done
			}
		case runs(of, i, now) && i.Kind == duty.KindPostMissed && !owes(of, school, i):
			done = w.over(ctx, i, "another stands there on the roster") && done
		case runs(of, i, now):
			done = w.over(ctx, i, ended(of, school, i, now)) && done
		case answered(of, school, i, now):
			done = w.over(ctx, i, "answered") && done
		}
	}
	return done
}

// planned reports whether the school has a roster for the day that a raise is
// about: where it has none, its board says that.
func planned(of duty.Watch, r duty.Roster, raise duty.Raise) bool {
	if raise.NoRoster || raise.Call != "" || raise.Kind == duty.KindLoneWorker { // whoever is at a post is asked, roster or not
		return true
	}
	date := raise.Shift.Date
	if raise.Shift.PostID == "" {
		date = calendar.On(raise.Due, of.Zone)
	}
	return r.Covers(date)
}

// inARow reports whether the round before a missed one was anybody's to walk: on
// a day for which the school has no roster nothing is missed.
func inARow(of duty.Watch, r duty.Roster, raise duty.Raise, now time.Time) bool {
	all := of.Patrols(now)
	at := slices.IndexFunc(all, func(o duty.RoundState) bool { return o.Date.String()+"/"+o.Round.ID == raise.Object })
	return at > 0 && r.Covers(all[at-1].Date)
}

// raise opens the incident of what stands, or tells a running one that it is
// graver. It is done when the engine has it: until then it is said again.
func (w *Watcher) raise(ctx context.Context, id string, school School, r duty.Raise, incident string, named func() []policy.Named) bool {
	known, err := w.deps.Alarms.Incident(ctx, incident)
	if err == nil && (known.Resolved() || w.raised[incident] == "" && known.Severity == r.Severity) {
		w.raised[incident] = r.Severity
		return true
	}
	if err != nil && !errors.Is(err, alerting.ErrNotFound) {
		w.log.Error("an incident could not be looked up", "incident", incident, "error", err)
		return false
	}
	c := engine.Condition{
		School: id, Kind: r.Kind, Object: school.object(r), Due: r.Due, Place: placeOf(r), Facts: factsOf(r), Named: named(),
	}
	if r.Kind == duty.KindPostUncovered && !r.NoRoster || r.Kind == duty.KindPostUnseen {
		c.Present, c.Since = &r.Present, r.Blind.From
	}
	err = w.deps.Alarms.Found(c)
	if err != nil {
		w.log.Error("what is missing on duty was not raised", "school", id, "kind", string(r.Kind), "object", school.object(r), "error", err)
		return false
	}
	if known.Severity != "" { // it has been told what is known now
		w.raised[incident] = r.Severity
		return true
	}
	w.log.Info("raised", "school", id, "kind", string(r.Kind), "object", school.object(r), "incident", incident)
	return false // looked up once more, to be sure
}

// placeOf is the post as it is told.
func placeOf(r duty.Raise) alerting.Place {
	if r.Post.ID == "" {
		return alerting.Place{ID: "campus", Name: alerting.Text{ZH: "校园", EN: "Campus"}}
	}
	return alerting.Place{ID: r.Post.Place, Name: r.Post.Name}
}

// factsOf is what the policy asks of a raise, and what people are to know of it.
func factsOf(r duty.Raise) []string {
	out := askedOf(r)
	if r.Down {
		out = append(out, alerting.FactHubDown)
	}
	return out
}

func askedOf(r duty.Raise) []string {
	switch {
	case r.NoRoster:
		return []string{alerting.FactNoRoster}
	case r.Unreached:
		return []string{alerting.FactUnreached}
	case r.Kind == duty.KindPostUnseen:
		return unseenFacts(r)
	case r.Kind == duty.KindPostUncovered && r.Severity == alerting.High:
		return []string{alerting.FactPupilsMoving}
	case r.Kind == duty.KindLoneWorker && r.Severity == alerting.Critical:
		return []string{alerting.FactSecondWindow}
	case r.Again:
		return []string{alerting.FactSecondRound}
	case r.Kind == duty.KindPostMissed && slices.Contains(r.Roles, duty.Police):
		return []string{alerting.FactPoliceSlot}
	}
	return nil
}

// named finds the contacts of those whom a raise asks for by name. Who has none
// is handed on without one: the incident says so.
func (w *Watcher) named(id string, school School, s *state, all []duty.Named) []policy.Named {
	var out []policy.Named
	for _, n := range all {
		asked := policy.Named{Duty: people.Duty(n.As)}
		if w.deps.Contact != nil {
			asked.Contact = w.deps.Contact(id, asked.Duty, school.accountOf(n.Person), s.entries.Phone(n.Person))
		}
		out = append(out, asked)
	}
	return out
}

func ours(k alerting.Kind) bool {
	switch k {
	case duty.KindPostMissed, duty.KindPostUncovered, duty.KindPostUnseen, duty.KindPatrolMissed, duty.KindLoneWorker:
		return true
	}
	return false
}

// runs reports whether the shift that an incident is about still runs. What
// stands no more because its shift is over has not ended: nobody came.
func runs(of duty.Watch, i alerting.Incident, now time.Time) bool {
	parts := strings.Split(i.Device, "/")
	if len(parts) < 3 || i.PressCount > 0 {
		return false
	}
	date, err := calendar.ParseDate(parts[0])
	if err != nil {
		return false
	}
	key := duty.ShiftKey{Date: date, PostID: parts[1], Window: parts[2]}
	return slices.ContainsFunc(of.Setup.Shifts(of.Calendar, of.Zone, date), func(s duty.Shift) bool {
		return s.ShiftKey == key && now.Before(s.To)
	})
}

// owes reports whether whoever an incident of a missed shift is about still
// stands on the roster there.
func owes(of duty.Watch, school School, i alerting.Incident) bool {
	return slices.ContainsFunc(of.Roster.Entries(), func(e duty.Entry) bool { return e.ShiftKey.String()+"/"+school.alias(e.Person) == i.Device })
}

// rostered reports whether an incident is about a day without a roster that has
// one by now.
func rostered(r duty.Roster, i alerting.Incident) bool {
	day, ok := duty.UnrosteredOn(i.Device)
	return ok && i.Kind == duty.KindPostUncovered && i.PressCount == 0 && r.Covers(day)
}

// answered reports whether an incident is about somebody who has answered a
// roll call by now, or to whom it was put after all. One that is long over, and forgotten, has not ended.
func answered(of duty.Watch, school School, i alerting.Incident, now time.Time) bool {
	call, who, ok := strings.Cut(strings.TrimPrefix(i.Device, rollCall), "/")
	if !ok || !strings.HasPrefix(i.Device, rollCall) || i.PressCount > 0 {
		return false
	}
	at := slices.IndexFunc(of.Calls, func(c duty.Call) bool { return c.ID == call })
	if at < 0 {
		return false
	}
	if reached, is := of.PutAfterAll(of.Calls[at], i.Device, now); is {
		return reached
	}
	stand := of.Heard(of.Calls[at]).State(of.Setup.Times, now).People
	for person, how := range stand {
		if school.alias(person) == who {
			return how == duty.Well || how == duty.NeedsHelp
		}
	}
	return false
}

// over closes an incident whose condition has ended.
func (w *Watcher) over(ctx context.Context, i alerting.Incident, reason string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*storeWithin)
	defer cancel()
	if err := w.deps.Alarms.Over(ctx, i.ID, reason); err != nil {
		w.log.Error("an incident is over and was not closed", "incident", i.ID, "error", err)
		return false
	}
	w.log.Info("closed", "school", i.School, "kind", string(i.Kind), "object", i.Device, "incident", i.ID)
	return true
}
