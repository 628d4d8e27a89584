package drill

import (
	"encoding/json"
	"time"

	"example.org/campushub/alerting"
)

// EventType names what happened to a drill.
type EventType string

// The events. Their order in the journal is the order in which Apply folds.
const (
	EventPlanned    EventType = "drill_planned"
	EventAccepted   EventType = "drill_accepted" // by a station
	EventCancelled  EventType = "drill_cancelled"
	EventAsked      EventType = "drill_asked"  // one of two wants it to start
	EventLapsed     EventType = "drill_lapsed" // nobody confirmed in time
	EventStarted    EventType = "drill_started"
	EventWindow     EventType = "drill_window"     // a device is told that its next press is a drill
	EventPressed    EventType = "drill_pressed"    // by a device that the drill names
	EventUnexpected EventType = "drill_unexpected" // a drill press that no plan expected: a fault to tell
	EventMarked     EventType = "drill_marked"
	EventCounted    EventType = "drill_counted"   // a head count in figures; the last one holds
	EventPreempted  EventType = "drill_preempted" // by a live press
	EventReal       EventType = "drill_real"      // a person says: not a drill
	EventStopped    EventType = "drill_stopped"
	EventReturned   EventType = "drill_returned" // a person lets a school go back
	EventNotice     EventType = "drill_notice"   // a step of a notice to a school's parents
)

// TextID names a text that an event makes due.
type TextID string

// The texts that a drill sends.
const (
	GuardsEnd   TextID = "GRD-05"
	GuardsReal  TextID = "GRD-06"
	StaffEnd    TextID = "STF-05"
	StaffReal   TextID = "STF-06"
	VoiceDrill  TextID = "VOI-03"
	VoiceReal   TextID = "VOI-04"
	PoliceFiled TextID = "POL-10"
	PoliceDrill TextID = "POL-11"
)

// notADrill is what everybody hears when it is real, and returning what they
// hear when they may go back.
func notADrill() []TextID { return []TextID{GuardsReal, StaffReal, VoiceReal} }
func returning() []TextID { return []TextID{VoiceDrill, GuardsEnd, StaffEnd} }

// Event is one change of a drill. It is what the journal stores; a zero field
// is left out.
type Event struct {
	Seq     int64          `json:"seq"`
	Type    EventType      `json:"type"`
	Drill   string         `json:"drill"`
	At      time.Time      `json:"at"`
	Actor   alerting.Actor `json:"actor"`
	Command string         `json:"command,omitempty"` // idempotency id

	Plan      *Plan     `json:"plan,omitempty"`      // planned
	Late      bool      `json:"late,omitempty"`      // planned: filed less than a working day before
	Station   string    `json:"station,omitempty"`   // accepted
	School    string    `json:"school,omitempty"`    // window, pressed, unexpected, marked, counted, preempted, real, returned
	Device    string    `json:"device,omitempty"`    // window, pressed, unexpected, preempted
	Press     string    `json:"press,omitempty"`     // pressed, unexpected, preempted
	PressedAt time.Time `json:"pressed_at,omitzero"` // pressed, unexpected, preempted
	Until     time.Time `json:"until,omitzero"`      // window
	Part      Part      `json:"part,omitempty"`      // marked
	MarkedAt  time.Time `json:"marked_at,omitzero"`  // marked: when it was so
	Count     *Count    `json:"count,omitempty"`     // counted
	Reason    string    `json:"reason,omitempty"`    // cancelled, stopped
	Texts     []TextID  `json:"texts,omitempty"`     // due because of this event, in every school that it ends in
	// Notice is what the desk of the notices decided; nobody else reads it.
	Notice json.RawMessage `json:"notice,omitempty"`
	Clear  bool            `json:"clear,omitempty"` // sirens, lights and open windows go back from drill
}
