package release

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Input is one thing that may change the notices; without a command it is the
// passing of time.
type Input struct {
	Situation Situation
	Command   *Command
}

// Times of the gate.
const (
	// ConfirmWithin is how long the first approval of a notice to several
	// schools waits for another holder's.
	ConfirmWithin = 5 * time.Minute
	// MaxDraftAge is how old a text may be when it goes out: it names the time
	// at which it was written.
	MaxDraftAge = 30 * time.Minute
)

// Step decides what an input does: the events that follow, in order, or why
// it is refused. It changes nothing; the caller stamps sequence numbers,
// makes the events durable and applies them. A notice is out only when its
// released event is durable.
func Step(s State, in Input, now time.Time) ([]Event, error) {
	now = now.UTC().Round(0)
	if in.Command == nil {
		return tick(s, in.Situation, now)
	}
	d := decision{state: s, sit: in.Situation, c: *in.Command, now: now}
	decide, ok := verbs[d.c.Verb]
	if !ok {
		return nil, refuse(alerting.ErrNotFound, "verb: no such thing is done to notices")
	}
	if err := d.may(); err != nil {
		return nil, err
	}
	if d.c.ID != "" && slices.Contains(s.Commands, d.c.ID) {
		return nil, nil
	}
	return decide(d)
}

// decision is one command about one state at one moment.
type decision struct {
	state State
	sit   Situation
	c     Command
	now   time.Time
}

var verbs = map[Verb]func(decision) ([]Event, error){
	VerbDraft:    decision.draft,
	VerbApprove:  decision.approve,
	VerbAgree:    decision.agree,
	VerbHold:     decision.hold,
	VerbContinue: decision.carryOn,
	VerbWithdraw: decision.withdraw,
	VerbRelease:  decision.release,
}

// may reports whether the person's role has anything to do with the verb:
// officers draft and hold, holders of the right approve and release, and the
// police agree and hold.
func (d decision) may() error {
	switch d.c.By.Role {
	case alerting.RoleOfficer:
		return nil
	case alerting.RoleLiaison:
		if d.c.Verb == VerbAgree || d.c.Verb == VerbHold || d.c.Verb == VerbContinue {
			return nil
		}
	}
	return refuse(alerting.ErrForbidden, "%s is not for this role", d.c.Verb)
}

func (d decision) event(t EventType) Event {
	return Event{
		Type: t, Incident: d.sit.Incident, School: d.sit.School, At: d.now,
		Actor: d.c.By.Actor, Command: d.c.ID,
	}
}

// seen is the draft that the person has before them. One that has changed
// since is another text, and wants another look.
func (d decision) seen() (Draft, error) {
	cur := d.state.Draft
	switch {
	case cur == nil:
		return Draft{}, refuse(alerting.ErrConflict, "there is no draft")
	case d.c.Hash != cur.Hash:
		return Draft{}, refuse(alerting.ErrConflict, "the draft has changed since it was seen: look again")
	case cur.Automatic():
		return Draft{}, refuse(alerting.ErrConflict, "the hub's own holding text goes out by itself: hold it, or draft one")
	}
	return *cur, nil
}

// check is what every text must pass before anybody's word is taken for it,
// and once more before it goes out.
func check(s Situation, d Draft, now time.Time) error {
	if RuleOf(s, d.Content.Text) == Never {
		return never(s)
	}
	if now.Sub(d.At) > MaxDraftAge {
		return refuse(alerting.ErrConflict, "the draft is older than %s: draft it anew", MaxDraftAge)
	}
	if err := checkCount(s, d.Content); err != nil {
		return err
	}
	return checkText(s, d, now)
}

// never says why without saying what.
func never(s Situation) error {
	if s.hidden() {
		return refuse(alerting.ErrForbidden, "a confidential matter never goes out to parents")
	}
	switch s.Stage {
	case StageAhead:
		return refuse(alerting.ErrConflict, "before a drill is over parents are sent %s alone", DrillAhead)
	case StageOver:
		return refuse(alerting.ErrConflict, "after a drill parents are sent %s alone", DrillOver)
	case StageGone:
		return refuse(alerting.ErrConflict, "the drill was called off or became real: what is real is told by its incident")
	}
	if s.Mode == devices.Drill && !s.ByHub {
		return refuse(alerting.ErrConflict, "in a drill parents are sent %s and %s alone", DrillAhead, DrillOver)
	}
	return refuse(alerting.ErrForbidden, "no broadcast for this kind: the guardians concerned are called by a person")
}

// checkCount holds back what is only true after the head count.
func checkCount(s Situation, c Content) error {
	counted := c.Text == AllSafe || reasons[c.Reason].counted
	if counted && !s.Count.allPresent() {
		return refuse(alerting.ErrConflict, "the head count is not complete with nobody missing")
	}
	return nil
}

// checkText renders the draft once more: what goes out is what was approved,
// and both are what the template says.
func checkText(s Situation, d Draft, now time.Time) error {
	again, err := rendering(s, d, now)
	if err != nil {
		return err
	}
	if d.Hash != hash(d) || !slices.Equal(again, d.Rendered) {
		return refuse(alerting.ErrConflict, "the text is no longer what its template says: draft it anew")
	}
	return nil
}

// rendering is the draft's text for each of its schools.
func rendering(s Situation, d Draft, now time.Time) ([]Rendered, error) {
	if d.Mode != s.Mode {
		return nil, refuse(alerting.ErrConflict, "mode: the draft is %s and the incident is %s", d.Mode, s.Mode)
	}
	out := make([]Rendered, 0, len(d.Schools))
	for _, id := range d.Schools {
		school, ok := s.school(id)
		if !ok {
			return nil, refuse(alerting.ErrInvalid, "schools: one of them is not known here")
		}
		if err := d.Content.checkTimes(now, school); err != nil {
			return nil, err
		}
		text, err := render(d.Content, heading{number: d.Number, at: d.Shown, mode: d.Mode, kind: s.Kind}, school)
		if err != nil {
			return nil, err
		}
		out = append(out, Rendered{School: id, Text: text})
	}
	return out, nil
}
