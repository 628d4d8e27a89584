package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// How often an account may give a wrong code within a time.
const (
	maxWrong    = 5
	wrongWithin = 10 * time.Minute
	// maxTriers bounds the accounts whose wrong codes are counted. Overflow: all
	// are forgotten; the accounts of a hub are fewer.
	maxTriers = 10_000
)

// Stamp is a person's word, from their own phone, that they are at a post or
// leave it, or at a point of a patrol round.
type Stamp struct {
	ID      string // the same id twice is the same stamp
	School  string
	Account string
	Post    string // or the point
	Code    string // the post's own, from its QR code or by hand; leaving needs none
	Out     bool
}

// Stamp takes a stamp in and says for which shift it counts; at a point, the
// round is the shift. It is stored by then. It fails with alerting.ErrForbidden for a wrong code and for an account
// that is nobody on the roster, ErrNotFound where they owe no shift there,
// ErrConflict where it is too early, where no round waits for the point, or
// after too many wrong codes, and
// ErrUnavailable where the disk does not take it.
func (w *Watcher) Stamp(ctx context.Context, st Stamp) (shift duty.Shift, err error) {
	err = w.ask(ctx, func(now time.Time) (err error) {
		shift, err = w.stamp(st, now)
		return err
	})
	return shift, err
}

func (w *Watcher) stamp(st Stamp, now time.Time) (duty.Shift, error) {
	school, err := w.schoolOf(st.School)
	if err != nil {
		return duty.Shift{}, err
	}
	if _, ok := school.Post(st.Post); !ok && (st.Out || !school.Point(st.Post)) {
		return duty.Shift{}, fmt.Errorf("%w: there is no post %q", alerting.ErrNotFound, st.Post)
	}
	who, ok := school.Named(st.Account)
	if !ok {
		return duty.Shift{}, nobody(st.Account)
	}
	means := duty.PIN
	if !st.Out {
		if means, err = w.proven(school, st, now); err != nil {
			return duty.Shift{}, err
		}
	}
	c := duty.Checkin{
		ID: st.Account + "/" + st.ID, Person: who, Post: st.Post, Means: means, Out: st.Out, At: now, Received: now,
	}
	s := w.of(st.School)
	shift, err := s.counts(school, c, now)
	if err != nil || slices.ContainsFunc(s.checkins, func(o duty.Checkin) bool { return o.ID == c.ID }) {
		return shift, err
	}
	if err := w.stored("check-in", func(ctx context.Context) error {
		return w.deps.Store.SaveCheckins(ctx, st.School, []duty.Checkin{c})
	}); err != nil {
		return duty.Shift{}, err
	}
	w.take(st.School, c, now)
	return shift, nil
}

// counts says for which shift a check-in counts; where the person owes none
// there, for which round.
func (s *state) counts(of School, c duty.Checkin, now time.Time) (duty.Shift, error) {
	known := s.watch(of)
	shift, err := known.Accept(c, now)
	if err == nil || c.Out || !of.Point(c.Post) {
		return shift, err
	}
	if slices.ContainsFunc(s.checkins, func(o duty.Checkin) bool { return o.ID == c.ID }) {
		if shift, ok := known.Reached(c.Post, now); ok {
			return shift, nil
		}
	}
	return known.Reach(duty.Scan{Point: c.Post, Person: c.Person, At: c.At, Received: c.Received}, now)
}

// proven holds the code against the post's. A number of six digits is not to be
// found by trying.
func (w *Watcher) proven(school School, st Stamp, now time.Time) (duty.Means, error) {
	tries := slices.DeleteFunc(slices.Clone(w.tries[st.Account]), func(t time.Time) bool { return t.Before(now.Add(-wrongWithin)) })
	if len(tries) >= maxWrong {
		return "", fmt.Errorf("%w: too many wrong codes: wait until %s", alerting.ErrConflict,
			tries[0].Add(wrongWithin).In(school.Zone).Format(time.TimeOnly))
	}
	means, ok := school.proves(st.Post, st.Code)
	if ok {
		return means, nil
	}
	if len(w.tries) >= maxTriers {
		clear(w.tries)
	}
	w.tries[st.Account] = append(tries, now)
	return "", fmt.Errorf("%w: the code is not that of post %s", alerting.ErrForbidden, st.Post)
}
