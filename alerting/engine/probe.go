package engine

import (
	"errors"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// probeLimit is how long a channel that is no terminal may take to tell of a
// path check: a telephone call is no matter of seconds.
const probeLimit = 60 * time.Second

// Paths follows the path checks. Neither method may block.
type Paths interface {
	// Everywhere reports whether this check goes to what may cost money too.
	Everywhere(check string) bool
	// Step hears of each stage.
	Step(s alerting.PathStep)
}

// probes are the path checks whose deliveries are still heard of: the latest of
// each school.
type probes struct {
	paths Paths
	legs  map[string]probeLeg // by delivery
	of    map[string][]string // deliveries by school
}

// probeLeg is one delivery of a path check.
type probeLeg struct {
	step      alerting.PathStep
	recipient alerting.LegKey
}

// FollowPaths puts in place who hears of path checks. It is called once,
// before Run; without it a check is refused.
func (e *Engine) FollowPaths(p Paths) {
	e.probes = probes{paths: p, legs: map[string]probeLeg{}, of: map[string][]string{}}
}

var errNobodyFollows = errors.New("nobody follows path checks")

// Probe takes the press of a path check in, through the same inbox as every
// alarm, and returns when it is durable. It opens and latches nothing and
// stands in no list: it is told and stored, and its stages are reported.
func (e *Engine) Probe(p devices.Press) error {
	if e.probes.paths == nil {
		return errNobodyFollows
	}
	return e.takeIn(alarm{press: p, done: make(chan error, 1), probe: true})
}

// probe tells first and stores in parallel, like a press.
func (e *Engine) probe(a alarm, now time.Time) {
	p := a.press
	step := alerting.PathStep{School: p.From.School, Check: p.ID, Stage: alerting.PathReached, At: now}
	e.probes.paths.Step(step)
	dir := e.deps.People()
	e.forgetProbe(p.From.School)
	for _, leg := range policy.PathCheckLegs(dir, p.From.School, e.probes.paths.Everywhere(p.ID)) {
		e.tellProbe(p, dir, leg, step)
	}
	err := e.deps.Journal.Append(journal.Entry{
		Probe: &journal.Probe{School: p.From.School, ID: p.ID, At: now},
		Done: func(o journal.Outcome) {
			e.tasks.force(func(now time.Time) { e.probeCommitted(a, step, o, now) }) // bounded by the journal's own queue
		},
	})
	if err != nil {
		e.probeStored(a, step, err.Error(), now)
	}
}

// tellProbe tells one recipient, and says first that it has to be heard of.
func (e *Engine) tellProbe(p devices.Press, dir *people.Directory, leg alerting.Leg, step alerting.PathStep) {
	m := probeMessage(p, schoolOf(dir, p.From.School), leg)
	step.Stage, step.Leg, step.Via, step.Reason = alerting.PathHanded, leg.Key(), leg.Via, alerting.NoAnswerYet
	e.probes.legs[m.Delivery] = probeLeg{step: step, recipient: leg.Key()}
	e.probes.of[p.From.School] = append(e.probes.of[p.From.School], m.Delivery)
	e.probes.paths.Step(step)
	e.deps.Sinks.Tell(m)
}

// probeMessage is what a recipient is told. Every check of a school is an
// update of the same thing, which is over: a terminal that waits for room gets
// the latest alone, and one that lists what is open has nothing to list.
func probeMessage(p devices.Press, s people.School, leg alerting.Leg) deliver.Message {
	limit := probeLimit
	if leg.Channel == alerting.ChannelMQTT {
		limit = CommitLimit
	}
	id := alerting.IncidentID(p.From, string(alerting.KindPathCheck))
	return deliver.Message{
		Delivery: alerting.DeliveryID(id, p.ID, leg.Key()), Incident: id, Number: p.ReceivedAt.UnixMilli(),
		Audience: leg.Audience, Recipient: leg.Recipient, Channel: leg.Channel,
		Press: p.ID, School: alerting.Place{ID: s.ID, Name: s.Name},
		Place:  alerting.Place{ID: alerting.PathCheckDevice, Name: alerting.Text{ZH: "报警通路自检", EN: "Path check"}},
		Device: p.From.Device, Kind: alerting.KindPathCheck, Severity: alerting.Low, Mode: devices.Test,
		State: alerting.StateResolved, PressedAt: p.PressedAt(), Age: p.Age,
		Text: policy.PathCheckText(s), Deadline: p.ReceivedAt.Add(limit),
	}
}

// probeCommitted hears how the check's own row fared.
func (e *Engine) probeCommitted(a alarm, step alerting.PathStep, o journal.Outcome, now time.Time) {
	reason := ""
	if o != journal.Stored {
		reason = "the disk does not take it"
	}
	e.probeStored(a, step, reason, now)
}

func (e *Engine) probeStored(a alarm, step alerting.PathStep, reason string, now time.Time) {
	step.Stage, step.At, step.Reason = alerting.PathStored, now, reason
	e.probes.paths.Step(step)
	answer := error(nil)
	if reason != "" {
		answer = ErrNotStored
	}
	select {
	case a.done <- answer:
	default: // it was answered when the disk failed first
	}
}

// probed takes what became of a delivery of a path check; false where it is
// none.
func (e *Engine) probed(p alerting.Progress) bool {
	leg, ok := e.probes.legs[p.Delivery]
	if !ok {
		return false
	}
	step := leg.step
	step.At, step.Reason = p.At, p.Reason
	switch p.State {
	case alerting.Received, alerting.Read:
		step.Stage, step.Reason = alerting.PathReceived, ""
	case alerting.Handed:
		step.Reason = ""
	default:
		if step.Reason == "" {
			step.Reason = string(p.State)
		}
	}
	e.probes.paths.Step(step)
	return true
}

// probeConfirmed takes a terminal's receipt of a path check; false where it is
// of none, or from somebody else.
func (e *Engine) probeConfirmed(k alerting.LegKey, p alerting.Progress) bool {
	leg, ok := e.probes.legs[p.Delivery]
	return ok && leg.recipient.Audience == k.Audience && leg.recipient.Recipient == k.Recipient && e.probed(p)
}

// forgetProbe lets go of a school's last check.
func (e *Engine) forgetProbe(school string) {
	for _, d := range e.probes.of[school] {
		delete(e.probes.legs, d)
	}
	delete(e.probes.of, school)
}

// RaiseFault raises a fault of the hub that somebody beside the engine has
// found, once until somebody has closed it. It never blocks; false where there
// is no room, and then it has to be said again.
func (e *Engine) RaiseFault(school, cause, object string) bool {
	return e.tasks.put(func(now time.Time) {
		e.raise(fault{school: school, cause: cause, object: object}, now)
	})
}
