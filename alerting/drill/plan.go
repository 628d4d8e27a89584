package drill

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Bounds of a plan.
const (
	MaxFor     = time.Hour // of a drill and of a device's window, as on the wire
	MinFor     = time.Minute
	DefaultFor = 5 * time.Minute // of a window
	MaxSchools = 64
	MaxWindows = 200
	MaxFiled   = 16
	MaxStoreys = 60
)

// Around the planned time in which a drill may start: stations accepted this
// time and no other.
const (
	StartBefore = 15 * time.Minute
	StartAfter  = time.Hour
)

// Plan is what is practised, where, when and by whom.
type Plan struct {
	ID      string        `json:"id"`
	Kind    alerting.Kind `json:"kind"` // what is practised
	At      time.Time     `json:"at"`   // planned start
	ForS    int           `json:"for_s"`
	Schools []Site        `json:"schools"`
	Windows []Window      `json:"windows,omitempty"`
	Parts   []Part        `json:"parts"` // what is measured: whoever is not here takes no part
	// Filed lists the stations that were asked to accept the drill. Those that
	// do are told of it, marked as a drill; nobody else at the police is.
	Filed []string `json:"filed,omitempty"`
}

// Site is one school of a drill and its own targets.
type Site struct {
	ID          string  `json:"id"`
	Storeys     int     `json:"storeys,omitempty"`      // of its highest building
	EvacuationS int     `json:"evacuation_s,omitempty"` // set by a school with more than four storeys; 0 is not set
	Profile     Profile `json:"profile,omitempty"`      // "" is urban
	PoliceS     int     `json:"police_s,omitempty"`     // agreed between a rural school and its station; 0 is not agreed
	Own         Own     `json:"own,omitzero"`
}

// Own are the targets of a school's policy when the drill was planned, in
// seconds; 0 is the built-in one.
type Own struct {
	Unit           int `json:"unit,omitempty"`
	MutualAid      int `json:"mutual_aid,omitempty"`
	Evacuation     int `json:"evacuation,omitempty"`      // up to four storeys
	EvacuationHigh int `json:"evacuation_high,omitempty"` // above, where the plan says nothing
	HeadCount      int `json:"head_count,omitempty"`
	Police         int `json:"police,omitempty"` // the mark of the school's 1·3·5 clock
}

// Window is when a button's next press is part of the drill.
type Window struct {
	School string       `json:"school"`
	Device string       `json:"device"`
	Kind   devices.Kind `json:"kind"`            // a button: a fire panel is always live
	AfterS int          `json:"after_s"`         // from the start of the drill
	ForS   int          `json:"for_s,omitempty"` // 0 is DefaultFor
}

// length is how long the window stays open.
func (w Window) length() time.Duration {
	if w.ForS == 0 {
		return DefaultFor
	}
	return seconds(w.ForS)
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

func refuse(kind error, format string, args ...any) error {
	return fmt.Errorf("%w: %s", kind, fmt.Sprintf(format, args...))
}

// ids lists the drill's schools.
func (p Plan) ids() []string {
	out := make([]string, 0, len(p.Schools))
	for _, s := range p.Schools {
		out = append(out, s.ID)
	}
	return out
}

func (p Plan) site(id string) (Site, bool) {
	i := slices.IndexFunc(p.Schools, func(s Site) bool { return s.ID == id })
	if i < 0 {
		return Site{}, false
	}
	return p.Schools[i], true
}

// Check reports the first thing that is wrong with a plan.
func (p Plan) Check() error {
	switch {
	case !devices.ValidName(p.ID):
		return refuse(alerting.ErrInvalid, "id: of a-z, 0-9 and -")
	case p.Kind == "" || p.At.IsZero():
		return refuse(alerting.ErrInvalid, "plan: says what is practised, and when")
	case seconds(p.ForS) < MinFor || seconds(p.ForS) > MaxFor:
		return refuse(alerting.ErrInvalid, "for_s: %.0f to %.0f", MinFor.Seconds(), MaxFor.Seconds())
	case len(p.Schools) == 0 || len(p.Schools) > MaxSchools:
		return refuse(alerting.ErrInvalid, "schools: 1 to %d", MaxSchools)
	case len(p.Windows) > MaxWindows:
		return refuse(alerting.ErrInvalid, "windows: at most %d", MaxWindows)
	case len(p.Filed) > MaxFiled:
		return refuse(alerting.ErrInvalid, "filed: at most %d stations", MaxFiled)
	}
	if err := p.checkParts(); err != nil {
		return err
	}
	if err := p.checkSites(); err != nil {
		return err
	}
	return p.checkWindows()
}

func (p Plan) checkParts() error {
	for i, part := range p.Parts {
		if !slices.Contains(Parts(), part) || slices.Contains(p.Parts[:i], part) {
			return refuse(alerting.ErrInvalid, "parts[%d]: unknown, or named twice", i)
		}
	}
	if p.takesPart(Police) && len(p.Filed) == 0 {
		return refuse(alerting.ErrInvalid, "parts: the police take part only in a drill that is filed with them")
	}
	return nil
}

func (p Plan) checkSites() error {
	for i, s := range p.Schools {
		switch {
		case !devices.ValidSchool(s.ID) || slices.Contains(p.ids()[:i], s.ID):
			return refuse(alerting.ErrInvalid, "schools[%d]: no school's id, or named twice", i)
		case s.Storeys < 0 || s.Storeys > MaxStoreys || (s.Storeys == 0 && p.takesPart(Evacuated)):
			return refuse(alerting.ErrInvalid, "schools[%d]: storeys: 1 to %d, for the evacuation's target", i, MaxStoreys)
		case s.EvacuationS != 0 && (s.EvacuationS < 60 || s.EvacuationS > 900):
			return refuse(alerting.ErrInvalid, "schools[%d]: evacuation_s: 60 to 900", i)
		case s.PoliceS != 0 && (s.PoliceS < 60 || s.PoliceS > 3600):
			return refuse(alerting.ErrInvalid, "schools[%d]: police_s: 60 to 3600", i)
		case s.Profile != "" && !slices.Contains(Profiles(), s.Profile):
			return refuse(alerting.ErrInvalid, "schools[%d]: profile: none of %v", i, Profiles())
		}
	}
	return nil
}

func (p Plan) checkWindows() error {
	for i, w := range p.Windows {
		_, known := p.site(w.School)
		switch {
		case !known || !devices.ValidName(w.Device):
			return refuse(alerting.ErrInvalid, "windows[%d]: no device of the drill's schools", i)
		case w.Kind != devices.KindButton:
			return refuse(alerting.ErrInvalid, "windows[%d]: only a button takes part: anything else is always live", i)
		case w.AfterS < 0 || w.AfterS >= p.ForS:
			return refuse(alerting.ErrInvalid, "windows[%d]: after_s: begins within the drill", i)
		case w.ForS < 0 || seconds(w.ForS) > MaxFor:
			return refuse(alerting.ErrInvalid, "windows[%d]: for_s: at most %.0f", i, MaxFor.Seconds())
		case slices.ContainsFunc(p.Windows[:i], func(o Window) bool { return o.School == w.School && o.Device == w.Device }):
			return refuse(alerting.ErrInvalid, "windows[%d]: a device has one window", i)
		}
	}
	return nil
}
