package apitest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Since returns the durable updates after seq.
func (e *Engine) Since(_ context.Context, seq int64, limit int) ([]alerting.Update, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down {
		return nil, fmt.Errorf("%w: the journal", alerting.ErrUnavailable)
	}
	at, _ := slices.BinarySearchFunc(e.updates, seq+1, func(u alerting.Update, s int64) int { return int(u.Seq - s) })
	out := slices.Clone(e.updates[at:])
	return out[:min(len(out), limit)], nil
}

// LastSeq is the latest durable update's sequence.
func (e *Engine) LastSeq() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seq
}

// Watch returns the updates from now on.
func (e *Engine) Watch() (<-chan alerting.Update, func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w := make(chan alerting.Update, watchBuffer)
	e.watchers[w] = true
	return w, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.watchers[w] {
			delete(e.watchers, w)
			close(w)
		}
	}
}

// Conceal makes an incident confidential, as classifying it would.
func (e *Engine) Conceal(incident string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.incidents[incident]
	r.incident.Confidential = true
	r.incident.Number++
	e.seq++
	u := alerting.Update{Incident: r.incident.Listed(), Seq: e.seq}
	e.updates = append(e.updates, u)
	e.publish(u)
}

// Overwhelm closes every watcher, as the engine does with slow ones.
func (e *Engine) Overwhelm() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for w := range e.watchers {
		delete(e.watchers, w)
		close(w)
	}
}

// Watching is the number of watchers.
func (e *Engine) Watching() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.watchers)
}

// SetDown takes the journal away, or brings it back.
func (e *Engine) SetDown(down bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.down = down
}

// Ready fails while the journal is away.
func (e *Engine) Ready() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down {
		return errors.New("journal: disk gone")
	}
	return nil
}

// ConsoleOpened counts an account's streams.
func (e *Engine) ConsoleOpened(account string) func() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.opened[account]++
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.opened[account]--
	}
}

// Streams is the number of streams that an account has open.
func (e *Engine) Streams(account string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.opened[account]
}

// Sent records that a frame was written: handed.
func (e *Engine) Sent(account, incident string, number int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sent = append(e.sent, Told{account, incident, number})
	e.advance(account, incident, number, alerting.Handed)
}

// SentTo lists the frames written to an account's streams.
func (e *Engine) SentTo(account string) []Told {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(e.sent), func(t Told) bool { return t.Account != account })
}

// ConfirmConsole records a page's confirmation.
func (e *Engine) ConfirmConsole(_ context.Context, account, incident string, number int64, status alerting.DeliveryState) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, ok := e.incidents[incident]
	switch {
	case !ok:
		return fmt.Errorf("%w: incident %s", alerting.ErrNotFound, incident)
	case number < 1 || number > r.incident.Number:
		return fmt.Errorf("%w: number %d", alerting.ErrInvalid, number)
	case status != alerting.Received && status != alerting.Read:
		return fmt.Errorf("%w: status %s", alerting.ErrInvalid, status)
	case !e.advance(account, incident, number, status):
		return fmt.Errorf("%w: delivery to %s", alerting.ErrNotFound, account)
	}
	return nil
}

func (e *Engine) advance(account, incident string, number int64, to alerting.DeliveryState) (known bool) {
	r, ok := e.incidents[incident]
	if !ok {
		return false
	}
	ds := slices.Clone(r.incident.Deliveries)
	for k, d := range ds {
		if d.Recipient != account || d.Channel != alerting.ChannelConsole || d.Number > number {
			continue
		}
		known = true
		if next, ok := d.Advanced(alerting.Progress{State: to, At: time.Now()}); ok {
			ds[k] = next
		}
	}
	r.incident.Deliveries = ds
	return known
}

// Report moves another channel's delivery on, as its lane would.
func (e *Engine) Report(incident, recipient string, to alerting.DeliveryState, reason string, at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.incidents[incident]
	ds := slices.Clone(r.incident.Deliveries)
	for k, d := range ds {
		if next, ok := d.Advanced(alerting.Progress{State: to, Reason: reason, At: at}); ok && d.Recipient == recipient {
			ds[k] = next
		}
	}
	r.incident.Deliveries = ds
}

// Overrun says that an audience was not reached in time, and marks what was to
// reach it.
func (e *Engine) Overrun(incident string, o alerting.Overrun) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.incidents[incident]
	n := alerting.Notice{Type: alerting.EventOverrun, Audience: o.Audience, Number: o.Number, Reason: string(o.Audience), Overrun: &o}
	events, err := alerting.Step(&r.incident, alerting.Input{Notice: &n}, time.Now())
	if err != nil {
		panic(err)
	}
	e.apply(events, false)
	ds := slices.Clone(r.incident.Deliveries)
	for k := range ds {
		if ds[k].Audience == o.Audience {
			ds[k].Missed, ds[k].Via = alerting.MissedLimit, alerting.ViaLAN
		}
	}
	r.incident.Deliveries = ds
}
