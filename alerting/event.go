package alerting

import (
	"time"
)

// EventType names what happened to an incident.
type EventType string

// The events. Their order in the journal is the order in which Apply folds.
const (
	EventOpened          EventType = "opened"
	EventPressed         EventType = "pressed"          // a further press
	EventAcknowledged    EventType = "acknowledged"     // a person took it on
	EventNoted           EventType = "noted"            //
	EventCancelRequested EventType = "cancel_requested" // stops nothing
	EventReset           EventType = "reset"            // a person reset the latch
	EventResolved        EventType = "resolved"
	EventResumed         EventType = "resumed"     // the hub started again with this incident unresolved
	EventStuck           EventType = "stuck"       // a button repeats itself; its presses are told as a count
	EventUnstored        EventType = "unstored"    // told, but a commit had failed
	EventOverrun         EventType = "overrun"     // a budget was missed
	EventUnreached       EventType = "unreached"   // no police path has taken it
	EventEscalated       EventType = "escalated"   // nobody took it on in time: the next level is told
	EventReminded        EventType = "reminded"    // somebody took it on, and what should follow has not
	EventRenewed         EventType = "renewed"     // nor after the reminder: escalation begins again
	EventPressAgain      EventType = "press_again" // an earlier pressed_at of a known press
	EventVerified        EventType = "verified"    // somebody says what it is; not an acknowledgement
	EventClassified      EventType = "classified"  // somebody chose the kind; recipients are added
	EventDispatched      EventType = "dispatched"  // the police sent a force, or it left
	EventArrived         EventType = "arrived"     // a party is on site
	EventCalled          EventType = "called"      // a person telephoned somebody
	EventLinked          EventType = "linked"      // shown together with another incident
	EventUnlinked        EventType = "unlinked"
	EventCallBack        EventType = "call_back"     // the police heard of it only when it was closed: they call the school back
	EventReal            EventType = "declared_real" // not a drill: a live incident was opened
	EventStoodDown       EventType = "stood_down"    // the drill is over, or something real began
	EventReferred        EventType = "referred"      // a person has an audience told that the policy leaves to a person
	EventReported        EventType = "reported"      // a person reported to the education bureau
	EventRevealed        EventType = "revealed"      // a concealment was undone: it is what it was, for whoever was cut off
)

// Why a drill's incident is stood down.
const (
	StoodDownOver = "the drill is over"
	StoodDownReal = "something real began"
)

// ResumeStep is what each start of the hub adds to the number of every
// unresolved incident, so that an update told but not stored before a crash
// is never mistaken for a newer one. An incident of which nothing was stored
// begins behind what its earlier starts may have told.
const ResumeStep = 1000

// ActorHub is the actor of what the hub does by itself.
const ActorHub = "hub"

// ReasonUnseen is why the hub takes back what it said of a post: its card reader
// was lost by then, and nobody can tell.
const ReasonUnseen = "unseen"

// Actor is who did something.
type Actor struct {
	Name string `json:"name"`
	Role Role   `json:"role,omitempty"`
	// Channel is what a contact answered over, a text message or a call; "" is
	// whoever signed in.
	Channel Channel `json:"channel,omitempty"`
}

