package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/subscribe"
)

// Subscriptions is the desk at which parents subscribe, as this package needs it.
type Subscriptions interface {
	Invitations
	Parents
}

// Invitations are the codes that schools give out.
type Invitations interface {
	Offers(school string) bool
	Overview(ctx context.Context, school string) (subscribe.Overview, error)
	Issue(ctx context.Context, school, by string, now time.Time) error
	Revoke(ctx context.Context, school, by, why string, now time.Time) error
}

// Parents is what those do who subscribe.
type Parents interface {
	Begin(ctx context.Context, a subscribe.Ask, now time.Time) (id string, err error)
	Finish(ctx context.Context, id, digits string, now time.Time) (subscribe.Session, error)
	Session(ctx context.Context, token string, now time.Time) (subscribe.Session, bool, error)
	Leave(ctx context.Context, token string) error
	Speak(ctx context.Context, s subscribe.Session, language string, now time.Time) error
	Unsubscribe(ctx context.Context, s subscribe.Session, school string, now time.Time) error
}

// HasSubscriptions reports whether parents subscribe here.
func (s *Server) HasSubscriptions() bool { return s.subscriptions != nil && s.service.HasNotices() }

// Invites reports whether an account looks after what its school's parents
// subscribe with.
func (s *Server) Invites(a people.Account) bool {
	return s.HasSubscriptions() && a.Role == alerting.RoleOfficer
}

// Invitations are the codes of the account's schools, and how many have subscribed.
func (s *Server) Invitations(ctx context.Context, a people.Account) ([]subscribe.Overview, error) {
	if !s.Invites(a) {
		return nil, fmt.Errorf("%w: %s invites no parents", alerting.ErrForbidden, a.Role)
	}
	out := []subscribe.Overview{}
	for _, school := range a.Schools {
		o, err := s.subscriptions.Overview(ctx, school)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Invite issues a code of a school in place of the one before.
func (s *Server) Invite(ctx context.Context, a people.Account, school string, now time.Time) (subscribe.Overview, error) {
	if err := s.invitesAt(a, school); err != nil {
		return subscribe.Overview{}, err
	}
	if err := s.subscriptions.Issue(ctx, school, a.Name, now); err != nil {
		return subscribe.Overview{}, err
	}
	return s.subscriptions.Overview(ctx, school)
}

// Uninvite revokes a school's code.
func (s *Server) Uninvite(ctx context.Context, a people.Account, school, why string, now time.Time) (subscribe.Overview, error) {
	if err := s.invitesAt(a, school); err != nil {
		return subscribe.Overview{}, err
	}
	if strings.TrimSpace(why) == "" || len(why) > people.LongestWhy {
		return subscribe.Overview{}, errNoWhy
	}
	if err := s.subscriptions.Revoke(ctx, school, a.Name, why, now); err != nil {
		return subscribe.Overview{}, err
	}
	return s.subscriptions.Overview(ctx, school)
}

func (s *Server) invitesAt(a people.Account, school string) error {
	switch {
	case !s.Invites(a):
		return fmt.Errorf("%w: %s invites no parents", alerting.ErrForbidden, a.Role)
	case !slices.Contains(a.Schools, school):
		return fmt.Errorf("%w: school %s", alerting.ErrNotFound, school)
	}
	return nil
}

// The cookies of parents go to their own pages alone. The second names a one-time
// code that is running, to the browser that asked for it.
const (
	ParentPages   = "/parent"
	parentCookie  = "campushub_parent"
	provingCookie = "campushub_proving"
)

// TakesParents reports whether parents of any school can subscribe.
func (s *Server) TakesParents() bool {
	if !s.HasSubscriptions() {
		return false
	}
	return slices.ContainsFunc(s.people().Schools(), func(one people.School) bool { return s.subscriptions.Offers(one.ID) })
}

// BeginParent has a one-time code sent, and the browser know it again.
func (s *Server) BeginParent(w http.ResponseWriter, r *http.Request, a subscribe.Ask) error {
	now := time.Now()
	a.From = networkOf(r.RemoteAddr)
	id, err := s.subscriptions.Begin(r.Context(), a, now)
	if err != nil {
		return err
	}
	http.SetCookie(w, s.parentCookie(r, provingCookie, id, now.Add(subscribe.GoodFor)))
	return nil
}

// Proving reports whether the browser has asked for a one-time code lately.
func (s *Server) Proving(r *http.Request) bool { return cookieOf(r, provingCookie) != "" }

// FinishParent takes the digits and begins a session of a subscriber's own, in
// place of one that the browser had.
func (s *Server) FinishParent(w http.ResponseWriter, r *http.Request, digits string) error {
	session, err := s.subscriptions.Finish(r.Context(), cookieOf(r, provingCookie), digits, time.Now())
	if err != nil {
		return err
	}
	if old := cookieOf(r, parentCookie); old != "" {
		if err := s.endParent(r.Context(), old); err != nil {
			return err
		}
	}
	http.SetCookie(w, s.parentCookie(r, provingCookie, "", time.Time{}))
	http.SetCookie(w, s.parentCookie(r, parentCookie, session.Token, session.Until))
	return nil
}

// Parent is the subscriber who makes a request; false for everybody else,
// whoever is signed in with an account among them.
func (s *Server) Parent(w http.ResponseWriter, r *http.Request) (subscribe.Session, bool, error) {
	session, ok, err := s.subscriptions.Session(r.Context(), cookieOf(r, parentCookie), time.Now())
	if ok && session.Renewed {
		http.SetCookie(w, s.parentCookie(r, parentCookie, session.Token, session.Until))
	}
	return session, ok, err
}

// LeaveParent ends the browser's session of a subscriber.
func (s *Server) LeaveParent(w http.ResponseWriter, r *http.Request) error {
	if err := s.endParent(r.Context(), cookieOf(r, parentCookie)); err != nil {
		return err
	}
	http.SetCookie(w, s.parentCookie(r, parentCookie, "", time.Time{}))
	return nil
}

func (s *Server) endParent(ctx context.Context, token string) error {
	if err := s.subscriptions.Leave(ctx, token); err != nil {
		return err
	}
	s.pages.endSession(token)
	return nil
}

// SpeakTo has a subscriber written to in another language.
func (s *Server) SpeakTo(ctx context.Context, of subscribe.Session, language string) error {
	return s.subscriptions.Speak(ctx, of, language, time.Now())
}

// Unsubscribe takes one of a subscriber's schools off, all of them for "".
func (s *Server) Unsubscribe(ctx context.Context, of subscribe.Session, school string) error {
	if err := s.subscriptions.Unsubscribe(ctx, of, school, time.Now()); err != nil {
		return err
	}
	s.pages.endAccount(people.SubscriberOf(of.ID)) // their pages come back, with what they have now
	return nil
}

// NoticesOf are those that the subscriber's schools have sent, newest first: the
// same that every parent has.
func (s *Server) NoticesOf(of subscribe.Session) []notice.Sent {
	if len(of.Schools) == 0 { // none is not all
		return nil
	}
	return s.service.notices.Sent(of.Schools, MaxNotices)
}

func (s *Server) parentCookie(r *http.Request, name, value string, until time.Time) *http.Cookie {
	c := s.sessions.cookie(r, name, value, until)
	c.Path = ParentPages
	return c
}

func cookieOf(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}
