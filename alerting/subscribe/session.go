package subscribe

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// SessionFor is how long a session lasts that nobody uses; one that is used past
// half of it has all of it again.
const SessionFor = 90 * 24 * time.Hour

// Session is a subscriber's, on one telephone.
type Session struct {
	Subscriber
	Token   string
	Until   time.Time
	Renewed bool // its end is another one now: the browser has to know
}

func (d *Desk) open(ctx context.Context, who Subscriber, now time.Time) (Session, error) {
	s := Session{Subscriber: who, Token: rand.Text(), Until: now.Add(SessionFor), Renewed: true}
	if err := d.Book.StartSession(ctx, kept(s.Token), who.ID, s.Until); err != nil {
		return Session{}, unavailable(err)
	}
	return s, nil
}

func kept(token string) TokenHash { return sha256.Sum256([]byte(token)) }

// Session finds whose a token is; false where it is nobody's, or they have
// unsubscribed. Schools that the hub serves no more are left out.
func (d *Desk) Session(ctx context.Context, token string, now time.Time) (Session, bool, error) {
	if token == "" {
		return Session{}, false, nil
	}
	who, until, found, err := d.Book.Session(ctx, kept(token), now)
	if err != nil {
		return Session{}, false, unavailable(err)
	}
	if !found {
		return Session{}, false, nil
	}
	who.Schools = slices.DeleteFunc(slices.Clone(who.Schools), func(s string) bool {
		_, there := d.People().School(s)
		return !there
	})
	s := Session{Subscriber: who, Token: token, Until: until}
	if until.Sub(now) < SessionFor/2 {
		if err := d.Book.StartSession(ctx, kept(token), who.ID, now.Add(SessionFor)); err != nil {
			d.Log.Warn("renewing a parent's session failed", "error", err)
			return s, true, nil
		}
		s.Until, s.Renewed = now.Add(SessionFor), true
	}
	return s, true, nil
}

// Leave ends a session; the subscription stays.
func (d *Desk) Leave(ctx context.Context, token string) error {
	if err := d.Book.EndSession(ctx, kept(token)); err != nil {
		return unavailable(err)
	}
	return nil
}

// Speak has a subscriber written to in another language.
func (d *Desk) Speak(ctx context.Context, s Session, language string, now time.Time) error {
	if !slices.Contains([]string{"zh", "en"}, language) {
		return errTongue
	}
	switch _, err := d.Book.Subscribe(ctx, Wish{Number: s.Number, Language: language}, now); {
	case errors.Is(err, alerting.ErrNotFound):
		return errNobody
	case err != nil:
		return unavailable(err)
	}
	return nil
}

// Unsubscribe takes one of a subscriber's schools off, or all of them for "". It
// holds at once: who is left of a notice that is going out is not written to.
func (d *Desk) Unsubscribe(ctx context.Context, s Session, school string, now time.Time) error {
	err := d.Book.Unsubscribe(ctx, s.ID, school, now)
	if err != nil {
		return unavailable(err)
	}
	return nil
}
