package alerting

import "slices"

// decideVerify says what somebody who looked found, and adds facts. It takes
// nothing on and ends nothing: an incident that was verified false goes on
// until its lead closes it. A fact that the kind's policy asks for widens the
// plan as another kind would; one that is withdrawn takes nothing back.
func decideVerify(cur *Incident, in Input, e Event) ([]Event, error) {
	c := *in.Command
	if cur.Resolved() {
		return nil, refuse(ErrConflict, "the incident is resolved")
	}
	if err := checkFindings(c); err != nil {
		return nil, err
	}
	e.Text, e.Reason = "", ""
	if c.Verify != "" && !saidBefore(cur, c) {
		e.Verify = c.Verify
	}
	e.Withdrawn = distinct(c.Withdrawn, func(f string) bool { return slices.Contains(cur.Facts, f) })
	return learned(cur, in, c.Facts, e)
}

// learned makes the event of what became known; none where nothing is new.
// Where no plan is given the facts are told, and change nobody's part.
func learned(cur *Incident, in Input, facts []string, e Event) ([]Event, error) {
	e.Type = EventVerified
	e.Facts = distinct(facts, func(f string) bool { return !slices.Contains(cur.Facts, f) })
	if e.Verify == "" && len(e.Facts)+len(e.Withdrawn) == 0 {
		return nil, nil
	}
	if len(e.Facts) == 0 || in.Opening.Kind != cur.Kind {
		return []Event{e}, nil
	}
	k, err := widened(cur, in, graver(cur.Severity, in.Opening.Severity), e.At)
	if err != nil {
		return nil, err
	}
	if k.changes(cur) {
		e.Class = k
	}
	return []Event{e}, nil
}

func graver(a, b Severity) Severity {
	if b.Rank() > a.Rank() {
		return b
	}
	return a
}

// changes reports whether the classification makes the incident another.
func (c *Classification) changes(cur *Incident) bool {
	return c.Conceals || c.Severity != cur.Severity || c.Lead != cur.Lead || len(c.Added)+len(c.Steps) > 0 || !slices.Equal(c.Asked, cur.Asked)
}

// saidBefore reports whether the same person said the same last. Where another
// one says it too, that is news.
func saidBefore(cur *Incident, c Command) bool {
	if cur.Verified == nil {
		return c.Verify == Unverified
	}
	return cur.Verify == c.Verify && cur.Verified.By == c.Actor.Name
}

func checkFindings(c Command) error {
	if c.Verify == "" && len(c.Facts)+len(c.Withdrawn) == 0 {
		return refuse(ErrInvalid, "verify: say one of %v, or a fact", Verifications())
	}
	if c.Verify != "" && !slices.Contains(Verifications(), c.Verify) {
		return refuse(ErrInvalid, "verify: %q is none of %v", c.Verify, Verifications())
	}
	if err := checkFacts(slices.Concat(c.Facts, c.Withdrawn)); err != nil {
		return err
	}
	for _, f := range c.Facts {
		if slices.Contains(c.Withdrawn, f) {
			return refuse(ErrInvalid, "facts: %q is both said and withdrawn", f)
		}
	}
	return nil
}

// distinct are the values that keep wants, each once; nil where there is none.
func distinct(values []string, keep func(string) bool) []string {
	var out []string
	for _, v := range values {
		if keep(v) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
