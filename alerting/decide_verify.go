package alerting

import "slices"

// decideVerify says what somebody who looked found, and adds facts. It takes
// nothing on and ends nothing: an incident that was verified false goes on
// until its lead closes it.
func decideVerify(cur *Incident, c Command, e *Event) (bool, error) {
	if cur.Resolved() {
		return false, refuse(ErrConflict, "the incident is resolved")
	}
	if err := checkFindings(c); err != nil {
		return false, err
	}
	e.Type, e.Text, e.Reason = EventVerified, "", ""
	if c.Verify != "" && !saidBefore(cur, c) {
		e.Verify = c.Verify
	}
	e.Facts = distinct(c.Facts, func(f string) bool { return !slices.Contains(cur.Facts, f) })
	e.Withdrawn = distinct(c.Withdrawn, func(f string) bool { return slices.Contains(cur.Facts, f) })
	return e.Verify != "" || len(e.Facts)+len(e.Withdrawn) > 0, nil
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
	for _, f := range slices.Concat(c.Facts, c.Withdrawn) {
		if !slices.Contains(Facts(), f) {
			return refuse(ErrInvalid, "facts: %q is none of %v", f, Facts())
		}
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
