package firmware

import "time"

// trail holds what a device reports and the hub gives no receipt for: readings
// and check-ins. What was sent stays until the connection has outlived it by
// hold, and is sent again where the connection broke before: the hub drops
// what it knows. Full, it drops the oldest and counts it: the newest says most.
type trail struct {
	limit   int
	hold    time.Duration
	reports []report
	dropped int
}

// report is one message to be, encoded anew with its age for each attempt.
type report struct {
	at     time.Time
	encode func(age time.Duration) Message
	sent   time.Time // zero: not on this connection
}

// A burst of reports after an outage leaves the line free for a press.
const (
	trailBurst = 32
	trailPause = 100 * time.Millisecond
)

func (t *trail) add(at time.Time, encode func(age time.Duration) Message) {
	if len(t.reports) >= t.limit {
		t.reports = t.reports[1:]
		t.dropped++
	}
	t.reports = append(t.reports, report{at: at, encode: encode})
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
		t.reports = t.reports[1:]
	}
	var out []Message
	for i := range t.reports {
		if r := &t.reports[i]; r.sent.IsZero() && len(out) < trailBurst {
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
		case r.sent.IsZero():
			return earliest(at, now.Add(trailPause))
		case i == 0:
			at = r.sent.Add(t.hold)
		}
	}
	return at
}
