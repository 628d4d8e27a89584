package release

import (
	"time"

	"example.org/campushub/alerting"
)

// EventType names what happened to the notices of an incident.
type EventType string

// The events. Their order in the journal is the order in which Apply folds.
const (
	EventDrafted   EventType = "notice_drafted"
	EventApproved  EventType = "notice_approved"
	EventAgreed    EventType = "notice_agreed" // by the lead authority
	EventHeld      EventType = "notice_held"
	EventContinued EventType = "notice_continued"
	EventLapsed    EventType = "notice_lapsed" // nobody confirmed in time: the approvals are gone
	EventWithdrawn EventType = "notice_withdrawn"
	EventReleased  EventType = "notice_released"
)

// Event is one change of an incident's notices. It is what the journal
// stores; a zero field is left out.
type Event struct {
	Seq      int64          `json:"seq"`
	Type     EventType      `json:"type"`
	Incident string         `json:"incident"`
	School   string         `json:"school"`
	At       time.Time      `json:"at"`
	Actor    alerting.Actor `json:"actor"`
	// Command is the idempotency id of the command that caused it.
	Command string `json:"command,omitempty"`

	Draft  *Draft `json:"draft,omitempty"`  // drafted
	Call   *Call  `json:"call,omitempty"`   // agreed, where it was by telephone
	Hash   string `json:"hash,omitempty"`   // approved, agreed, released: of the text that was seen
	Reason string `json:"reason,omitempty"` // held, withdrawn: for the record, never for parents
}

// Draft is a notice that is not out yet.
type Draft struct {
	Content Content `json:"content"`
	Number  int     `json:"number,omitempty"` // 0 where the text has none
	// Schools lists whose parents it goes to, sorted.
	Schools  []string       `json:"schools"`
	Rendered []Rendered     `json:"rendered"` // in the order of Schools
	Hash     string         `json:"hash"`
	Mode     alerting.Mode  `json:"mode"`
	By       alerting.Actor `json:"by"`
	At       time.Time      `json:"at"`
	// Shown is the time that the text names as its own.
	Shown time.Time `json:"shown"`
	// Due is when the hub's own holding text goes out if nobody holds it; zero
	// for a person's draft.
	Due time.Time `json:"due,omitzero"`

	Approvals []Approval `json:"approvals,omitempty"`
	Agreement *Agreement `json:"agreement,omitempty"`
}

// Replaces is the number of the notice that this one replaces, 0 for none.
func (d Draft) Replaces() int { return max(d.Number-1, 0) }

// Automatic reports whether the hub made the draft by itself.
func (d Draft) Automatic() bool { return !d.Due.IsZero() }

// Approval is a holder's word for one text.
type Approval struct {
	By alerting.Actor `json:"by"`
	At time.Time      `json:"at"`
}

// Agreement is the lead authority's word for one text: signed on the console,
// or given by telephone and written down by somebody at the school.
type Agreement struct {
	By   alerting.Actor `json:"by"`
	At   time.Time      `json:"at"`
	Call *Call          `json:"call,omitempty"`
}

// Call says which role agreed by telephone, and when.
type Call struct {
	Role PhoneRole `json:"role"`
	At   time.Time `json:"at"`
}

// Hold keeps everything back until somebody lets it go on.
type Hold struct {
	By     alerting.Actor `json:"by"`
	At     time.Time      `json:"at"`
	Reason string         `json:"reason"`
}

// Notice is what is out.
type Notice struct {
	Draft      Draft          `json:"draft"`
	ReleasedBy alerting.Actor `json:"released_by"`
	ReleasedAt time.Time      `json:"released_at"`
}
