package release

import (
	"time"

	"example.org/campushub/alerting"
)

// Progress is how far a fan-out got, in figures alone: it is what leaves, for
// pages, reports and metrics.
type Progress struct {
	Total  int       `json:"total"`
	Handed int       `json:"handed"`
	Failed int       `json:"failed"`
	Start  time.Time `json:"start"`
	// First and Most are when the first and 99 % were handed; zero until then.
	First time.Time `json:"first,omitzero"`
	Most  time.Time `json:"most,omitzero"`
	// Done is when every recipient had an outcome.
	Done time.Time `json:"done,omitzero"`
}

// Begin is the progress of a fan-out that starts.
func Begin(f Fanout, start time.Time) Progress {
	p := Progress{Total: f.Recipients(), Start: start}
	if p.Total == 0 {
		p.Done = start
	}
	return p
}

// Add counts outcomes. It refuses more of them than there are recipients:
// then somebody was counted twice, and the figures would lie.
func (p Progress) Add(handed, failed int, now time.Time) (Progress, error) {
	if handed < 0 || failed < 0 || handed+failed > p.Pending() {
		return p, refuse(alerting.ErrInvalid, "progress: %d handed and %d failed of %d left", handed, failed, p.Pending())
	}
	p.Handed, p.Failed = p.Handed+handed, p.Failed+failed
	if p.First.IsZero() && p.Handed > 0 {
		p.First = now
	}
	return p.reached(now), nil
}

func (p Progress) reached(now time.Time) Progress {
	if p.Most.IsZero() && p.Handed >= most(p.Total) && p.Total > 0 {
		p.Most = now
	}
	if p.Done.IsZero() && p.Pending() == 0 {
		p.Done = now
	}
	return p
}

// Withdraw takes out recipients who wait and want to be told no more: they are
// neither handed nor failed. It takes out none who has an outcome.
func (p Progress) Withdraw(n int, now time.Time) Progress {
	p.Total -= min(max(n, 0), p.Pending())
	return p.reached(now)
}

// Retried takes failed ones back among those that wait, because they are
// tried again.
func (p Progress) Retried(n int) (Progress, error) {
	if n < 0 || n > p.Failed {
		return p, refuse(alerting.ErrInvalid, "progress: %d tried again of %d failed", n, p.Failed)
	}
	p.Failed -= n
	if n > 0 {
		p.Done = time.Time{}
	}
	return p, nil
}

// Pending is how many have no outcome yet.
func (p Progress) Pending() int { return p.Total - p.Handed - p.Failed }

// LateFirst reports whether the first took, or is taking, more than 5 s.
func (p Progress) LateFirst(now time.Time) bool { return p.late(p.First, FirstWithin, now) }

// LateMost reports whether 99 % took, or is taking, more than 60 s.
func (p Progress) LateMost(now time.Time) bool { return p.late(p.Most, MostWithin, now) }

func (p Progress) late(reached time.Time, within time.Duration, now time.Time) bool {
	if p.Total == 0 {
		return false
	}
	if reached.IsZero() {
		reached = now
	}
	return reached.Sub(p.Start) > within
}
