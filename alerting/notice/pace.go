package notice

import (
	"context"
	"time"
)

const (
	// youngFor is how long after an alarm letters give way to it: until those
	// who are told first have read it and the first of them have answered.
	youngFor = 5 * time.Second
	// spreadOver is what letters may take beside alarms, from the release: three
	// quarters of the 60 s in which 99 % of them are to be handed, so that the
	// slower ones and the second attempts have the rest.
	spreadOver = 45 * time.Second
	// aside is how long the processors are an alarm's own from when it comes: by
	// then it is told, and as a rule stored and answered (docs/benchmarks.md).
	aside = 3 * time.Millisecond
	// gentlest is how many times the usual pace they may take at most.
	gentlest = 4
)

// gap is how long it is at now from the beginning of one letter to that of the
// next. Beside an alarm what is left is spread over the time that there is,
// and where there is none left it goes at the usual pace: parents wait for a
// responder, but not past what they were promised.
func (l *lane) gap(now time.Time) time.Duration {
	usual := l.post.cfg.Pace / time.Duration(l.post.cfg.Batch)
	if !l.post.beside(now) {
		return usual
	}
	return min(max(l.spread(now), usual), gentlest*usual)
}

// beside reports whether an alarm is young.
func (p *Post) beside(now time.Time) bool {
	latest := p.cfg.LatestAlarm()
	return !latest.IsZero() && now.Sub(latest) < youngFor
}

// stepAside has a letter that is about to begin wait until an alarm that has just
// come is told. It waits once: alarms without end hold up no letter.
func (l *lane) stepAside(ctx context.Context) {
	if latest := l.post.cfg.LatestAlarm(); !latest.IsZero() {
		pause(ctx, aside-time.Since(latest))
	}
}

func (l *lane) spread(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent.At.Add(spreadOver).Sub(now) / time.Duration(max(l.posting.Pending(), 1))
}
