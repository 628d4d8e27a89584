package watch

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting/duty"
)

// StandIn is somebody who was named while a shift runs, and what became of
// telling them.
type StandIn struct {
	Person string
	Role   duty.Role
	For    string // whose place it is; "" where that is known no more
	Shift  duty.Shift
	Named  time.Time
	Told   time.Time // when a way accepted it; zero where none has yet
	Failed bool      // no way did
	Here   bool      // they have come
}

// standIns says of everybody who was named within a shift that runs whether they
// were told. Nobody is who has come before they were, or whose place is filled;
// who was not for as long as it is of use is to be telephoned.
func (s state) standIns(of duty.Watch, now time.Time) []StandIn {
	var out []StandIn
	board := of.Board(now)
	for _, r := range of.StandIns(now) {
		in := StandIn{Person: r.Entry.Person, Role: r.Entry.Role, For: r.For, Shift: r.Shift, Named: r.At, Here: here(board, r)}
		said, known := s.told[r.Key()]
		switch {
		case known && said.Failed != "":
			in.Failed = true
		case known:
			in.Told = said.At
		case !of.Wants(r, now):
			continue
		default:
			in.Failed = !now.Before(r.Until(of.Setup.Times))
		}
		out = append(out, in)
	}
	return out
}

// here reports whether the person of a reminder is at the shift's post.
func here(board []duty.PostState, r duty.Reminder) bool {
	return slices.ContainsFunc(board, func(p duty.PostState) bool {
		return slices.ContainsFunc(p.Shifts, func(s duty.ShiftState) bool {
			return s.ShiftKey == r.Shift.ShiftKey && slices.Contains(there(s), r.Entry.Person)
		})
	})
}

// told is what became of telling those who were named within a shift.
func (r *reminders) told() map[string]Reminded {
	out := map[string]Reminded{}
	for key, o := range r.over {
		if strings.Contains(key, "/"+string(duty.StandIn)+"/") {
			out[key] = o
		}
	}
	return out
}
