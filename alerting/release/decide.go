package release

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// MaxSchools bounds a notice for several schools.
const MaxSchools = 64

func (d decision) draft() ([]Event, error) {
	schools, err := d.schools()
	if err != nil {
		return nil, err
	}
	draft, err := compose(d.state, d.sit, d.c.Content, schools, d.now, d.now)
	if err != nil {
		return nil, err
	}
	draft.By = d.c.By.Actor
	if cur := d.state.Draft; cur != nil && !cur.Automatic() && cur.Hash == draft.Hash && cur.Content == draft.Content {
		return nil, nil
	}
	e := d.event(EventDrafted)
	e.Draft = &draft
	return []Event{e}, nil
}

// compose makes a draft, or says why there can be none.
func compose(s State, sit Situation, c Content, schools []string, shown, now time.Time) (Draft, error) {
	if len(s.Notices) >= MaxNotices {
		return Draft{}, refuse(alerting.ErrConflict, "more than %d notices", MaxNotices)
	}
	c.Next, c.Collect = utc(c.Next), utc(c.Collect)
	draft := Draft{Content: c, Schools: schools, Mode: sit.Mode, At: now, Shown: shown}
	if templates[c.Text].place != unnumbered {
		draft.Number = s.Number + 1
	}
	if RuleOf(sit, c.Text) == Never {
		return Draft{}, never(sit)
	}
	rendered, err := rendering(sit, draft, now)
	if err != nil {
		return Draft{}, err
	}
	draft.Rendered = rendered
	draft.Hash = hash(draft)
	return draft, checkCount(sit, c)
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// schools is whose parents the notice goes to. Every notice of an incident
// goes to the same ones: whoever has not had number 1 can't read number 2.
func (d decision) schools() ([]string, error) {
	schools := slices.Compact(slices.Sorted(slices.Values(d.c.Schools)))
	if len(schools) == 0 {
		schools = []string{d.sit.School}
	}
	if len(schools) > MaxSchools {
		return nil, refuse(alerting.ErrInvalid, "schools: at most %d", MaxSchools)
	}
	if !slices.Contains(schools, d.sit.School) {
		return nil, refuse(alerting.ErrInvalid, "schools: the incident's own is not among them")
	}
	if last, ok := d.state.Last(); ok && !slices.Equal(schools, last.Draft.Schools) {
		return nil, refuse(alerting.ErrConflict, "schools: number %d went to others: their parents can't follow", last.Draft.Number)
	}
	return schools, nil
}

func (d decision) approve() ([]Event, error) {
	draft, err := d.seen()
	if err != nil {
		return nil, err
	}
	lapsed := lapse(d.state, d.sit, d.now)
	if len(lapsed) > 0 {
		draft.Approvals = nil
	}
	if err := d.mayApprove(draft); err != nil {
		return nil, err
	}
	e := d.event(EventApproved)
	e.Hash = draft.Hash
	return append(lapsed, e), nil
}

// mayApprove refuses a word that does not count: of somebody without the
// right, the same person's second, and the author's as the second of two,
// because the last look must be by eyes that did not write it.
func (d decision) mayApprove(draft Draft) error {
	if !d.c.By.holds(draft.Schools) {
		return refuse(alerting.ErrForbidden, "only a holder of the release right for every school approves")
	}
	if err := check(d.sit, draft, d.now); err != nil {
		return err
	}
	need := approvals(d.sit, draft)
	switch {
	case draft.approvedBy(d.c.By.Name):
		return refuse(alerting.ErrConflict, "one person can't approve twice")
	case len(draft.Approvals) >= need:
		return refuse(alerting.ErrConflict, "approved already")
	case len(draft.Approvals) > 0 && draft.By.Name == d.c.By.Name:
		return refuse(alerting.ErrForbidden, "whoever wrote it can't be the second to approve it")
	}
	return nil
}

func (d Draft) approvedBy(name string) bool {
	return slices.ContainsFunc(d.Approvals, func(a Approval) bool { return a.By.Name == name })
}

func (d decision) agree() ([]Event, error) {
	draft, err := d.seen()
	if err != nil {
		return nil, err
	}
	if err := check(d.sit, draft, d.now); err != nil {
		return nil, err
	}
	if err := d.mayAgree(draft); err != nil {
		return nil, err
	}
	if draft.Agreement != nil {
		return nil, nil
	}
	e := d.event(EventAgreed)
	e.Hash, e.Call = draft.Hash, d.c.Call
	if e.Call != nil {
		e.Call = &Call{Role: d.c.Call.Role, At: utc(d.c.Call.At)}
	}
	return []Event{e}, nil
}

// mayAgree takes the signature of the police for what the police lead, and
// anybody else's word by telephone, as an officer writes it down.
func (d decision) mayAgree(draft Draft) error {
	lead := AuthorityOf(d.sit.Kind)
	if d.c.Call == nil {
		if d.c.By.Role != alerting.RoleLiaison || lead != AuthorityPolice {
			return refuse(alerting.ErrForbidden, "the %s agrees: signed on the console by the police, or by telephone", lead)
		}
		return nil
	}
	switch at := d.c.Call.At; {
	case d.c.By.Role != alerting.RoleOfficer:
		return refuse(alerting.ErrForbidden, "a call is written down by an officer of the school")
	case !slices.Contains(PhoneRoles(lead), d.c.Call.Role):
		return refuse(alerting.ErrInvalid, "call: this role does not speak for the %s", lead)
	case at.Before(draft.At.Truncate(time.Minute)) || at.After(d.now):
		return refuse(alerting.ErrInvalid, "call: must lie between the draft and now")
	}
	return nil
}
