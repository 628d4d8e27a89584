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

	// Asked are the audiences that have to answer it while it is confidential.
	// Where none of an audience is named, its people do, and read no more of it
	// than that takes.
	Asked []Audience `json:"asked,omitempty"`

	// OnPost says who stood at the place when it opened: roles and numbers.
	OnPost Text `json:"on_post,omitzero"`
	// Since is from when on it was so, where the hub found it later; zero is the
	// opening.
	Since time.Time `json:"-"`
	// Present is how many stood at a post below its minimum when it opened; nil
	// where nobody counted.
	Present *int `json:"-"`

	Presses    []PressRecord `json:"presses"`
	PressCount int           `json:"press_count"`
	OpenedAt   time.Time     `json:"opened_at"`

	Acknowledgements []Acknowledgement `json:"acknowledgements"`
	CancelRequested  *CancelRequest    `json:"cancel_requested"`
	Outcome          Outcome           `json:"outcome"`

	Verified   *Stamp     `json:"verified"` // who verified it last; nil while nobody has
	Dispatched []Dispatch `json:"dispatched"`
	Arrivals   []Arrival  `json:"arrivals"`
	Calls      []Call     `json:"calls"`
	// Referred are the audiences that a person had told.
	Referred []Referred `json:"referred,omitempty"`
	// Reports are those to the education bureau that people have stamped.
	Reports []Submission `json:"reports,omitempty"`
	// CallBack says that the police heard of it only when it was closed, and have
	// not called the school back since.
	CallBack bool `json:"call_back,omitempty"`
	// DrillOf is the drill incident that somebody declared to be no drill.
	DrillOf string `json:"drill_of,omitempty"`

	// Overruns are the hard limits within which an audience was not reached: the
	// latest of each audience.
	Overruns []Overrun `json:"overruns,omitempty"`

	// Escalation says for whom the clock still runs, and what comes next. It is
	// computed where an incident is shown.
	Escalation []Escalation `json:"escalation,omitempty"`
	Deliveries []Delivery   `json:"deliveries,omitempty"`
	Timeline   []Entry      `json:"timeline,omitempty"`

	// Plan is who is told, frozen when the incident opened; to classify adds
	// legs. Those that a concealment took out stand in Hushed.
	Plan Plan `json:"-"`
	// Hushed are the legs that were in the plan when the incident became
	// confidential and may not be told of it any more.
	Hushed []Leg `json:"-"`
	// Concealed is what it was before somebody made it confidential; nil where it
	// is not, or was from the beginning.
	Concealed *Concealment `json:"-"`
	// Revealed are the rounds of those who were cut off by a concealment that was
	// undone.
	Revealed []Renewal `json:"-"`
	// Exposed are the legs that an open kind added to a confidential incident.
	Exposed []LegKey `json:"-"`
	// AddedAt is when a leg that the opening did not have was added.
	AddedAt map[LegKey]time.Time `json:"-"`
	// Unlinked are the incidents that a person took away from this one.
	Unlinked []string `json:"-"`
	// StoodDown says that the drill of this incident is over, or that something
	// real began at its school: nobody is told any further level of it.
	StoodDown bool `json:"-"`
	// Real is the live incident that was opened because this is no drill; the
	// latest one.
	Real string `json:"-"`
	// Notice is the number of the latest notice to parents that went out with it; 0
	// while none has.
	Notice int `json:"-"`
	// Updates counts what was told after the opening: the n of "update n".
	Updates int `json:"-"`
	// Round is the number with which the present round began: the opening's, or
	// that of the latest press on a critical incident.
	Round int64 `json:"-"`
	// RoundAt is when the present round began, Rounds how many have begun.
	RoundAt time.Time `json:"-"`
	Rounds  int       `json:"-"`
	// Escalated is the last level that each audience was told, of any round.
	Escalated []Escalation `json:"-"`
	// Reminded and Renewed are what followed when somebody took the incident on
	// and went no further.
	Reminded []Reminded `json:"-"`
	Renewed  []Renewal  `json:"-"`
	// Stuck says that the button repeats itself: since then its presses are
	// told as a count, until one is told by itself again.
	Stuck bool `json:"-"`
	// Commands holds the idempotency ids that this incident has seen.
	Commands []string `json:"-"`
	// Start is the hub's start under which the incident opened or went on last.
	Start int64 `json:"-"`
	// Ahead is by how much the hub's clock was set back at least since the
	// incident opened: its own time, which never goes back, is that much later.
	Ahead time.Duration `json:"-"`
	// LastAt is when the latest event was, in the incident's own time.
	LastAt time.Time `json:"-"`
	// ResolvedAt is zero while the incident is unresolved.
	ResolvedAt time.Time `json:"-"`
}

