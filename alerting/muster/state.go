package muster

import (
	"slices"
	"time"
)

// State is one head count, a fold of its events. What was published is never
// written to again: Apply replaces or appends.
type State struct {
	ID        string    `json:"id"`
	School    string    `json:"school"`
	StartedAt time.Time `json:"started_at"`
	Classes   []Row     `json:"classes"` // in the order of the start
	// CompletedAt is when the last class first reported; zero until then. A
	// later correction does not move it.
	CompletedAt time.Time `json:"completed_at,omitzero"`
	// Asked is how often staff were asked for their figures, in order.
	Asked []Asked `json:"asked,omitempty"`
	// Commands holds the idempotency ids that this count has seen.
	Commands []string `json:"-"`
}

// Row is one class and everything that was reported for it, in order.
type Row struct {
	Class
	Reports []Report `json:"reports"`
}

// Latest is the report that counts; false while there is none.
func (r Row) Latest() (Report, bool) {
	if len(r.Reports) == 0 {
		return Report{}, false
	}
	return r.Reports[len(r.Reports)-1], true
}

// Corrected reports whether a class's figures were changed after the first.
func (r Row) Corrected() bool { return len(r.Reports) > 1 }

// Fold rebuilds a count from its events, in the order of the journal.
func Fold(events []Event) State {
	var s State
	for _, e := range events {
		s.Apply(e)
	}
	return s
}

// Apply folds one event. It never fails: an event that is in the journal has
// happened.
func (s *State) Apply(e Event) {
	if e.Command != "" {
		s.Commands = append(s.Commands, e.Command)
	}
	switch e.Type {
	case EventStarted:
		s.ID, s.School, s.StartedAt, s.Classes = e.Muster, e.School, e.At, make([]Row, 0, len(e.Classes))
		for _, c := range e.Classes {
			s.Classes = append(s.Classes, Row{Class: c})
		}
	case EventReported:
		s.report(e)
	case EventAsked:
		if e.Asked != nil {
			s.Asked = append(slices.Clip(s.Asked), *e.Asked)
		}
	}
}

func (s *State) report(e Event) {
	at := slices.IndexFunc(s.Classes, func(r Row) bool { return r.ID == e.Class })
	if at < 0 || e.Figures == nil {
		return
	}
	s.Classes = slices.Clone(s.Classes)
	row := &s.Classes[at]
	row.Reports = append(slices.Clip(row.Reports), Report{Figures: *e.Figures, By: e.Actor, At: e.At})
	if s.CompletedAt.IsZero() && s.Total().Complete {
		s.CompletedAt = e.At
	}
}

// Total is the whole count in figures, for whoever may not see classes.
type Total struct {
	Classes  int `json:"classes"`
	Reported int `json:"reported"` // classes
	// Expected is by report, and by roll where there is none yet.
	Expected int `json:"expected"`
	Present  int `json:"present"`
	Missing  int `json:"missing"` // as reported
	// Uncounted are those whom the rolls expect in classes that have not
	// reported: neither present nor missing.
	Uncounted int `json:"uncounted"`
	// OffRoll is how many classes reported another number of expected pupils
	// than their roll: a look is worth it before anybody says that all are safe.
	OffRoll int `json:"off_roll"`
	// Complete says that every class has reported; a count of no class is none.
	Complete bool `json:"complete"`
}

// Total adds up.
func (s State) Total() Total {
	t := Total{Classes: len(s.Classes)}
	for _, row := range s.Classes {
		r, ok := row.Latest()
		if !ok {
			t.Expected += row.Roll
			t.Uncounted += row.Roll
			continue
		}
		t.Reported++
		t.Expected += r.Expected
		t.Present += r.Present
		t.Missing += r.Missing
		if r.Expected != row.Roll {
			t.OffRoll++
		}
	}
	t.Complete = t.Classes > 0 && t.Reported == t.Classes
	return t
}

// AllPresent reports whether everybody is counted and nobody is missing.
func (t Total) AllPresent() bool { return t.Complete && t.Missing == 0 && t.Expected > 0 }

// Waiting lists the classes that have not reported, in order: whom to ask.
func (s State) Waiting() []string {
	var out []string
	for _, row := range s.Classes {
		if len(row.Reports) == 0 {
			out = append(out, row.ID)
		}
	}
	return out
}
