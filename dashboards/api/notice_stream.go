package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// noticeStream serves GET /api/v1/notices/stream: what the parents of the
// reader's schools have had, and every further notice. It stands apart from
// the stream of incidents: in bounds, in what it reads, and in who may.
func (s *Server) noticeStream(w http.ResponseWriter, r *http.Request) {
	reader, ok := s.admit(w, r)
	if !ok {
		return
	}
	if _, err := s.service.Notices(reader.Account, 1); err != nil {
		writeProblem(w, http.StatusForbidden, "this role reads no notices")
		return
	}
	f := &follower{server: s, reader: reader, account: reader.Account}
	f.there = f.still
	f.follow(w, r)
}

// ParentStream serves a subscriber's page the same, with their schools' notices.
func (s *Server) ParentStream(w http.ResponseWriter, r *http.Request) {
	of, ok, err := s.Parent(w, r)
	switch {
	case err != nil:
		writeProblem(w, http.StatusServiceUnavailable, "the session can't be read now")
		return
	case !ok || len(of.Schools) == 0:
		writeProblem(w, http.StatusUnauthorized, "not subscribed")
		return
	}
	f := &follower{server: s, account: people.Account{Name: people.SubscriberOf(of.ID), Role: alerting.RoleParent, Schools: of.Schools}}
	f.reader = Reader{Account: f.account, token: of.Token, until: of.Until}
	f.there = func(ctx context.Context, session bool) error {
		if !session {
			return nil // whoever unsubscribes or leaves has the stream ended
		}
		now, ok, err := s.subscriptions.Session(ctx, of.Token, time.Now())
		if err == nil && (!ok || !slices.Equal(now.Schools, of.Schools)) {
			return errSignedOut
		}
		return nil
	}
	f.follow(w, r)
}

// follow is the request's until the page goes.
func (f *follower) follow(w http.ResponseWriter, r *http.Request) {
	s := f.server
	ctx, leave, err := s.pages.enter(r.Context(), f.reader)
	if err != nil {
		because(w, "too_many_streams")
		w.Header().Set("Retry-After", "2")
		writeProblem(w, http.StatusServiceUnavailable, "too many pages are open")
		return
	}
	defer leave()
	f.frames, f.beats = newFrames(w, s.config.FrameDeadline, s.metrics), r.URL.Query().Get("beat") == "1"
	s.metrics.closed.WithLabelValues(ending(ctx, f.run(ctx)).Error()).Inc()
}

// follower is one parent's page under way. It belongs to its request's
// goroutine.
type follower struct {
	server  *Server
	reader  Reader
	account people.Account
	frames  *frames
	// there ends the stream of whoever is no reader any more; it asks for the
	// session too where that is due.
	there func(ctx context.Context, session bool) error
	beats bool // the page can't see comment lines and asked for beats as well
}

// run subscribes before it reads, so that no notice falls between.
func (f *follower) run(ctx context.Context) error {
	updates, stop := f.server.service.notices.Watch(f.account.Schools)
	defer stop()
	if err := f.frames.begin(); err != nil {
		return errWrite
	}
	sent, err := f.server.service.Notices(f.account, MaxNotices)
	if err != nil {
		return errSignedOut
	}
	for _, n := range slices.Backward(sent) {
		if err := f.frames.event("notice", -1, viewSent(n)); err != nil {
			return err
		}
	}
	if err := f.frames.event("ready", -1, readyData{Now: stamp(time.Now())}); err != nil {
		return err
	}
	tick := time.NewTicker(sessionEach * f.server.config.Heartbeat) // each looks at a session, and there are many parents
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case n, ok := <-updates:
			if !ok {
				return errTooSlow
			}
			if err = f.there(ctx, false); err == nil {
				err = f.frames.event("notice", -1, viewSent(n))
			}
		case <-tick.C:
			if err = f.there(ctx, true); err == nil {
				err = f.beat()
			}
		}
		if err != nil {
			return err
		}
	}
}

// beat keeps the stream alive, and lets its page notice silence.
func (f *follower) beat() error {
	if f.beats {
		return f.frames.event("beat", -1, readyData{Now: stamp(time.Now())})
	}
	return f.frames.comment("alive")
}

// still ends the stream of whoever has been signed out, or given other
// schools: the page comes back and begins anew.
func (f *follower) still(ctx context.Context, session bool) error {
	now, ok := f.server.people().Account(f.account.Name)
	if !ok || fingerprint(now) != fingerprint(f.account) || now.Role != f.account.Role ||
		now.Role == alerting.RoleAdmin || !slices.Equal(now.Schools, f.account.Schools) {
		return errSignedOut
	}
	if !session {
		return nil
	}
	t := tail{server: f.server, reader: f.reader}
	return t.session(ctx)
}
