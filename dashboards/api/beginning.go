package api

import (
	"context"
	"strconv"

	"example.org/campushub/alerting"
)

// begin brings the reader up to date: with what it missed where its last id
// is known, else with everything that is unresolved.
func (t *tail) begin(ctx context.Context, lastEventID string) error {
	// The order matters: what commits after this line is in the channel, what
	// committed before it is in the journal and in memory.
	durable := t.server.engine.LastSeq()
	id, known := t.known(lastEventID, durable)
	if known {
		if missed, ok := t.missed(ctx, id); ok {
			t.last = id
			return t.resume(missed, durable)
		}
	}
	t.last = durable
	if lastEventID == "" {
		return t.everything()
	}
	return t.reset()
}

// anew starts over within the stream.
func (t *tail) anew() error {
	t.last = max(t.last, t.server.engine.LastSeq())
	return t.reset()
}

func (t *tail) reset() error {
	if err := t.frames.event("reset", -1, struct{}{}); err != nil {
		return err
	}
	return t.everything()
}

func (t *tail) everything() error {
	clear(t.told)
	for _, i := range t.server.engine.Unresolved() {
		if err := t.tell(alerting.Update{Incident: i}); err != nil {
			return err
		}
	}
	return t.frames.event("ready", t.last, t.ready())
}

// known reads an id that a stream has given out.
func (t *tail) known(lastEventID string, durable int64) (id int64, ok bool) {
	id, err := strconv.ParseInt(lastEventID, 10, 64)
	return id, err == nil && 0 <= id && id <= durable
}

// missed is what changed after the id; ok is false where it is too much, or
// the journal can't be read now.
func (t *tail) missed(ctx context.Context, id int64) (_ []alerting.Update, ok bool) {
	limit := t.server.config.MaxChanges
	missed, err := t.server.engine.Since(ctx, id, limit+1)
	return missed, err == nil && len(missed) <= limit
}

// resume tells what was missed, then what is told but not yet durable. An
// incident is judged by what it is now: one that has become confidential is
// not shown to others by its past, and one that they may have been shown
// before that makes them start over.
func (t *tail) resume(missed []alerting.Update, durable int64) error {
	unresolved := t.server.engine.Unresolved()
	if t.lost(missed, unresolved) {
		t.last = durable
		return t.reset()
	}
	for _, u := range missed {
		if err := t.tell(u); err != nil {
			return err
		}
	}
	for _, i := range unresolved {
		if !t.account.MaySee(i) {
			continue
		}
		t.told[i.ID] = true // in an earlier stream
		if i.Stored {
			continue
		}
		if err := t.tell(alerting.Update{Incident: i}); err != nil {
			return err
		}
	}
	t.last = max(t.last, durable)
	return t.frames.event("ready", t.last, t.ready())
}

// lost reports whether the reader may have been shown, before this stream, an
// incident that it may not see now.
func (t *tail) lost(missed []alerting.Update, unresolved []alerting.Incident) bool {
	now := map[string]alerting.Incident{}
	for _, u := range missed {
		now[u.Incident.ID] = u.Incident
	}
	for _, i := range unresolved {
		now[i.ID] = i
	}
	for _, u := range missed {
		if t.account.MaySee(u.Incident) && !t.account.MaySee(now[u.Incident.ID]) {
			return true
		}
	}
	return false
}