// Event is one change of one incident. It is what the journal stores and the
// audit chain hashes; a zero field is left out.
type Event struct {
	// Seq is the journal's sequence number, strictly growing over all schools;
	// it may skip.
	Seq      int64     `json:"seq"`
	Type     EventType `json:"type"`
	Incident string    `json:"incident"`
	School   string    `json:"school"`
	At       time.Time `json:"at"`
	Actor    Actor     `json:"actor"`
	// StoredAt is when the event was known to be durable; zero before, and where
	// the hub stopped before it could be written down.
	StoredAt time.Time `json:"-"`
	// Command is the idempotency id of the command that caused it.
	Command string `json:"command,omitempty"`

	Opening *Opening     `json:"opening,omitempty"` // opened
	Press   *PressRecord `json:"press,omitempty"`   // opened, pressed, press_again
	Late    bool         `json:"late,omitempty"`    // opened, pressed
	Silent  bool         `json:"silent,omitempty"`  // pressed: this press was silent
	// Quiet marks a press that is counted but not told by itself: of a stuck
	// button, or a malformed one after another.
	Quiet bool `json:"quiet,omitempty"`
	// Covered marks a press that arrived late, and that the police had taken on
	// with the others: it is told, and is no new alarm.
	Covered bool `json:"covered,omitempty"`

	// Start is the journal's count of the hub's starts: opened, resumed.
	Start int64 `json:"start,omitempty"`
	// Base is what the number of the incident skips: opened, resumed. 0 with
	// resumed is ResumeStep.
	Base int64 `json:"base,omitempty"`

	Audience Audience `json:"audience,omitempty"` // acknowledged, overrun, escalated, reminded, renewed, referred
	Level    int      `json:"level,omitempty"`    // escalated
	Number   int64    `json:"number,omitempty"`   // acknowledged: the update that was seen; escalated: the round
	// After is the time from the pressing that began the round, in nanoseconds by
	// a clock that nobody can set: acknowledged.
	After   time.Duration `json:"after,omitempty"`
	Overrun *Overrun      `json:"overrun,omitempty"` // overrun
	Reason  string        `json:"reason,omitempty"`
	Text    string        `json:"text,omitempty"`    // noted
	Outcome Outcome       `json:"outcome,omitempty"` // resolved

	Verify     Verification    `json:"verify,omitempty"`     // verified; empty leaves it
	Facts      []string        `json:"facts,omitempty"`      // verified, classified, revealed, pressed: what is new
	Withdrawn  []string        `json:"withdrawn,omitempty"`  // verified: what is so no more
	Class      *Classification `json:"class,omitempty"`      // classified, revealed; verified: where a fact changes the plan
	Stage      DispatchStage   `json:"stage,omitempty"`      // dispatched
	Arrival    *Arrival        `json:"arrival,omitempty"`    // arrived
	Call       *Call           `json:"call,omitempty"`       // called
	Other      string          `json:"other,omitempty"`      // linked, unlinked, declared_real: the other incident
	Beside     *Beside         `json:"beside,omitempty"`     // notice, counted, exported
	Referral   *Referral       `json:"referral,omitempty"`   // referred
	Submission *Submission     `json:"submission,omitempty"` // reported
}

// Opening is what an incident starts with.
type Opening struct {
	Place        Place    `json:"place"`
	Device       string   `json:"device,omitempty"`
	Kind         Kind     `json:"kind"`
	Severity     Severity `json:"severity"`
	Mode         Mode     `json:"mode"`
	Silent       bool     `json:"silent,omitempty"`
	Lead         Lead     `json:"lead"`
	Latched      bool     `json:"latched,omitempty"`
	Malformed    bool     `json:"malformed,omitempty"`
	Confidential bool     `json:"confidential,omitempty"`
	Plan         Plan     `json:"plan"`
	// Asked are the audiences that have to answer what is confidential, whoever
	// of them is named.
	Asked []Audience `json:"asked,omitempty"`
	// Facts are what was known when it opened: said by whoever raised it, or
	// found by the hub.
	Facts []string `json:"facts,omitempty"`
	// OnPost says who stood at the place: roles and numbers. Empty where nobody
	// knows.
	OnPost Text `json:"on_post,omitzero"`
	// Since is from when on it was so, of what the hub found later; zero is the
	// opening.
	Since time.Time `json:"since,omitzero"`
	// Present is how many stood at a post that is below its minimum; nil where
	// that is not what it is about, or nobody counted.
	Present *int `json:"present,omitempty"`
	// DrillOf is the drill incident that turned out to be no drill.
	DrillOf string `json:"drill_of,omitempty"`
}

// Told reports whether an event is told to recipients by itself. Notes,
// stamps and the hub's own remarks are read on the incident's page.
func (e Event) Told() bool {
	switch e.Type {
	case EventOpened, EventPressed, EventAcknowledged, EventCancelRequested, EventReset, EventResolved,
		EventVerified, EventClassified, EventRevealed:
		return !e.Quiet
	}
	return false
}

// CommitFirst reports whether an event is told only once it is durable. What
// a button says is told before its commit; what a person or a timer does
// commits first.
func (e Event) CommitFirst() bool {
	switch e.Type {
	case EventAcknowledged, EventNoted, EventCancelRequested, EventReset, EventResolved,
		EventVerified, EventClassified, EventDispatched, EventArrived, EventCalled,
		EventLinked, EventUnlinked, EventReal, EventReferred, EventRevealed, EventReported, EventStoodDown, EventOverrun, EventUnreached, EventCallBack, EventNotice, EventCounted, EventExported,
		EventEscalated, EventReminded, EventRenewed:
		return true
	}
	return false
}

// Rejectable reports whether an event is given up when its commit fails: a
// reset, a resolution, a notice to parents or the taking of evidence must be
// durable or must not have happened.
func (e Event) Rejectable() bool {
	return e.Type == EventReset || e.Type == EventResolved || e.Type == EventNotice || e.Type == EventExported
}
