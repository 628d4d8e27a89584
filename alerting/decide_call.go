package alerting

import (
	"slices"
	"time"
)

// Callee is whom a person telephoned, or told in another way.
type Callee string

// The callees: the four emergency numbers, the school, which the police call
// back, a guardian of a pupil concerned, who is never named, and those to whom
// the school passes on what the hub cannot tell them.
const (
	CallPolice    Callee = "110"
	CallFire      Callee = "119"
	CallAmbulance Callee = "120"
	CallTraffic   Callee = "122"
	CallSchool    Callee = "school"
	CallGuardian  Callee = "guardian"
	CallGuards    Callee = Callee(Guards)
	CallStaff     Callee = Callee(Staff)
	CallDistrict  Callee = Callee(District)
)

// Callees lists every callee.
func Callees() []Callee {
	return []Callee{CallPolice, CallFire, CallAmbulance, CallTraffic, CallSchool, CallGuardian, CallGuards, CallStaff, CallDistrict}
}

// MaxCalls bounds the stamped calls of one incident; further ones are refused.
const MaxCalls = 500

// Call is the stamp of a telephone call: no text is kept of it.
type Call struct {
	To      Callee    `json:"to"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Role    Role      `json:"role"`
	Reached bool      `json:"reached"`
}

// decideCall stamps a call, also after the incident was closed: guardians are
// called then too.
func decideCall(cur *Incident, c Command, e *Event) (bool, error) {
	switch {
	case !slices.Contains(Callees(), c.To):
		return false, refuse(ErrInvalid, "to: %q is none of %v", c.To, Callees())
	case c.Text != "" || c.Reason != "":
		return false, refuse(ErrInvalid, "text: of a call nothing is kept but whom, when and whether they were reached")
	case len(cur.Calls) >= MaxCalls:
		return false, refuse(ErrConflict, "%d calls are stamped already", MaxCalls)
	}
	at, err := moment(cur, Command{When: c.When}, e.At)
	if err != nil {
		return false, err
	}
	e.Type = EventCalled
	e.Call = &Call{To: c.To, At: at, By: c.Actor.Name, Role: c.Actor.Role, Reached: c.Reached}
	return true, nil
}
