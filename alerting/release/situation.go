package release

import (
	"time"

	"example.org/campushub/alerting"
)

// Situation is all that the gate knows of an incident, or of a drill that has
// none. Place, device, presses, notes, facts and people are not here, and so
// can reach no notice.
type Situation struct {
	Incident string // id of the incident, or of the drill
	School   string
	Kind     alerting.Kind
	Mode     alerting.Mode
	OpenedAt time.Time
	Rule     Rule // the policy's, for this kind at this school as it is known now

	// Stage is where the drill stands that it is about, if it is no incident.
	Stage Stage

	Confidential bool
	Silent       bool // the alarm must give nobody away
	Resolved     bool
	Unfounded    bool // somebody looked, and there was nothing
	ByHub        bool // raised by a sensor or a rule, and not taken up by a person

	Count   Count
	Schools []School // that a notice may name; the incident's own among them
	Auto    Automatic
}

// Stage is what parents can be told of a drill that has no incident.
type Stage string

// The stages.
const (
	StageNone  Stage = ""      // an incident's
	StageAhead Stage = "ahead" // planned, or under way
	StageOver  Stage = "over"  // and it stayed one
	StageGone  Stage = "gone"  // called off, or it became real: there is nothing to say of it
)

// fits reports whether a text can be said at the stage.
func (s Stage) fits(id TextID) bool {
	switch s {
	case StageAhead:
		return id == DrillAhead
	case StageOver:
		return id == DrillOver
	case StageGone:
		return false
	}
	return true
}

// Count is the head count in figures.
type Count struct {
	Complete bool // every expected class has reported
	Expected int
	Missing  int
}

// allPresent reports whether everybody is counted and nobody is missing. A
// count of nobody is none.
func (c Count) allPresent() bool { return c.Complete && c.Missing == 0 && c.Expected > 0 }

// Of takes of an incident what the gate may know. One that nobody pressed was
// raised by the hub, until somebody has looked and says that it is real.
func Of(i alerting.Incident, rule Rule) Situation {
	return Situation{
		Incident: i.ID, School: i.School, Kind: i.Kind, Mode: i.Mode, OpenedAt: i.OpenedAt, Rule: rule,
		Confidential: i.Confidential, Silent: i.Silent, Resolved: i.Resolved(),
		ByHub:     i.PressCount == 0 && i.Verify != alerting.VerifiedReal,
		Unfounded: i.Verify == alerting.VerifiedFalse || i.Verify == alerting.VerifiedNoFind,
	}
}

func (s Situation) hidden() bool { return s.Confidential || alerting.AlwaysConfidential(s.Kind) }

func (s Situation) school(id string) (School, bool) {
	for _, v := range s.Schools {
		if v.ID == id {
			return v, true
		}
	}
	return School{}, false
}

// Limits of the automatic holding text.
const (
	AutoNotBefore = 10 * time.Minute // after the opening
	MinCountdown  = time.Minute
	AutoNext      = 30 * time.Minute // what it promises
)

// Automatic says whether a school lets the hub send the first holding text
// when nobody else has. It is off unless a school turns it on.
type Automatic struct {
	On        bool
	After     time.Duration // from the opening; at least AutoNotBefore
	Countdown time.Duration // shown beforehand, with a way to hold it; at least MinCountdown
}

// Check reports what is wrong with the settings.
func (a Automatic) Check() error {
	switch {
	case a.On && a.After < AutoNotBefore:
		return refuse(alerting.ErrInvalid, "automatic: not before %s", AutoNotBefore)
	case a.On && (a.Countdown < MinCountdown || a.Countdown > a.After):
		return refuse(alerting.ErrInvalid, "automatic: a countdown of at least %s, and no longer than the wait", MinCountdown)
	}
	return nil
}
