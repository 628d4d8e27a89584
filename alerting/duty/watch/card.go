package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/devices"
)

// ErrBusy says that a card was not taken in.
var ErrBusy = errors.New("too many cards at once")

// CheckIn takes in a card that was held to a reader. It never blocks; an error
// says that the card does not count.
func (w *Watcher) CheckIn(c devices.CheckIn) error {
	select {
	case w.cards <- c:
		return nil
	default:
		return fmt.Errorf("check-in %s of %v: %w", c.ID, c.From, ErrBusy)
	}
}

// asKept is an instant as the office's file keeps it, to the millisecond: what
// people do counts from there, so that an incident has the same name when it is
// found again after a restart.
func asKept(t time.Time) time.Time { return t.Truncate(time.Millisecond) }

// card is a person at a post, if it is anybody's.
func (w *Watcher) card(c devices.CheckIn, now time.Time) {
	school, here := w.deps.Schools()[c.From.School]
	if !here {
		return
	}
	who, known := school.carrying(c.Card)
	if !known {
		w.log.Warn("a card is nobody's", "school", c.From.School, "device", c.From.Device, "post", c.Post)
		return
	}
	_, post := school.Post(c.Post)
	if !post && !school.Point(c.Post) {
		w.log.Warn("a card was held at no post", "school", c.From.School, "device", c.From.Device, "post", c.Post)
		return
	}
	in := duty.Checkin{
		ID: c.From.Device + "/" + c.ID, Person: who, Post: c.Post, Means: duty.Card, Out: c.Out && post,
		At: asKept(c.ReceivedAt.Add(-c.Age)), Received: asKept(c.ReceivedAt),
	}
	in.Out = in.Out || post && w.of(c.From.School).watch(school).Leaves(in)
	if w.take(c.From.School, in, now) {
		w.unsaved[c.From.School] = append(w.unsaved[c.From.School], in)
		w.publish()
	}
}

// take lets a check-in count; false where it is known.
func (w *Watcher) take(school string, c duty.Checkin, now time.Time) bool {
	s := w.of(school)
	if slices.ContainsFunc(s.checkins, func(o duty.Checkin) bool { return o.ID == c.ID }) {
		return false
	}
	all := make([]duty.Checkin, 0, len(s.checkins)+1)
	for _, o := range s.checkins[max(len(s.checkins)-maxCheckins+1, 0):] {
		if !o.Received.Before(now.Add(-kept)) {
			all = append(all, o)
		}
	}
	all = append(all, c)
	s.checkins = all
	return true
}

// save hands the cards to the disk that it has not got yet.
func (w *Watcher) save() {
	for school, all := range w.unsaved {
		ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
		err := w.deps.Store.SaveCheckins(ctx, school, all)
		cancel()
		switch {
		case err == nil:
			delete(w.unsaved, school)
		case len(all) > maxUnsaved:
			w.log.Error("check-ins count, and are forgotten at the next start", "school", school, "count", len(all), "error", err)
			delete(w.unsaved, school)
		default:
			w.log.Error("check-ins wait for the disk", "school", school, "count", len(all), "error", err)
		}
	}
}
