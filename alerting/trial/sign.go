package trial

import (
	"time"

	"example.org/campushub/alerting"
)

// Source is what went over a way.
type Source string

// The sources.
const (
	ByTest     Source = "test"
	ByCheck    Source = "check"    // a path check
	ByDelivery Source = "delivery" // an alarm, or a drill's
)

// Sign is what is known of one way: when it last worked, and when it last did
// not. What is not known is zero.
type Sign struct {
	Leg alerting.LegKey `json:"leg"`

	WorkedAt time.Time              `json:"worked_at,omitzero"`
	Reached  alerting.DeliveryState `json:"reached,omitempty"` // how far that got: handed, received or read
	WorkedBy Source                 `json:"worked_by,omitempty"`

	FailedAt time.Time `json:"failed_at,omitzero"`
	FailedBy Source    `json:"failed_by,omitempty"`
	Why      string    `json:"why,omitempty"`
}

// Works reports whether the latest that went over the way got through.
func (s Sign) Works() bool { return !s.WorkedAt.IsZero() && !s.FailedAt.After(s.WorkedAt) }

// Fails reports whether the latest did not.
func (s Sign) Fails() bool { return s.FailedAt.After(s.WorkedAt) }

// Latest takes, of two ways, what was known last of either.
func (s Sign) Latest(o Sign) Sign {
	if o.WorkedAt.After(s.WorkedAt) {
		s.WorkedAt, s.Reached, s.WorkedBy = o.WorkedAt, o.Reached, o.WorkedBy
	}
	if o.FailedAt.After(s.FailedAt) {
		s.FailedAt, s.FailedBy, s.Why = o.FailedAt, o.FailedBy, o.Why
	}
	return s
}

// after is the sign once more is known. News of something that began earlier
// than what is known already is let go.
func (s Sign) after(n news) Sign {
	worked := rank[n.state] >= rank[alerting.Handed]
	switch {
	case worked && (n.at.After(s.WorkedAt) || n.at.Equal(s.WorkedAt)):
		s.WorkedAt, s.Reached, s.WorkedBy = n.at, n.state, n.by
	case n.state == alerting.Failed && n.at.After(s.FailedAt):
		s.FailedAt, s.FailedBy, s.Why = n.at, n.by, n.why
	}
	return s
}

// news is that something went over a way, or did not.
type news struct {
	leg   alerting.LegKey
	state alerting.DeliveryState
	at    time.Time
	by    Source
	why   string
}
