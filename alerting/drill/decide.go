package drill

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.org/campushub/alerting"
)

func (d decision) plan() ([]Event, error) {
	if d.s.Phase != "" {
		return nil, refuse(alerting.ErrConflict, "there is a drill of that id")
	}
	if err := d.c.Plan.Check(); err != nil {
		return nil, err
	}
	if d.c.Plan.At.Before(d.now.Add(-StartBefore)) {
		return nil, refuse(alerting.ErrInvalid, "at: lies in the past")
	}
	if err := d.examinations(d.c.Plan); err != nil {
		return nil, err
	}
	p := d.c.Plan
	p.At = p.At.UTC().Round(0)
	e := d.event(EventPlanned)
	e.Drill, e.Plan, e.Late = p.ID, &p, d.late()
	if len(p.Filed) > 0 {
		e.Texts = []TextID{PoliceFiled}
	}
	return []Event{e}, nil
}

// late reports whether the police had less than a working day to accept.
func (d decision) late() bool {
	return len(d.c.Plan.Filed) > 0 && slices.ContainsFunc(d.c.Plan.ids(), func(s string) bool { return d.in.Days[s].WorkingDays < 1 })
}

func (d decision) examinations(p Plan) error {
	if slices.ContainsFunc(p.ids(), func(s string) bool { return d.in.Days[s].Examination }) {
		return alerting.NoDrillToday()
	}
	return nil
}

func (d decision) accept() ([]Event, error) {
	switch {
	case !slices.Contains(d.s.Plan.Filed, d.c.Station):
		return nil, refuse(alerting.ErrNotFound, "station: the drill is not filed with it")
	case d.s.Phase != Planned && d.s.Phase != Pending:
		return nil, refuse(alerting.ErrConflict, "the drill is %s", d.s.Phase)
	case slices.Contains(d.s.Accepted, d.c.Station):
		return nil, nil
	}
	e := d.event(EventAccepted)
	e.Station = d.c.Station
	return []Event{e}, nil
}

func (d decision) cancel() ([]Event, error) {
	if d.s.Phase != Planned && d.s.Phase != Pending {
		return nil, refuse(alerting.ErrConflict, "the drill is %s", d.s.Phase)
	}
	return d.withReason(EventCancelled)
}

func (d decision) withReason(t EventType) ([]Event, error) {
	switch {
	case strings.TrimSpace(d.c.Reason) == "":
		return nil, refuse(alerting.ErrInvalid, "reason: the record needs one")
	case len(d.c.Reason) > alerting.MaxReasonLength || !utf8.ValidString(d.c.Reason):
		return nil, refuse(alerting.ErrInvalid, "reason: at most %d bytes of UTF-8", alerting.MaxReasonLength)
	}
	e := d.event(t)
	e.Reason = d.c.Reason
	return []Event{e}, nil
}

// start begins a drill of one school; of several, it waits for another person
// of the same role.
func (d decision) start() ([]Event, error) {
	if d.s.Phase == Pending && d.now.Sub(d.s.AskedAt) <= ConfirmWithin {
		return nil, refuse(alerting.ErrConflict, "its start waits to be confirmed")
	}
	if err := d.mayStart(); err != nil {
		return nil, err
	}
	if len(d.s.Plan.Schools) > 1 {
		return []Event{d.event(EventAsked)}, nil
	}
	return d.begin(), nil
}

func (d decision) mayStart() error {
	switch {
	case d.s.Phase != Planned && d.s.Phase != Pending:
		return refuse(alerting.ErrConflict, "the drill is %s", d.s.Phase)
	case d.in.LiveOpen:
		return refuse(alerting.ErrConflict, "a drill cannot begin now") // whoever is not named must not learn of what is hushed
	case d.now.Before(d.s.Plan.At.Add(-StartBefore)) || d.now.After(d.s.Plan.At.Add(StartAfter)):
		return refuse(alerting.ErrConflict, "it was planned for another time: plan it anew")
	}
	return d.examinations(d.s.Plan)
}

func (d decision) confirm() ([]Event, error) {
	switch {
	case d.s.Phase != Pending:
		return nil, refuse(alerting.ErrConflict, "no start waits to be confirmed")
	case d.now.Sub(d.s.AskedAt) > ConfirmWithin:
		return nil, refuse(alerting.ErrConflict, "nobody confirmed within %s: start it anew", ConfirmWithin)
	case d.c.By.Name == d.s.AskedBy.Name:
		return nil, refuse(alerting.ErrForbidden, "another person confirms")
	case d.c.By.Role != d.s.AskedBy.Role:
		return nil, refuse(alerting.ErrForbidden, "another %s confirms", d.s.AskedBy.Role)
	}
	if err := d.mayStart(); err != nil {
		return nil, err
	}
	return d.begin(), nil
}

