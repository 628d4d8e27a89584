package release

import (
	"time"

	"example.org/campushub/alerting"
)

// hold keeps everything back. Every officer and the police may: it does no
// harm that a notice waits. It needs no reason: the seconds of a countdown are
// not for typing.
func (d decision) hold() ([]Event, error) {
	if err := checkReason(d.c, false); err != nil {
		return nil, err
	}
	if d.state.Held != nil {
		return nil, nil
	}
	e := d.event(EventHeld)
	e.Reason = d.c.Reason
	return []Event{e}, nil
}

// carryOn lets go on what was held: by a holder of the right, but what the
// police hold the police let go.
func (d decision) carryOn() ([]Event, error) {
	held := d.state.Held
	switch {
	case held == nil:
		return nil, nil
	case held.By.Role == alerting.RoleLiaison && d.c.By.Role != alerting.RoleLiaison:
		return nil, refuse(alerting.ErrForbidden, "the police hold it: they let it go on")
	case held.By.Role != alerting.RoleLiaison && !d.c.By.holds([]string{d.sit.School}):
		return nil, refuse(alerting.ErrForbidden, "only a holder of the release right lets it go on")
	}
	return []Event{d.event(EventContinued)}, nil
}

func (d decision) withdraw() ([]Event, error) {
	if err := checkReason(d.c, true); err != nil {
		return nil, err
	}
	if d.state.Draft == nil {
		return nil, nil
	}
	if d.state.Draft.Automatic() {
		return nil, refuse(alerting.ErrConflict, "the hub would draft it again: hold it")
	}
	e := d.event(EventWithdrawn)
	e.Reason = d.c.Reason
	return []Event{e}, nil
}

// release sends the draft out, where nothing is wanting but at most this
// person's own approval. It is the last look: everything is asked once more.
func (d decision) release() ([]Event, error) {
	draft, err := d.seen()
	if err != nil {
		return nil, err
	}
	if !d.c.By.holds(draft.Schools) {
		return nil, refuse(alerting.ErrForbidden, "only a holder of the release right for every school releases")
	}
	if d.state.Held != nil {
		return nil, refuse(alerting.ErrConflict, "it is held: let it go on first")
	}
	if len(lapse(d.state, d.sit, d.now)) > 0 {
		return nil, refuse(alerting.ErrConflict, "nobody confirmed within %s: approve it anew", ConfirmWithin)
	}
	events, err := d.lastApproval(&draft)
	if err != nil {
		return nil, err
	}
	if err := complete(d.sit, draft, d.now); err != nil {
		return nil, err
	}
	e := d.event(EventReleased)
	e.Hash = draft.Hash
	return append(events, e), nil
}

// lastApproval is the releasing person's own, where it still counts.
func (d decision) lastApproval(draft *Draft) ([]Event, error) {
	if len(draft.Approvals) >= approvals(d.sit, *draft) || draft.approvedBy(d.c.By.Name) {
		return nil, nil
	}
	if err := d.mayApprove(*draft); err != nil {
		return nil, err
	}
	draft.Approvals = append(draft.Approvals[:len(draft.Approvals):len(draft.Approvals)], Approval{By: d.c.By.Actor, At: d.now})
	e := d.event(EventApproved)
	e.Hash = draft.Hash
	return []Event{e}, nil
}

// complete reports what a draft still waits for.
func complete(s Situation, d Draft, now time.Time) error {
	if err := check(s, d, now); err != nil {
		return err
	}
	w := Wanting(s, d)
	if w.Approvals > 0 {
		return refuse(alerting.ErrConflict, "it wants the approval of %d more holder", w.Approvals)
	}
	if w.Agreement != "" {
		return refuse(alerting.ErrConflict, "it wants the agreement of the %s", w.Agreement)
	}
	return nil
}

// Wants is what a draft still waits for.
type Wants struct {
	Approvals int       `json:"approvals"`
	Agreement Authority `json:"agreement,omitempty"` // "" where it is given or not asked for
}

// Wanting is what a draft still waits for, by the rule of what the incident
// is now: one that was classified anew may want more than when it was drafted.
func Wanting(s Situation, d Draft) Wants {
	w := Wants{Approvals: max(approvals(s, d)-len(d.Approvals), 0)}
	if RuleOf(s, d.Content.Text) == Agreed && !d.holding() && !d.agreedBy(AuthorityOf(s.Kind)) {
		w.Agreement = AuthorityOf(s.Kind)
	}
	return w
}

// approvals is how many holders a draft needs: two by the rule, and two
// wherever more than one school is concerned.
func approvals(s Situation, d Draft) int {
	if RuleOf(s, d.Content.Text) == Two || len(d.Schools) > 1 {
		return 2
	}
	return 1
}

// holding reports whether the draft states no fact.
func (d Draft) holding() bool { return templates[d.Content.Text].holds && d.Content.Reason == "" }

// agreedBy reports whether the authority's own word is there: that of another
// one, from before the incident was classified anew, is not.
func (d Draft) agreedBy(a Authority) bool {
	switch {
	case d.Agreement == nil:
		return false
	case d.Agreement.Call != nil:
		return phoneRoles[d.Agreement.Call.Role] == a
	}
	return a == AuthorityPolice
}
