package engine

import "slices"

// engage notes who has signed for an incident that keeps them from another, or
// forgets it. It follows every event, so that a press finds the answer made.
func (e *Engine) engage(r *record) {
	if who := r.view.Engaged(); len(who) > 0 {
		e.engaged[r] = who
	} else {
		delete(e.engaged, r)
	}
}

// elsewhereThan lists who has signed for a critical incident of another school
// than this, which is open; nil is nobody.
func (e *Engine) elsewhereThan(school string) []string {
	var out []string
	for r, who := range e.engaged { // few: each was signed by a person
		if r.view.School != school {
			out = append(out, who...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