// begin starts the drill and opens the windows of its first moment.
func (d decision) begin() []Event {
	e := d.event(EventStarted)
	e.Texts = []TextID{VoiceDrill}
	if len(d.s.Accepted) > 0 {
		e.Texts = append(e.Texts, PoliceDrill)
	}
	next := d.s
	next.Apply(e)
	return append([]Event{e}, next.windowsDue(d.now)...)
}

// mark says that a part is done at a school. The first word counts.
func (d decision) mark() ([]Event, error) {
	at := d.c.At.UTC().Round(0)
	if d.c.At.IsZero() {
		at = d.now
	}
	switch {
	case !slices.Contains(Parts(), d.c.Part):
		return nil, refuse(alerting.ErrInvalid, "part: none of %v", Parts())
	case !d.s.Plan.takesPart(d.c.Part):
		return nil, refuse(alerting.ErrConflict, "part: takes no part in this drill")
	case d.s.Phase != Running && d.s.Phase != Stopped:
		return nil, refuse(alerting.ErrConflict, "the drill is %s", d.s.Phase)
	case at.After(d.now) || at.Before(d.s.StartedAt):
		return nil, refuse(alerting.ErrInvalid, "at: between the start and now")
	}
	events, err := d.count()
	if err != nil {
		return nil, err
	}
	if _, ok := d.s.marked(d.c.School, d.c.Part); ok {
		return events, nil
	}
	e := d.event(EventMarked)
	e.School, e.Part, e.MarkedAt = d.c.School, d.c.Part, at
	return append([]Event{e}, events...), nil
}

// count is what was counted, if it says anything new. Unlike a mark the last
// word holds: whoever was missing may have been found.
func (d decision) count() ([]Event, error) {
	c := d.c.Count
	switch known, ok := d.s.Counts[d.c.School]; {
	case d.c.Part != Counted || c == nil || (ok && known == *c):
		return nil, nil
	case c.Expected < 0 || c.Missing < 0 || c.Missing > c.Expected:
		return nil, refuse(alerting.ErrInvalid, "count: as many are missing as are expected at most")
	}
	e := d.event(EventCounted)
	e.School, e.Count = d.c.School, &Count{Complete: c.Complete, Expected: c.Expected, Missing: c.Missing}
	return []Event{e}, nil
}

// marked is when a part was done at a school.
func (s State) marked(school string, p Part) (time.Time, bool) {
	i := slices.IndexFunc(s.Marks, func(m Mark) bool { return m.School == school && m.Part == p })
	if i < 0 {
		return time.Time{}, false
	}
	return s.Marks[i].At, true
}

// stop ends the drill. It sends nobody back.
func (d decision) stop() ([]Event, error) {
	if d.s.Phase != Running {
		return nil, refuse(alerting.ErrConflict, "the drill is %s", d.s.Phase)
	}
	events, err := d.withReason(EventStopped)
	if err == nil {
		events[0].Clear = true
	}
	return events, err
}

// real is never refused to whoever may say it: the caller opens a live
// incident whatever the drill has come to. Where people still act as in a
// drill they are told that it is none.
func (d decision) real() ([]Event, error) {
	e := d.event(EventReal)
	e.School = d.c.School
	if d.s.underWay() {
		e.Texts, e.Clear = notADrill(), true
	}
	return []Event{e}, nil
}

// goBack lets a school go back inside: a person's word, after the head count.
func (d decision) goBack() ([]Event, error) {
	switch {
	case d.s.Phase == Preempted:
		return nil, refuse(alerting.ErrConflict, "it became real: the incident decides when to go back")
	case d.s.Phase != Stopped:
		return nil, refuse(alerting.ErrConflict, "the drill is %s", d.s.Phase)
	case slices.Contains(d.s.Back, d.c.School):
		return nil, nil
	case !d.s.Counts[d.c.School].allPresent():
		return nil, refuse(alerting.ErrConflict, "the head count is not complete with nobody missing")
	}
	e := d.event(EventReturned)
	e.School, e.Texts = d.c.School, returning()
	return []Event{e}, nil
}
