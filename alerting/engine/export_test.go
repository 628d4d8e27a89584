package engine

import (
	"time"

	"example.org/campushub/devices"
)

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

// Runs says that Run takes what is queued, although it does not yet.
func (e *Engine) Runs() { e.exclusively(func() { e.running = true }) }

// Queued puts a press behind those that wait, as one that finds somebody at the
// incidents.
func (e *Engine) Queued(p devices.Press) {
	e.alarms <- alarm{press: p, id: &p.ID, done: make(chan error, 1)}
}

// LoseStep takes the timer of an incident's next escalation step away: it will
// fire, and find that it is not asked for. The engine holds that none is set,
// or, with late, that one was due at that time.
func (e *Engine) LoseStep(incident string, late time.Time) {
	e.exclusively(func() { e.records[incident].stepAt = late })
}
