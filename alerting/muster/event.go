package muster

import (
	"time"

	"example.org/campushub/alerting"
)

// EventType names what happened to a head count.
type EventType string

// The events. Their order in the journal is the order in which Apply folds.
const (
	EventStarted  EventType = "muster_started"
	EventReported EventType = "muster_reported" // a class's first figures, or others than before
	EventAsked    EventType = "muster_asked"    // the hub has asked staff for their figures
)

// Event is one change of a head count. It is what the journal stores; a zero
// field is left out.
type Event struct {
	Seq     int64          `json:"seq"`
	Type    EventType      `json:"type"`
	Muster  string         `json:"muster"` // id of the incident or drill that it is for
	School  string         `json:"school"`
	At      time.Time      `json:"at"`
	Actor   alerting.Actor `json:"actor"`
	Command string         `json:"command,omitempty"` // idempotency id

	Classes []Class  `json:"classes,omitempty"` // started
	Class   string   `json:"class,omitempty"`   // reported
	Figures *Figures `json:"figures,omitempty"` // reported
	Asked   *Asked   `json:"asked,omitempty"`   // asked
}

// Asked is one time that staff were asked for the figures of their classes, in
// numbers alone.
type Asked struct {
	At     time.Time `json:"at"` // when it began
	People int       `json:"people"`
	// Unreached are those of them whom no way took the question for.
	Unreached int `json:"unreached"`
}

// Class is one class and how many its roll expects today.
type Class struct {
	ID   string `json:"id"`
	Roll int    `json:"roll"`
}

// Figures are what a teacher counts: expected is present and missing together.
type Figures struct {
	Expected int `json:"expected"`
	Present  int `json:"present"`
	Missing  int `json:"missing"`
	// Reason is why fewer are expected than the roll has; "" where as many are.
	Reason Reason `json:"reason,omitempty"`
}

// Report is one class's figures at one moment.
type Report struct {
	Figures
	By alerting.Actor `json:"by"`
	At time.Time      `json:"at"`
}
