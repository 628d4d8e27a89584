package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// named reports whether somebody is named for confidential matters.
func (e *Engine) named(a alerting.Actor) bool {
	by, _ := e.deps.People().Account(a.Name)
	return by.Named
}

// revealing is what the policy says of an incident that is to be confidential
// no more: by what was known before it was, and what is said now.
func (e *Engine) revealing(v *alerting.Incident, c *alerting.Command, now time.Time) alerting.Opening {
	if v.Concealed == nil {
		return alerting.Opening{}
	}
	o := e.occasion(v, append(slices.Clip(v.Concealed.Facts), c.Facts...))
	o.Kind, o.At, o.Named = policy.RevealedAs(e.deps.People(), v, c.Kind), now, policy.NamedIn(v.Plan)
	return policy.Open(e.deps.People(), o)
}

// revealed has an incident go on that is confidential no more: those who were
// cut off have just been told, and its button joins it again.
func (e *Engine) revealed(r *record, t *tracked, now time.Time) {
	e.watchReach(r, now)
	e.joinable(r)
	e.lightAfter(r, t)
	e.preempt(r)
}

// joinable lets presses join an incident that they passed by while it was
// confidential: at once, or when the one that they opened instead is closed.
func (e *Engine) joinable(r *record) {
	if r.view.Device == "" || r.view.PressCount == 0 || r.view.Resolved() {
		return
	}
	key := activeKey{r.device(), r.view.Mode}
	switch newer := e.active[key]; {
	case newer == nil:
		e.active[key] = r
	case newer != r && !slices.Contains(e.behind[key], r):
		e.behind[key] = append(e.behind[key], r) // bounded by people: each was revealed by one
	}
}

// joinBehind has the button of an incident that is closed join the latest
// unresolved one behind it.
func (e *Engine) joinBehind(key activeKey) {
	behind := e.behind[key]
	delete(e.behind, key)
	behind = slices.DeleteFunc(behind, func(r *record) bool { return r.view.Resolved() || r.view.Confidential })
	if len(behind) == 0 {
		return
	}
	newest := slices.MaxFunc(behind, func(a, b *record) int { return a.view.OpenedAt.Compare(b.view.OpenedAt) })
	e.active[key] = newest
	for _, r := range behind {
		e.joinable(r)
	}
}

// wasRevealed reports whether a concealment of the incident was undone.
func (r *record) wasRevealed() bool {
	return slices.ContainsFunc(r.events, func(t *tracked) bool { return t.Type == alerting.EventRevealed })
}
