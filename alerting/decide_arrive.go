package alerting

import (
	"slices"
	"strings"
	"time"
)

// DispatchStage is how far the police's force is.
type DispatchStage string

// The stages of a dispatch.
const (
	ForceSent DispatchStage = "sent" // ordered out
	ForceLeft DispatchStage = "left" // on its way
)

// DispatchStages lists the stages in their order.
func DispatchStages() []DispatchStage { return []DispatchStage{ForceSent, ForceLeft} }

// Party is who arrives on site.
type Party string

// The parties. The fire service and the ambulance are stamped; no target of
// this hub's binds them.
const (
	PartySchool      Party = "school"
	PartyMutualAid   Party = "mutual-aid" // neighbouring posts and schools
	PartyPolice      Party = "police"
	PartyFireService Party = "fire-service"
	PartyAmbulance   Party = "ambulance"
)

// Parties lists every party, in the order of the 1·3·5 clock.
func Parties() []Party {
	return []Party{PartySchool, PartyMutualAid, PartyPolice, PartyFireService, PartyAmbulance}
}

// Stamp says who did something, and when.
type Stamp struct {
	By   string    `json:"by"`
	Role Role      `json:"role"`
	At   time.Time `json:"at"`
}

// Dispatch is one stage of the police's force.
type Dispatch struct {
	Stage DispatchStage `json:"stage"`
	By    string        `json:"by"`
	At    time.Time     `json:"at"`
}

// Arrival says that a party is on site, and since when.
type Arrival struct {
	Party Party     `json:"party"`
	At    time.Time `json:"at"`
	By    string    `json:"by"` // who stamped it
	// OnPost says that the party was there already: it counts as arrived at 0 s.
	OnPost bool `json:"on_post"`
}

// decideDispatch is the police's alone. Each stage is stamped once.
func decideDispatch(cur *Incident, c Command, e *Event) (bool, error) {
	switch {
	case c.Actor.Role != RoleLiaison:
		return false, refuse(ErrForbidden, "only the police dispatch their force")
	case cur.Resolved():
		return false, refuse(ErrConflict, "the incident is resolved")
	case !slices.Contains(DispatchStages(), c.Stage):
		return false, refuse(ErrInvalid, "stage: %q is none of %v", c.Stage, DispatchStages())
	}
	if slices.ContainsFunc(cur.Dispatched, func(d Dispatch) bool { return d.Stage == c.Stage }) {
		return false, nil
	}
	e.Type, e.Stage, e.Text = EventDispatched, c.Stage, ""
	return true, nil
}

// decideArrive stamps a party's arrival, once. Whoever is on site and sees it
// may stamp it; a second stamp changes nothing unless it corrects the first.
func decideArrive(cur *Incident, c Command, e *Event) (bool, error) {
	if cur.Resolved() {
		return false, refuse(ErrConflict, "the incident is resolved")
	}
	if !slices.Contains(Parties(), c.Party) {
		return false, refuse(ErrInvalid, "party: %q is none of %v", c.Party, Parties())
	}
	if c.Correct && strings.TrimSpace(c.Reason) == "" {
		return false, refuse(ErrInvalid, "reason: a correction needs one")
	}
	at, err := moment(cur, c, e.At)
	if err != nil {
		return false, err
	}
	before, known := cur.Arrival(c.Party)
	if known && (!c.Correct || (before.At.Equal(at) && before.OnPost == c.OnPost)) {
		return false, nil
	}
	e.Type, e.Text = EventArrived, ""
	e.Arrival = &Arrival{Party: c.Party, At: at, By: c.Actor.Name, OnPost: c.OnPost}
	return true, nil
}

// moment is when something happened: the command's own time, within the
// incident's.
func moment(cur *Incident, c Command, now time.Time) (time.Time, error) {
	begun := cur.BegunAt()
	switch {
	case c.OnPost:
		return begun, nil
	case c.When.IsZero():
		return now, nil
	case c.When.After(now):
		return time.Time{}, refuse(ErrInvalid, "at: %s has not come yet", c.When.UTC().Format(time.RFC3339))
	case c.When.Before(begun):
		return time.Time{}, refuse(ErrInvalid, "at: %s is before the alarm; say on_post", c.When.UTC().Format(time.RFC3339))
	}
	return c.When, nil
}

// Arrival is a party's stamp; false where there is none.
func (i Incident) Arrival(p Party) (Arrival, bool) {
	at := slices.IndexFunc(i.Arrivals, func(a Arrival) bool { return a.Party == p })
	if at < 0 {
		return Arrival{}, false
	}
	return i.Arrivals[at], true
}

// BegunAt is the moment of the first press, or of the opening: what every
// clock of the incident counts from.
func (i Incident) BegunAt() time.Time {
	begun := i.OpenedAt
	for _, p := range i.Presses {
		begun = earlier(begun, p.PressedAt)
	}
	return begun
}

// roundPressedAt is the moment of the press that began the present round, or of
// the opening.
func (i Incident) roundPressedAt() time.Time {
	for _, p := range slices.Backward(i.Presses) {
		if !p.ReceivedAt.After(i.RoundAt) {
			return p.PressedAt
		}
	}
	return i.OpenedAt
}
