package watch

import (
	"context"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/engine"
)

const (
	// stallAfter is how much later than asked for a look may come before the hub was
	// held up: what devices sent meanwhile waits to be read.
	stallAfter = 3 * time.Second
	// stallsEvery bounds how often that puts off what is raised: a hub that is slow
	// all the time is to raise it all the same.
	stallsEvery = 5 * time.Minute
)

// sights takes over what can be seen of every school. It counts at once, and no
// disk is waited for: the look stores it. It is false where nothing has changed.
func (w *Watcher) sights(now time.Time) (changed bool) {
	for id, school := range w.deps.Schools() {
		next, fresh := w.sight(id, school, now)
		if !fresh {
			continue
		}
		s := w.of(id)
		w.log.Info("what can be seen of the posts has changed", "school", id, "blind", len(next))
		s.blinds, s.unblind, changed = next, true, true
	}
	return changed
}

// sees reports whether a look would find that something can be seen no more, or
// again: it costs little, and is asked often.
func (w *Watcher) sees(now time.Time) bool {
	for id, school := range w.deps.Schools() {
		if _, fresh := w.sight(id, school, now); fresh {
			return true
		}
	}
	return false
}

func (w *Watcher) sight(id string, school School, now time.Time) (next duty.Blinds, changed bool) {
	if w.deps.Sight == nil {
		return nil, false
	}
	seen, known := w.deps.Sight(id)
	if !known {
		return nil, false
	}
	return w.of(id).blinds.Follow(sightKept(seen), school.Setup.Times, asKept(now))
}

// sightKept is what cannot be seen, as the office's file keeps instants.
func sightKept(s duty.Sight) duty.Sight {
	out := duty.Sight{Posts: make(map[string]time.Time, len(s.Posts))}
	if !s.Link.IsZero() {
		out.Link = asKept(s.Link)
	}
	for post, since := range s.Posts {
		out.Posts[post] = asKept(since)
	}
	return out
}

// saveBlinds hands the disk what it has not got yet; false where it is to be tried
// again.
func (w *Watcher) saveBlinds() bool {
	for id, s := range w.schools {
		if !s.unblind {
			continue
		}
		if err := w.stored("blinds", func(ctx context.Context) error { return w.deps.Store.SaveBlinds(ctx, id, s.blinds) }); err != nil {
			return false
		}
		s.unblind = false
	}
	return true
}

func stalled(rested, now time.Time) bool { return now.Sub(rested) > stampsEvery+stallAfter }

// held puts off what is raised where the hub itself was held up: cards that were
// held meanwhile are read first. For as long as a restart takes to be told, it was
// down.
func (w *Watcher) held(rested, now time.Time) {
	if !stalled(rested, now) || now.Before(w.stalledAt.Add(stallsEvery)) {
		return
	}
	w.stalledAt = now
	w.log.Warn("the hub was held up: nothing is raised of the posts until devices were heard", "from", rested, "to", now)
	for id := range w.deps.Schools() {
		s := w.of(id)
		s.quiet = later(s.quiet, now.Add(Settling))
	}
	if now.Sub(rested) >= downFrom {
		w.down = append(slices.Clip(w.down), duty.Gap{From: asKept(rested), To: asKept(now)})
		w.beat(now)
	}
	w.publish()
}

// linked finds the open incident of a school whose link is cut, where a raise is
// about that.
func (w *Watcher) linked(school string, r duty.Raise) (alerting.Incident, bool) {
	if r.Kind != duty.KindPostUnseen || !r.Blind.Link() {
		return alerting.Incident{}, false
	}
	for _, i := range w.deps.Alarms.Unresolved() {
		if i.School == school && i.Kind == r.Kind && strings.HasPrefix(i.Device, duty.Link) && !i.Resolved() {
			return i, true
		}
	}
	return alerting.Incident{}, false
}

// closed reports whether somebody has closed an incident of a cut link to which what a
// raise is about had belonged: that was raised for shifts that began before.
func (w *Watcher) closed(ctx context.Context, school string, of duty.Watch, r duty.Raise) bool {
	if r.Kind != duty.KindPostUnseen || !r.Blind.Link() {
		return false
	}
	told := r.Due.Add(of.Setup.Times.Grace + of.Setup.Times.Settle)
	return slices.ContainsFunc(of.LinkDues(r.Due), func(due time.Time) bool {
		i, err := w.deps.Alarms.Incident(ctx, alerting.RaisedIncidentID(school, string(r.Kind), duty.LinkObject(due, of.Zone), due))
		return err == nil && i.Resolved() && i.ResolvedAt.After(told)
	})
}

// graver tells the running incident of a cut link, once, that pupils have begun to
// come and go since.
func (w *Watcher) graver(school string, zone *time.Location, r duty.Raise, running alerting.Incident) bool {
	if r.Severity != alerting.High || running.Severity != alerting.Low || w.raised[running.ID] == alerting.High {
		return true
	}
	due, err := duty.LinkDue(running.Device, zone)
	if err == nil {
		err = w.deps.Alarms.Found(engine.Condition{School: school, Kind: r.Kind, Object: running.Device, Due: due, Place: running.Place, Facts: factsOf(r)})
	}
	if err != nil {
		w.log.Error("an incident was not told that it is graver", "incident", running.ID, "error", err)
		return false
	}
	w.raised[running.ID] = alerting.High
	return true
}

// unseenFacts say why nobody can tell who is at a post.
func unseenFacts(r duty.Raise) []string {
	out := []string{alerting.FactReaderLost}
	if r.Blind.Link() {
		out = []string{alerting.FactLinkCut}
	}
	if r.Severity == alerting.High {
		out = append(out, alerting.FactPupilsMoving)
	}
	return out
}

// ended says why what was raised of a shift that runs stands no more: whoever was
// missed has come, or the loss of the reader has come to be known since.
func ended(of duty.Watch, school School, i alerting.Incident, now time.Time) string {
	parts := strings.Split(i.Device, "/")
	if i.Kind == duty.KindPostUnseen && of.Sees(parts[1], now) {
		return "the post is seen again"
	}
	all := of.Ahead(now)
	at := slices.IndexFunc(all, func(s duty.ShiftState) bool { return strings.HasPrefix(i.Device+"/", s.String()+"/") })
	switch {
	case at < 0:
	case i.Kind == duty.KindPostUncovered && all[at].CannotTell,
		i.Kind == duty.KindPostMissed && slices.ContainsFunc(all[at].People, func(p duty.PersonState) bool {
			return p.Status == duty.Unseen && p.ShiftKey.String()+"/"+school.alias(p.Person) == i.Device
		}):
		return alerting.ReasonUnseen
	}
	return "checked in"
}
