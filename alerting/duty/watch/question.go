package watch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// askedAgainIn is how soon a question is sent once more that could not be put to
// whoever watches alone.
const askedAgainIn = 10 * time.Minute

// question asks those of a school who are asked something now, by their ways;
// false where something is to be tried again. Their own page asks them too, when
// it is read. What was on its way when the hub stopped is sent again, under the
// same id.
func (w *Watcher) question(id string, s *state, of duty.Watch, school School, now time.Time) (again time.Time, done bool) {
	if w.deps.Nudger == nil {
		return time.Time{}, true
	}
	done = true
	for _, q := range of.Questions(now) {
		if s.reminders.under[q.Key] {
			continue
		}
		if said, ok := s.reminders.over[q.Key]; ok && !said.At.After(now) { // else by a clock that was ahead
			retry := said.At.Add(askedAgainIn)
			if said.Failed == "" || q.Call != "" {
				continue
			}
			if now.Before(retry) {
				if again.IsZero() || retry.Before(again) {
					again = retry
				}
				continue
			}
		}
		if err := w.deps.Nudger.Nudge(w.asks(id, s, school, q, now), func(err error) { w.reminded(id, q.Key, err) }); err != nil {
			w.log.Warn("a question waits", "school", id, "post", q.Post.ID, "error", err)
			done = false
			continue
		}
		s.reminders.under[q.Key] = true
	}
	return again, done
}

// asks is a question as its person gets it.
func (w *Watcher) asks(id string, s *state, school School, q duty.Question, now time.Time) Nudge {
	t := school.Setup.Times
	wait := t.Lone.First + t.Lone.Second
	if q.Call != "" {
		wait = t.CallFirst + t.CallSecond
	}
	return Nudge{
		ID: nudgeID(id, q.Key), School: id, Account: school.accountOf(q.Person), Phone: s.entries.Phone(q.Person),
		Text: w.questionText(id, q), Until: now.Add(wait),
	}
}

func (w *Watcher) questionText(school string, q duty.Question) alerting.Text {
	if w.deps.Question != nil {
		return w.deps.Question(school, q.Call != "")
	}
	return policy.Question(people.School{}, q.Call != "")
}

// Asked lists what a person of a school is asked now.
func (w *Watcher) Asked(school, person string, now time.Time) []duty.Question {
	of, ok := w.deps.Schools()[school]
	if !ok {
		return nil
	}
	s := (*w.shown.Load())[school]
	return slices.DeleteFunc(s.watch(of).Questions(now), func(q duty.Question) bool { return q.Person != person })
}

// Shown says that a person's own page has put questions to them: from then on
// their silence counts. Where that cannot be noted it is logged, and the page says
// it again when it is next read.
func (w *Watcher) Shown(ctx context.Context, school string, all []duty.Question) {
	known, now := (*w.shown.Load())[school].puts, time.Now()
	all = slices.DeleteFunc(slices.Clone(all), func(q duty.Question) bool {
		at, ok := known[q.OnPage()]
		return ok && !at.After(now)
	})
	if len(all) == 0 {
		return
	}
	err := w.ask(ctx, func(now time.Time) error {
		r := w.of(school).reminders
		for _, q := range all {
			if said, ok := r.over[q.OnPage()]; !ok || said.At.After(now) {
				r.over[q.OnPage()], r.dirty[q.OnPage()] = Reminded{Key: q.OnPage(), At: now}, true
			}
		}
		return nil
	})
	if err != nil {
		w.log.Warn("a question was shown and not noted as put", "school", school, "error", err)
	}
}

// Well takes the word of whoever is at a post that all is well with them. The
// same id twice is the same word. It is stored by then. It fails with
// alerting.ErrForbidden for an account that is nobody on the roster,
// ErrConflict for one that is at no post: coming there needs the post's code;
// and ErrUnavailable where the disk does not take it.
func (w *Watcher) Well(ctx context.Context, school, id, account string) error {
	return w.ask(ctx, func(now time.Time) error {
		of, err := w.schoolOf(school)
		if err != nil {
			return err
		}
		who, ok := of.Named(account)
		if !ok {
			return nobody(account)
		}
		s := w.of(school)
		post, ok := at(s.watch(of).Board(now), who)
		if !ok {
			return fmt.Errorf("%w: %s is checked in at no post", alerting.ErrConflict, account)
		}
		c := duty.Checkin{ID: account + "/well/" + id, Person: who, Post: post, Means: duty.Page, At: now, Received: now}
		if slices.ContainsFunc(s.checkins, func(o duty.Checkin) bool { return o.ID == c.ID }) {
			return nil
		}
		if err := w.stored("word of life", func(ctx context.Context) error {
			return w.deps.Store.SaveCheckins(ctx, school, []duty.Checkin{c})
		}); err != nil {
			return err
		}
		w.take(school, c, now)
		return nil
	})
}

// at is the post at which a person is.
func at(board []duty.PostState, who string) (string, bool) {
	for _, p := range board {
		if slices.ContainsFunc(p.Shifts, func(s duty.ShiftState) bool { return slices.Contains(there(s), who) }) {
			return p.Post.ID, true
		}
	}
	return "", false
}

// puts is when which question was put to its person.
func (r *reminders) puts() map[string]time.Time {
	out := map[string]time.Time{}
	for key, o := range r.over {
		if o.Failed == "" && duty.IsQuestion(key) {
			out[key] = o.At
		}
	}
	return out
}

// late reports whether a gateway's word that a question did not arrive comes too
// late to count: what was raised by then is for people to judge.
func (r *reminders) late(o Reminded, t duty.Times) bool {
	said, ok := r.over[o.Key]
	return ok && duty.IsQuestion(o.Key) && said.Failed == "" && o.Failed != "" && !o.At.Before(said.At.Add(min(t.Lone.First, t.CallFirst+t.CallSecond)))
}

// putsOf is the same of what is published, and of Run's own.
func (s *state) putsOf() map[string]time.Time {
	if s.reminders == nil {
		return s.puts
	}
	return s.reminders.puts()
}

// lostOf is what reached nobody, of what is published and of Run's own.
func (s *state) lostOf() map[string]bool {
	if s.reminders == nil {
		return s.failed
	}
	return s.reminders.missed()
}

// forget drops the reminders and questions of long ago.
func (r *reminders) forget(before time.Time) {
	maps.DeleteFunc(r.over, func(_ string, o Reminded) bool { return o.At.Before(before) })
}
