package policy

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// The escalation of what is critical, and that of what is high: how an alarm
// escalates that was long under way.
const (
	profileCritical = "E1"
	profileHigh     = "E2"
)

// late reports whether an occasion was so long under way that it escalates as
// a high one.
func (p *schoolPolicy) late(o Occasion) bool {
	return o.Late || alerting.Plan{FreshFor: p.rules.freshFor}.LatenessOf(o.Age, false) == alerting.LateOpen
}

func (l rule) hastens() bool { return slices.Contains(l.escalation, profileCritical) }

// later is the line for an alarm that was long under way. Severity and who is
// told at first stay as they are for its profile.
func (l rule) later() rule {
	l.escalation = slices.Clone(l.escalation)
	for i, name := range l.escalation {
		if name == profileCritical {
			l.escalation[i] = profileHigh
		}
	}
	return l
}

// tardy reports how long the news was under way to its reader, where that is so
// long that it is told as late: the latest press on its way to the hub, or the
// whole incident to somebody who was out of reach.
func (f *Facts) tardy() (time.Duration, bool) {
	if f.Incident.Plan.LatenessOf(f.Held, false) == alerting.LateOpen {
		return f.Held, true
	}
	p, ok := f.lastPress()
	if !ok || p.Lateness(f.Incident.Plan) != alerting.LateOpen {
		return 0, false
	}
	return p.ReceivedAt.Sub(p.PressedAt), true
}

// heldBack reports whether it is the reader who was out of reach.
func (f *Facts) heldBack() bool {
	return f.Incident.Plan.LatenessOf(f.Held, false) == alerting.LateOpen
}
