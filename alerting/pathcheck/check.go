package pathcheck

import (
	"time"

	"example.org/campushub/alerting"
)

// Check is one path check of one school, as far as it has come.
type Check struct {
	ID        string    `json:"id"` // the press id
	School    string    `json:"school"`
	PressedAt time.Time `json:"pressed_at"`
	// Everywhere says that paid and telephone channels were told too.
	Everywhere bool `json:"everywhere,omitempty"`

	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"` // the broker's, to the virtual device
	ReachedAt      time.Time `json:"reached_at,omitzero"`      // the engine
	StoredAt       time.Time `json:"stored_at,omitzero"`
	ProvenAt       time.Time `json:"proven_at,omitzero"` // when the way to the police was whole
	// PressFailed and StoreFailed say why a stage was not passed.
	PressFailed string `json:"press_failed,omitempty"`
	StoreFailed string `json:"store_failed,omitempty"`
	Legs        []Leg  `json:"legs"`
}

// Leg is one recipient of a check.
type Leg struct {
	alerting.LegKey
	Via        alerting.Via `json:"via"`
	HandedAt   time.Time    `json:"handed_at,omitzero"`
	ReceivedAt time.Time    `json:"received_at,omitzero"`
	Reason     string       `json:"reason,omitempty"` // why it is not handed
}

// Missing is a stage that a check has not passed.
type Missing struct {
	Stage alerting.PathStage
	Leg   alerting.LegKey // zero for the stages before the telling
	Why   string
}

// Took is the time from the press until the way was proven; 0 where it is not.
func (c Check) Took() time.Duration {
	if c.ProvenAt.IsZero() {
		return 0
	}
	return c.ProvenAt.Sub(c.PressedAt)
}

// pressed notes that the device's publish was acknowledged, or why not. The
// clock of the check begins with the publish, as a button's does: it has its
// connection already.
func (c Check) pressed(at, now time.Time, err error) Check {
	if !at.IsZero() {
		c.PressedAt = at
	}
	if err != nil {
		c.PressFailed = err.Error()
		return c
	}
	c.AcknowledgedAt = now
	return c.prove()
}

// step folds one stage. Nothing that was passed is taken back.
func (c Check) step(s alerting.PathStep) Check {
	switch s.Stage {
	case alerting.PathReached:
		c.ReachedAt = s.At
	case alerting.PathStored:
		if s.Reason != "" {
			c.StoreFailed = s.Reason
			break
		}
		c.StoredAt = s.At
	case alerting.PathHanded, alerting.PathReceived:
		c.Legs = c.told(s)
	}
	return c.prove()
}

// told gives the legs with a step of one of them; the old ones stay as they are.
func (c Check) told(s alerting.PathStep) []Leg {
	legs := make([]Leg, 0, len(c.Legs)+1)
	found := false
	for _, l := range c.Legs {
		if l.LegKey == s.Leg {
			l, found = l.step(s), true
		}
		legs = append(legs, l)
	}
	if !found {
		legs = append(legs, Leg{LegKey: s.Leg, Via: s.Via}.step(s))
	}
	return legs
}

func (l Leg) step(s alerting.PathStep) Leg {
	switch {
	case s.Reason != "":
		if l.HandedAt.IsZero() {
			l.Reason = s.Reason
		}
		return l
	case s.Stage == alerting.PathReceived && l.ReceivedAt.IsZero():
		l.ReceivedAt = s.At
	}
	if l.HandedAt.IsZero() {
		l.HandedAt = s.At
	}
	l.Reason = ""
	return l
}

// prove notes the moment from which the way to the police is whole: the button
// has its acknowledgement, the press is on the disk, and a police endpoint has
// it. With two desks one is enough; the other is said to be missing.
func (c Check) prove() Check {
	if !c.ProvenAt.IsZero() || c.AcknowledgedAt.IsZero() || c.StoredAt.IsZero() {
		return c
	}
	var first time.Time
	for _, l := range c.Legs {
		if l.Audience == alerting.Police && !l.HandedAt.IsZero() && (first.IsZero() || l.HandedAt.Before(first)) {
			first = l.HandedAt
		}
	}
	if !first.IsZero() {
		c.ProvenAt = latest(first, c.StoredAt, c.AcknowledgedAt)
	}
	return c
}

func latest(times ...time.Time) time.Time {
	var out time.Time
	for _, t := range times {
		if t.After(out) {
			out = t
		}
	}
	return out
}

// Missing lists what has not been passed, in the order of the way.
func (c Check) Missing() []Missing {
	var out []Missing
	switch {
	case c.ReachedAt.IsZero():
		return append(out, Missing{Stage: alerting.PathReached, Why: orElse(c.PressFailed, "the press has not arrived")})
	case c.StoredAt.IsZero():
		out = append(out, Missing{Stage: alerting.PathStored, Why: orElse(c.StoreFailed, "the commit has not ended")})
	case c.AcknowledgedAt.IsZero():
		out = append(out, Missing{Stage: alerting.PathPressed, Why: orElse(c.PressFailed, "the press was not acknowledged")})
	}
	police := false
	for _, l := range c.Legs {
		police = police || l.Audience == alerting.Police
		if l.HandedAt.IsZero() {
			out = append(out, Missing{Stage: alerting.PathHanded, Leg: l.LegKey, Why: orElse(l.Reason, alerting.NoAnswerYet)})
		}
	}
	if !police {
		out = append(out, Missing{Stage: alerting.PathHanded, Why: "no police terminal is configured, and no page of theirs shows it"})
	}
	return out
}

// complete reports whether nothing more can be learnt.
func (c Check) complete() bool {
	if c.AcknowledgedAt.IsZero() || c.StoredAt.IsZero() {
		return false
	}
	for _, l := range c.Legs {
		if l.ReceivedAt.IsZero() {
			return false
		}
	}
	return true
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
