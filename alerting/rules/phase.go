package rules

import "time"

// phase is how one rule stands at one gate.
type phase struct {
	pending  time.Time // since when the condition holds; zero where it does not
	raised   time.Time // zero where it is not
	unknown  time.Time // since when nobody can say whether what was raised still holds; then it is not raised
	clearing time.Time // since when it is over, while it is raised or unknown
	urgent   bool
	broken   time.Time // when it last erred; zero where it did not
}

// What becomes of a rule.
const (
	Raised  = "raised"
	Urgent  = "urgent"  // it has stood for so long
	Cleared = "cleared" // by its sensors
	Unknown = "unknown" // its sensors say nothing any more
	Broken  = "broken"  // it erred, or cost too much
	Mended  = "mended"  // it could be evaluated again
	Paused  = "paused"  // its sensor cannot be trusted
	Resumed = "resumed"
)

// stands reports whether it was raised and is not known to be over.
func (p *phase) stands() bool { return !p.raised.IsZero() || !p.unknown.IsZero() }

// lose lets an instant pass in which nobody can say whether the condition holds:
// what stood is Unknown, and what waited begins anew. What a person ends stays.
func (p *phase) lose(r *Rule, now time.Time) string {
	p.pending, p.clearing = time.Time{}, time.Time{}
	if r.ByPerson || p.raised.IsZero() {
		return ""
	}
	*p = phase{unknown: now, broken: p.broken}
	return Unknown
}

// step lets an instant pass with the condition as it is, and says what has
// changed: Raised, Urgent, Cleared or "". What was unknown, and is not over, is
// raised at once.
func (p *phase) step(r *Rule, holds, over bool, now time.Time) string {
	if !p.stands() {
		return p.wait(r, holds, now)
	}
	if !over && !p.unknown.IsZero() {
		*p = phase{raised: now}
		return Raised
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
	if p.hurries(r) && now.Sub(p.raised) >= r.UrgentAfter {
		p.urgent = true
		return Urgent
	}
	return ""
}

// hurries reports whether it becomes urgent by standing on.
func (p *phase) hurries(r *Rule) bool {
	return r.UrgentAfter > 0 && !p.urgent && !p.raised.IsZero()
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
	case !p.stands():
		return time.Time{}
	case !p.clearing.IsZero():
		return p.clearing.Add(r.ClearFor)
	case p.hurries(r):
		return p.raised.Add(r.UrgentAfter)
	}
	return time.Time{}
}
