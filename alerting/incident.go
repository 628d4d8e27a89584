package alerting

import (
	"slices"
	"time"
)

// ListedPresses is how many presses an incident carries in lists, streams and
// snapshots; its own page has all.
const ListedPresses = 20

// Incident is what the school and the police act on, as the API gives it.
// The engine alone applies events to it; what it publishes are copies that no
// later event touches.
type Incident struct {
	ID     string `json:"id"`
	Number int64  `json:"number"` // grows with every update, may skip
	School string `json:"school"`
	Place  Place  `json:"place"`
	Device string `json:"device"`

	Kind     Kind         `json:"kind"`
	Severity Severity     `json:"severity"`
	Mode     Mode         `json:"mode"`
	Silent   bool         `json:"silent"`
	State    State        `json:"state"`
	Lead     Lead         `json:"lead"`
	Verify   Verification `json:"verify"`
	Facts    []string     `json:"facts"`
	Links    []string     `json:"links"`

	Latched      bool `json:"latched"`
	Stored       bool `json:"stored"` // everything told so far is durable
	Late         bool `json:"late"`   // pressed during an outage, arrived after it
	Malformed    bool `json:"malformed"`
	Confidential bool `json:"confidential"`

	Presses    []PressRecord `json:"presses"`
	PressCount int           `json:"press_count"`
	OpenedAt   time.Time     `json:"opened_at"`

	Acknowledgements []Acknowledgement `json:"acknowledgements"`
	CancelRequested  *CancelRequest    `json:"cancel_requested"`
	Outcome          Outcome           `json:"outcome"`

	Deliveries []Delivery `json:"deliveries,omitempty"`
	Timeline   []Entry    `json:"timeline,omitempty"`

	// Plan is who is told, frozen when the incident opened.
	Plan Plan `json:"-"`
	// Updates counts what was told after the opening: the n of "update n".
	Updates int `json:"-"`
	// Commands holds the idempotency ids that this incident has seen.
	Commands []string `json:"-"`
	// ResolvedAt is zero while the incident is unresolved.
	ResolvedAt time.Time `json:"-"`
}

// PressRecord is one press of an incident.
type PressRecord struct {
	ID         string    `json:"id"`
	PressedAt  time.Time `json:"pressed_at"` // the earliest that the hub has heard of
	ReceivedAt time.Time `json:"received_at"`
	AgeMS      int64     `json:"age_ms"` // press to publish, milliseconds
}

// Acknowledgement says that a person took the incident on for an audience.
type Acknowledgement struct {
	Audience Audience  `json:"audience"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Number   int64     `json:"number"` // the update that the person had seen
}

// CancelRequest is a guard's wish to stand down. It stops nothing.
type CancelRequest struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// Entry is one line of an incident's timeline.
type Entry struct {
	At    time.Time `json:"at"`
	Actor string    `json:"actor"`
	Event EventType `json:"event"`
	Text  Text      `json:"text"`
}

// Resolved reports whether the incident is closed.
func (i Incident) Resolved() bool { return i.State == StateResolved }

// AcknowledgedBy reports whether somebody took the incident on for the
// audience, since the last round began.
func (i Incident) AcknowledgedBy(a Audience) bool {
	return slices.ContainsFunc(i.Acknowledgements, func(k Acknowledgement) bool { return k.Audience == a })
}

// Listed is the incident as lists, streams and snapshots carry it: without
// deliveries and timeline, and with the first presses only.
func (i Incident) Listed() Incident {
	i.Deliveries, i.Timeline = nil, nil
	if len(i.Presses) > ListedPresses {
		i.Presses = i.Presses[:ListedPresses:ListedPresses]
	}
	return i
}

// LastPress is the id of the latest press, "" where no press opened it.
func (i Incident) LastPress() string {
	if len(i.Presses) == 0 {
		return ""
	}
	return i.Presses[len(i.Presses)-1].ID
}
