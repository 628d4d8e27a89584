package firmware

import (
	"slices"
	"time"
)

// trail holds what a device reports and the hub gives no receipt for: readings
// and check-ins. What was sent stays until the connection has outlived it by
// hold, and is sent again where the connection broke before: the hub drops
// what it knows. Full, it drops the oldest and counts it: the newest says most.
type trail struct {
	limit   int
	hold    time.Duration
	reports []report
	dropped int
	ended   []string // ids of what has arrived or was dropped, until somebody asks
}

// report is one message to be, encoded anew with its age for each attempt.
type report struct {
	id string // of what is kept in a store
	at time.Time
	// undated: it waits until the date is known. It would say that something was
	// so at another time.
	undated bool
	wall    time.Time
	encode  func(age time.Duration) Message
	sent    time.Time // zero: not on this connection
}

// A burst of reports after an outage leaves the line free for a press.
const (
	trailBurst = 32
	trailPause = 100 * time.Millisecond
)

func (t *trail) add(r report) {
	if len(t.reports) >= t.limit {
		t.end(0)
		t.dropped++
	}
	t.reports = append(t.reports, r)
}

func (t *trail) end(i int) {
	if id := t.reports[i].id; id != "" {
		t.ended = append(t.ended, id)
	}
	t.reports = slices.Delete(t.reports, i, i+1)
}

// drop forgets a report; ok is false where it is not there any more.
func (t *trail) drop(id string) (ok bool) {
	i := slices.IndexFunc(t.reports, func(r report) bool { return r.id == id })
	if i >= 0 {
		t.reports = slices.Delete(t.reports, i, i+1)
	}
	return i >= 0
}

// date says when the undated reports were made, now that the date is known.
func (t *trail) date(now, wall time.Time) {
	for i := range t.reports {
		if r := &t.reports[i]; r.undated {
			r.at, r.undated = dated(r.at, r.wall, now, wall), false
		}
	}
}

// lost: what is not proven to have arrived goes again.
func (t *trail) lost() {
	for i := range t.reports {
		t.reports[i].sent = time.Time{}
	}
}

// due forgets what has surely arrived and takes what is to be sent now. The
// oldest goes first, so what was sent stands before what was not.
func (t *trail) due(now time.Time) []Message {
	for len(t.reports) > 0 && !t.reports[0].sent.IsZero() && !now.Before(t.reports[0].sent.Add(t.hold)) {
		t.end(0)
	}
	var out []Message
	for i := range t.reports {
		if r := &t.reports[i]; r.sent.IsZero() && !r.undated && len(out) < trailBurst {
			r.sent = now
			out = append(out, r.encode(now.Sub(r.at)))
		}
	}
	return out
}

// next is when due has something, zero if never.
func (t *trail) next(now time.Time) time.Time {
	var at time.Time
	for i, r := range t.reports {
		switch {
		case r.undated:
		case r.sent.IsZero():
			return earliest(at, now.Add(trailPause))
		case i == 0:
			at = r.sent.Add(t.hold)
		}
	}
	return at
}
