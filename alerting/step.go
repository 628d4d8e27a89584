package alerting

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// The stuck button: after StuckPresses pressed within StuckWindow further
// presses are stored and acknowledged, but told only as a count, once every
// StuckTell.
const (
	StuckPresses = 5
	StuckWindow  = 10 * time.Second
	StuckTell    = time.Second
)

// LateAfter is the age from which a press counts as arrived late: from one
// minute on ages are told in minutes, and the reader must see why.
const LateAfter = time.Minute

// Input is one thing that may change an incident: exactly one of Press,
// Report, Command and Notice. The rest is what it needs to be decided.
type Input struct {
	Press   *devices.Press
	Report  *Report
	Command *Command
	Notice  *Notice
	// Opening is what the policy says: of the incident that a press or a report
	// opens; with classify and reveal, of an incident of the chosen kind at this place;
	// with a press that finds its incident, the facts of that press alone;
	// with verify and a finding of the hub's, of one of the same kind with what
	// is known then, and nothing where the plan does not depend on it; with real,
	// of a live one of the same kind and place; with refer, of the one audience.
	Opening Opening
	// Left says that the policy leaves it to a person whether the audience is told;
	// with refer.
	Left bool
	// Named says that whoever gives the command is named for confidential matters;
	// with classify and reveal.
	Named bool
	// KindName is the chosen kind in words; with classify and reveal.
	KindName Text
	// Other is the other incident: that of link and unlink; with real, the live
	// one that was opened before, nil where there is none any more.
	Other *Incident
}

// Notice is something that the hub itself has to record on an incident.
type Notice struct {
	Type     EventType
	Audience Audience
	Level    int   // escalated
	Number   int64 // escalated: the round; overrun: the update
	Reason   string
	Facts    []string // verified: what the hub has found
	// Withdrawn is verified: what the hub had found, and is so no more.
	Withdrawn []string
	Overrun   *Overrun // overrun
}

// Step decides what an input does: the events that follow from it, in order,
// or why it is refused. cur is the incident that the input is about, nil where
// a press or a report finds none. It changes nothing; the caller stamps
// sequence numbers and applies each event to the incident that it names: link,
// unlink and real concern two.
func Step(cur *Incident, in Input, now time.Time) ([]Event, error) {
	switch {
	case in.Press != nil && cur == nil:
		return open(*in.Press, in.Opening, now), nil
	case in.Press != nil:
		return pressed(cur, *in.Press, in.Opening.Facts, now), nil
	case in.Report != nil:
		return report(cur, *in.Report, in.Opening, now)
	case in.Command != nil:
		return command(cur, in, now)
	case in.Notice.Type == EventVerified:
		return learned(cur, in, in.Notice.Facts, Event{
			Incident: cur.ID, School: cur.School, At: now, Actor: Actor{Name: ActorHub},
			Withdrawn: distinct(in.Notice.Withdrawn, func(f string) bool { return slices.Contains(cur.Facts, f) }),
		})
	default:
		return []Event{{
			Type: in.Notice.Type, Incident: cur.ID, School: cur.School, At: now,
			Actor: Actor{Name: ActorHub}, Audience: in.Notice.Audience, Level: in.Notice.Level, Number: in.Notice.Number, Reason: in.Notice.Reason,
			Overrun: in.Notice.Overrun,
		}}, nil
	}
}

func open(p devices.Press, o Opening, now time.Time) []Event {
	o.Device, o.Mode, o.Silent, o.Malformed = p.From.Device, p.Mode, p.Silent, p.Malformed
	o.Latched = true
	return []Event{{
		Type: EventOpened, Incident: IncidentID(p.From, p.ID), School: p.From.School, At: now,
		Actor: Actor{Name: p.From.Device}, Opening: &o, Press: record(p), Late: p.Age >= LateAfter,
	}}
}

func pressed(cur *Incident, p devices.Press, facts []string, now time.Time) []Event {
	base := Event{
		Type: EventPressed, Incident: cur.ID, School: cur.School, At: now,
		Actor: Actor{Name: p.From.Device}, Press: record(p),
	}
	if at := slices.IndexFunc(cur.Presses, func(q PressRecord) bool { return q.ID == p.ID }); at >= 0 {
		return repeated(cur.Presses[at], base, cur.Ahead)
	}
	base.Late, base.Silent = p.Age >= LateAfter, p.Silent
	if cur.Mode == devices.Test {
		base.Facts, base.Withdrawn = ofTheDay(cur.Facts, facts)
	}
	base.Covered = covered(cur, *base.Press)
	stuck := pressedLately(cur.Presses, p.PressedAt()) >= StuckPresses
	base.Quiet = stuck || (p.Malformed && cur.Malformed && cur.Latched)
	events := []Event{base}
	if stuck && !cur.Stuck && !p.Malformed {
		events = append(events, Event{
			Type: EventStuck, Incident: cur.ID, School: cur.School, At: now,
			Actor: Actor{Name: ActorHub}, Reason: cur.Device,
		})
	}
	return events
}

// ofTheDay is what a further press of a test adds to what was known and takes
// back: whether there is an examination, as the test may be of another day.
func ofTheDay(known, now []string) (added, withdrawn []string) {
	was, is := slices.Contains(known, FactExamination), slices.Contains(now, FactExamination)
	switch {
	case is && !was:
		return []string{FactExamination}, nil
	case was && !is:
		return nil, []string{FactExamination}
	}
	return nil, nil
}

// repeated is a press that the incident has already: the same press, which
// changes nothing but an earlier moment of pressing: by the incident's own
// time, which the clock may be behind.
func repeated(known PressRecord, e Event, ahead time.Duration) []Event {
	if known.PressedAt.Sub(e.Press.PressedAt.Add(ahead)) < time.Millisecond {
		return nil
	}
	e.Type = EventPressAgain
	return []Event{e}
}

// pressedLately counts the latest presses that were pressed within StuckWindow
// before a moment of pressing: a button whose presses waited for its line to
// come back is not stuck because they arrive together. One from after the
// moment ends the count: it came out of turn, or the clock was set back, and a
// button that was fine would seem stuck until the clock has caught up.
func pressedLately(presses []PressRecord, at time.Time) int {
	n := 0
	for i := len(presses) - 1; i >= 0; i-- {
		since := at.Sub(presses[i].PressedAt)
		if since < 0 || since > StuckWindow {
			break
		}
		n++
	}
	return n
}

func record(p devices.Press) *PressRecord {
	return &PressRecord{
		ID: p.ID, PressedAt: p.PressedAt(), ReceivedAt: p.ReceivedAt, AgeMS: p.Age.Milliseconds(), Mistyped: p.Mistyped,
	}
}
