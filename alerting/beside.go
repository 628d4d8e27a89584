package alerting

import (
	"encoding/json"
	"fmt"
	"time"
)

// The events that stand beside the engine's own: other pure steps decided
// them. They change nothing of an incident but its number.
const (
	EventNotice  EventType = "notice"  // something about what parents are told
	EventCounted EventType = "counted" // something about the head count
	// EventExported says that somebody took a bundle of its evidence away.
	EventExported EventType = "exported"
)

// Besides lists the types of events that carry a Beside.
func Besides() []EventType { return []EventType{EventNotice, EventCounted, EventExported} }

// Beside is what another pure step decided about an incident. The engine
// stores it in the incident's audit chain and reads none of it.
type Beside struct {
	Of      string          `json:"of"` // whose payload it is
	Payload json.RawMessage `json:"payload,omitempty"`
	// Said is the decision in words, for the incident's timeline.
	Said Text `json:"said,omitzero"`
	// Notice is the number of the notice to parents that it lets go out; 0 for
	// none.
	Notice int `json:"notice,omitempty"`
}

// Releases reports whether a numbered notice to parents goes out with the event.
func (e Event) Releases() bool { return e.Beside != nil && e.Beside.Notice > 0 }

// MaxBeside is the longest payload, in bytes.
const MaxBeside = 128 << 10

// Addition asks for an event that stands beside the engine's own.
type Addition struct {
	ID       string // makes it idempotent where Decide says so; optional
	Incident string
	Type     EventType
	Actor    Actor
	// Decide looks at the incident as it is at that moment and at the events of
	// this type that it has, in order. It returns what to add, nil for nothing,
	// or why not. It must be pure: it runs where alarms wait behind it.
	Decide func(i Incident, earlier []Event, now time.Time) (*Beside, error)
}

// Event makes the addition's event of what was decided.
func (a Addition) Event(i Incident, b Beside, now time.Time) (Event, error) {
	if len(b.Payload) > MaxBeside {
		return Event{}, fmt.Errorf("%w: %s of %d bytes, at most %d", ErrInvalid, b.Of, len(b.Payload), MaxBeside)
	}
	return Event{
		Type: a.Type, Incident: i.ID, School: i.School, At: now, Actor: a.Actor, Command: a.ID, Beside: &b,
	}, nil
}

func besideSentence(e Event) Text {
	if e.Beside != nil && e.Beside.Said != (Text{}) {
		return e.Beside.Said
	}
	switch e.Type {
	case EventCounted:
		return Text{ZH: "清点人数", EN: "Head count"}
	case EventExported:
		return Text{ZH: "导出证据包", EN: "Evidence taken away"}
	}
	return Text{ZH: "家长通知", EN: "Notice to parents"}
}
