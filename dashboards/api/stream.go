package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// streamScope opens the stream to programs.
const streamScope = ScopeReadIncidents

// sessionCheck bounds the look at the session store from a running stream,
// which comes with every third beat: a beat itself costs no store anything.
const (
	sessionCheck = 2 * time.Second
	sessionEach  = 3
)

// stream serves GET /api/v1/stream.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	reader, ok := s.admit(w, r, streamScope)
	switch {
	case !ok:
		return
	case !reader.Account.Role.SeesIncidents():
		writeProblem(w, http.StatusForbidden, "this role reads no incidents")
		return
	}
	ctx, leave, err := s.streams.enter(r.Context(), reader)
	if err != nil {
		because(w, "too_many_streams")
		w.Header().Set("Retry-After", "2")
		writeProblem(w, http.StatusServiceUnavailable, "too many streams are open")
		return
	}
	defer leave()
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()

	t := &tail{
		server: s, reader: reader, account: reader.Account,
		frames: newFrames(w, s.config.FrameDeadline, s.metrics),
		beats:  r.URL.Query().Get("beat") == "1",
		told:   map[string]bool{},
	}
	reason := t.run(ctx, r.Header.Get("Last-Event-ID"))
	s.metrics.closed.WithLabelValues(reason.Error()).Inc()
}

// tail is one stream under way. It belongs to its request's goroutine.
type tail struct {
	server  *Server
	reader  Reader
	account people.Account // as the stream last knew it
	frames  *frames
	beats   bool // the page can't see comment lines and asked for beats as well
	last    int64
	sounded int             // beats so far
	told    map[string]bool // unresolved incidents that this stream has shown
}

type readyData struct {
	Now  string `json:"now"`
	Last int64  `json:"last"`
}

func (t *tail) ready() readyData {
	return readyData{Now: stamp(time.Now()), Last: t.last}
}

// run subscribes before it reads anything, so that what happens meanwhile is
// waiting in the channel and no gap is possible.
func (t *tail) run(ctx context.Context, lastEventID string) (reason error) {
	updates, stop := t.server.engine.Watch()
	defer stop()
	if !t.reader.IsProgram() { // a program is no page that somebody looks at
		defer t.server.engine.ConsoleOpened(t.account.Name)()
	}
	if err := t.frames.begin(); err != nil {
		return errWrite
	}
	if err := t.begin(ctx, lastEventID); err != nil {
		return ending(ctx, err)
	}
	tick := time.NewTicker(t.server.config.Heartbeat)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ending(ctx, ctx.Err())
		case u, ok := <-updates:
			if !ok {
				return errTooSlow
			}
			err = t.update(u)
		case <-tick.C:
			err = t.beat(ctx)
		}
		if err != nil {
			return ending(ctx, err)
		}
	}
}

func ending(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	for _, known := range []error{errSignedOut, errDraining, errRenew, errTooSlow} {
		if errors.Is(err, known) || errors.Is(cause, known) {
			return known
		}
	}
	if ctx.Err() != nil {
		return errGone
	}
	return errWrite
}

// update tells one change, if the account may see it. A change that the
// beginning told already comes again without an id and does no harm: clients
// apply by (incident, number).
func (t *tail) update(u alerting.Update) error {
	changed, err := t.refresh()
	if err != nil {
		return err
	}
	if changed || (t.told[u.Incident.ID] && !t.account.MaySee(u.Incident)) {
		// What was shown is not theirs to see any more.
		return t.anew()
	}
	return t.tell(u)
}

// tell writes one update and says so to the console channel.
func (t *tail) tell(u alerting.Update) error {
	id := int64(-1)
	if u.Seq > t.last {
		id, t.last = u.Seq, u.Seq
	}
	if !t.account.MaySee(u.Incident) {
		return nil
	}
	if err := t.frames.event("incident", id, viewOf(policy.Seen(t.server.people(), t.account, u.Incident))); err != nil {
		return err
	}
	if !t.reader.IsProgram() {
		t.server.engine.Sent(t.account.Name, u.Incident.ID, u.Incident.Number)
	}
	if u.Incident.Resolved() {
		delete(t.told, u.Incident.ID)
	} else {
		t.told[u.Incident.ID] = true
	}
	return nil
}

// refresh looks the account up again: it may have been disabled, or given
// other rights.
func (t *tail) refresh() (changed bool, err error) {
	now, ok := t.server.again(t.reader, time.Now())
	if !ok || !now.Role.SeesIncidents() {
		return false, errSignedOut
	}
	changed = now.Role != t.account.Role || now.Named != t.account.Named || !slices.Equal(now.Schools, t.account.Schools) ||
		!slices.Equal(now.StandsInAt(), t.account.StandsInAt())
	t.account = now
	return changed, nil
}

// beat keeps the stream alive and ends it with its session.
func (t *tail) beat(ctx context.Context) error {
	changed, err := t.refresh()
	if err != nil {
		return err
	}
	if t.sounded++; t.sounded%sessionEach == 0 {
		if err := t.session(ctx); err != nil {
			return err
		}
	}
	if changed {
		return t.anew()
	}
	if t.beats {
		if err := t.frames.event("beat", -1, t.ready()); err != nil {
			return err
		}
	}
	return t.frames.comment("alive")
}

// session looks whether the session still is; whose tokens are good is looked
// for all programs together. A store that can't be read ends no stream: alarms
// do not depend on it.
func (t *tail) session(ctx context.Context) error {
	if t.reader.IsProgram() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, sessionCheck)
	defer cancel()
	reader, ok, err := t.server.sessions.find(ctx, t.reader.token)
	switch {
	case err != nil:
		return nil
	case !ok:
		return errSignedOut
	case t.server.sessions.aging(reader, time.Now()):
		return errRenew
	}
	return nil
}
