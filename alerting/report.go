package alerting

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// Report is a person's own alarm: their phone as a button.
type Report struct {
	// ID is the UUID that the phone drew; the same id twice is the same alarm.
	ID     string
	School string
	Place  Place
	Kind   Kind
	Mode   Mode // live or test
	Silent bool
	Facts  []string // what is known already; of the closed list
	By     Actor
	// Asked says that the hub asked whether all is well, and that this is the
	// answer: whoever stands at a post may give it.
	Asked bool
	// At is when the hub had read the request.
	At time.Time
}

// Incident is the id of the incident that the report opens. It is derived from
// the school, the report and whose it is, so that a repeat is the same one.
func (r Report) Incident() string {
	return RaisedIncidentID(r.School, r.ID, r.By.Name, time.Time{})
}

// MayRaise reports whether a role raises incidents by hand. Volunteers and
// staff have the buttons on the wall; the police are told, they tell nobody.
func (r Role) MayRaise() bool { return r == RoleGuard || r == RoleOfficer }

// Check refuses what is no alarm of a person. It does not know the school and
// its places.
func (r Report) Check() error {
	switch {
	case !r.Asked && !r.By.Role.MayRaise():
		return refuse(ErrForbidden, "%s raises no incidents by hand", r.By.Role)
	case r.ID == "":
		return refuse(ErrInvalid, "id: an alarm needs one, so that it can be sent again")
	case !slices.Contains(Kinds(), r.Kind):
		return refuse(ErrInvalid, "kind: %q is none of %v", r.Kind, Kinds())
	case r.Mode == devices.Drill:
		return refuse(ErrInvalid, "mode: a drill is raised by a running drill alone")
	case r.Mode != devices.Live && r.Mode != devices.Test:
		return refuse(ErrInvalid, "mode: %q is neither live nor test", r.Mode)
	}
	return checkFacts(r.Facts)
}

// report opens an incident for a person's alarm. There is no button that could
// be latched; a repeat changes nothing.
func report(cur *Incident, r Report, o Opening, now time.Time) ([]Event, error) {
	if err := r.Check(); err != nil || cur != nil {
		return nil, err
	}
	o.Place, o.Device, o.Mode, o.Silent, o.Latched, o.Malformed = r.Place, "", r.Mode, r.Silent, false, false
	o.Facts = withFacts(nil, r.Facts, nil)
	return []Event{{
		Type: EventOpened, Incident: r.Incident(), School: r.School, At: now, Actor: r.By, Opening: &o,
		Press: &PressRecord{ID: r.ID, PressedAt: r.At, ReceivedAt: r.At},
	}}, nil
}