// PressRecord is one press of an incident.
type PressRecord struct {
	ID         string    `json:"id"`
	PressedAt  time.Time `json:"pressed_at"` // the earliest that the hub has heard of
	ReceivedAt time.Time `json:"received_at"`
	AgeMS      int64     `json:"age_ms"` // press to publish, milliseconds
	// Mistyped names the fields that the device sent and the hub could not read;
	// they took their defaults.
	Mistyped []string `json:"mistyped,omitempty"`
	// StoredAt is when the press was known to be durable, on the incident's own
	// page; nil before.
	StoredAt *time.Time `json:"stored_at,omitempty"`
}

// Acknowledgement says that a person took the incident on for an audience.
type Acknowledgement struct {
	Audience Audience  `json:"audience"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Number   int64     `json:"number"` // the update that the person had seen
	// After is the time from the pressing that began the round; 0 in lists, and
	// where an earlier release wrote it.
	After time.Duration `json:"-"`
}

// CancelRequest is a guard's wish to stand down. It stops nothing.
type CancelRequest struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// Entry is one line of an incident's timeline.
type Entry struct {
	Seq   int64     `json:"-"` // the event's in the journal; 0 where it is not durable yet
	At    time.Time `json:"at"`
	Actor string    `json:"actor"`
	Event EventType `json:"event"`
	Text  Text      `json:"text"`
	// Bare is Text without the facts, for whoever need not know them.
	Bare Text `json:"-"`
	// Said are the facts that its actor said with it.
	Said []string `json:"-"`
	// Confided says that it happened while the incident was confidential: also
	// once it is so no more, it is for whoever may read confidential ones.
	Confided bool `json:"-"`
}

// Resolved reports whether the incident is closed.
func (i Incident) Resolved() bool { return i.State == StateResolved }

// AcknowledgedBy reports whether somebody took the incident on for the
// audience, since the audience's last round began.
func (i Incident) AcknowledgedBy(a Audience) bool {
	return i.acknowledged(a, i.RoundOf(a))
}

// acknowledged reports whether somebody took the incident on for the audience
// who had seen the update, or a later one.
func (i Incident) acknowledged(a Audience, update int64) bool {
	return slices.ContainsFunc(i.Acknowledgements, func(k Acknowledgement) bool {
		return k.Audience == a && k.Number >= update
	})
}

// Listed is the incident as lists, streams and snapshots carry it: without
// deliveries and timeline, and with the first presses only. The copy's slices
// have no room behind their end: whoever appends to one gets an array of its
// own, and not the engine's.
func (i Incident) Listed() Incident {
	i.Deliveries, i.Timeline = nil, nil
	i.Presses = slices.Clip(i.Presses[:min(len(i.Presses), ListedPresses)])
	i.Acknowledgements = slices.Clip(i.Acknowledgements)
	i.Commands = slices.Clip(i.Commands)
	i.Facts, i.Links, i.Unlinked = slices.Clip(i.Facts), slices.Clip(i.Links), slices.Clip(i.Unlinked)
	i.Dispatched, i.Arrivals, i.Calls = slices.Clip(i.Dispatched), slices.Clip(i.Arrivals), slices.Clip(i.Calls)
	i.Referred, i.Revealed, i.Reports = slices.Clip(i.Referred), slices.Clip(i.Revealed), slices.Clip(i.Reports)
	i.Plan.Legs, i.Hushed = slices.Clip(i.Plan.Legs), slices.Clip(i.Hushed)
	i.Overruns = slices.Clip(i.Overruns)
	i.Escalation = i.Escalations()
	return i
}

// AsksFor reports whether an audience has to answer a confidential incident.
func (i Incident) AsksFor(a Audience) bool { return slices.Contains(i.Asked, a) }

// NoteStored puts into the ledger when an event's press was durable. The
// presses must be the caller's own.
func (i *Incident) NoteStored(e Event) {
	if e.Press == nil || e.Type == EventPressAgain || e.StoredAt.IsZero() {
		return
	}
	at := slices.IndexFunc(i.Presses, func(p PressRecord) bool { return p.ID == e.Press.ID })
	if at >= 0 {
		i.Presses[at].StoredAt = &e.StoredAt
	}
}

// LastPress is the id of the latest press, "" where no press opened it.
func (i Incident) LastPress() string {
	if len(i.Presses) == 0 {
		return ""
	}
	return i.Presses[len(i.Presses)-1].ID
}
