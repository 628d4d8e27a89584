package engine

import "time"

// Held counts what the engine keeps in memory: incidents, deliveries, and
// incidents that a press or a fault would join.
func (e *Engine) Held() (records, deliveries, joinable int) {
	done := make(chan struct{})
	e.tasks.force(func(time.Time) {
		records, deliveries, joinable = len(e.records), len(e.owners), len(e.active)+len(e.raised)
		close(done)
	})
	select {
	case <-done:
	case <-e.stopped:
	}
	return records, deliveries, joinable
}

// Ticked is when a hard limit is judged.
func Ticked(due time.Time) time.Time { return ticked(due) }

// Exclusively runs f while nobody else is at the incidents.
func (e *Engine) Exclusively(f func()) { e.exclusively(f) }
