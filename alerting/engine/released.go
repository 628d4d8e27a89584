package engine

import (
	"time"

	"example.org/campushub/alerting"
)

// tellReleased tells the education bureau that a numbered notice to parents is
// out: it is a change that a follow-up report is for, and nobody else's news.
func (e *Engine) tellReleased(r *record, t *tracked, now time.Time) []alerting.Delivery {
	if !t.Releases() {
		return nil
	}
	planned := e.tellBegun(r, t, alerting.District, now)
	e.watchBudgets(r, planned, now)
	return planned
}
