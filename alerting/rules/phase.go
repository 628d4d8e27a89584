package rules

import "time"

// phase is how one rule stands at one gate.
type phase struct {
	pending  time.Time // since when the condition holds; zero where it does not
	raised   time.Time // zero where it is not
	clearing time.Time // since when it is over, while it is raised
	urgent   bool
	broken   time.Time // when it last erred; zero where it did not
}

// What becomes of a rule.
const (
	Raised  = "raised"
	Urgent  = "urgent"  // it has stood for so long
	Cleared = "cleared" // by its sensors
	Broken  = "broken"  // it erred, or cost too much
	Mended  = "mended"  // it could be evaluated again
	Paused  = "paused"  // its sensor cannot be trusted
	Resumed = "resumed"
)

// step lets an instant pass with the condition as it is, and says what has
// changed: Raised, Urgent, Cleared or "".
func (p *phase) step(r *Rule, holds, over bool, now time.Time) string {
	if p.raised.IsZero() {
		return p.wait(r, holds, now)
	}
	if r.ByPerson {
		if !holds { // it may be raised anew; what was raised is for a person to close
			*p = phase{}
		}
		return ""
	}
	switch {
	case !over:
		p.clearing = time.Time{}
	case p.clearing.IsZero():
		p.clearing = now
	}
	if over && now.Sub(p.clearing) >= r.ClearFor {
		*p = phase{}
		return Cleared
	}
	if r.UrgentAfter > 0 && !p.urgent && now.Sub(p.raised) >= r.UrgentAfter {
		p.urgent = true
		return Urgent
	}
	return ""
}

func (p *phase) wait(r *Rule, holds bool, now time.Time) string {
	switch {
	case !holds:
		p.pending = time.Time{}
		return ""
	case p.pending.IsZero():
		p.pending = now
	}
	if now.Sub(p.pending) < r.For {
		return ""
	}
	p.pending, p.raised = time.Time{}, now
	return Raised
}

// due is when the phase changes by itself if its condition stays as it is;
// zero where it does not.
func (p *phase) due(r *Rule) time.Time {
	switch {
	case !p.broken.IsZero():
		return p.broken.Add(retryAfter)
	case !p.pending.IsZero():
		return p.pending.Add(r.For)
	case p.raised.IsZero():
		return time.Time{}
	case !p.clearing.IsZero():
		return p.clearing.Add(r.ClearFor)
	case r.UrgentAfter > 0 && !p.urgent:
		return p.raised.Add(r.UrgentAfter)
	}
	return time.Time{}
}
