// Package board is the web console as a channel: it knows which accounts have
// a page open and what each of them has been shown.
//
// It owns the open pages of each account and the delivery behind each
// incident on them. The frames themselves are the event stream's business:
// the board only turns "written to the stream", "shown on a visible page" and
// "read" into reports. It starts no goroutine.
package board

import (
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// notConnected is the reason of a delivery whose account has no page open.
const notConnected = alerting.NotConnected

// Board is the Sink of the console's accounts, for every audience: a page
// holds up nobody, because nothing here waits.
type Board struct {
	report deliver.Reporter

	mu    sync.Mutex // guards pages and shown
	pages map[string]int
	// shown holds the latest delivery of each incident by account; Forget
	// removes it when the incident leaves the engine.
	shown map[string]map[string]deliver.Message
}

// New returns a board without pages.
func New(r deliver.Reporter) *Board {
	return &Board{report: r, pages: map[string]int{}, shown: map[string]map[string]deliver.Message{}}
}

// Tell remembers the delivery; the stream will report what became of it.
func (b *Board) Tell(m deliver.Message) {
	b.mu.Lock()
	b.remember(m)
	connected := b.pages[m.Recipient] > 0
	b.mu.Unlock()
	if !connected {
		b.report.Report(m.Progress(alerting.Planned, notConnected, time.Now()))
	}
}

// remember keeps a message unless a newer one is there; the caller holds mu.
func (b *Board) remember(m deliver.Message) {
	accounts, ok := b.shown[m.Incident]
	if !ok {
		accounts = map[string]deliver.Message{}
		b.shown[m.Incident] = accounts
	}
	if accounts[m.Recipient].Number <= m.Number {
		accounts[m.Recipient] = m
	}
}

// Opened notes that an account has one more page open; closed takes it back.
func (b *Board) Opened(account string) (closed func()) {
	b.add(account, 1)
	return sync.OnceFunc(func() { b.add(account, -1) })
}

func (b *Board) add(account string, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages[account] += n
	if b.pages[account] <= 0 {
		delete(b.pages, account)
	}
}

// Sent notes that a frame with this update was written to a page's stream.
func (b *Board) Sent(account, incident string, number int64, at time.Time) {
	b.confirm(account, incident, number, alerting.Handed, at)
}

// Confirm notes that a page says the update was shown or read. It reports
// false where the account was told nothing of that incident.
func (b *Board) Confirm(account, incident string, number int64, s alerting.DeliveryState, at time.Time) bool {
	return b.confirm(account, incident, number, s, at)
}

// confirm counts for the latest delivery whose update the page has: an older
// update does not prove that the newer one arrived.
func (b *Board) confirm(account, incident string, number int64, s alerting.DeliveryState, at time.Time) bool {
	b.mu.Lock()
	m, ok := b.shown[incident][account]
	b.mu.Unlock()
	if ok && number >= m.Number {
		b.report.Report(m.Progress(s, "", at))
	}
	return ok
}

// Forget drops what is known of an incident.
func (b *Board) Forget(incident string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.shown, incident)
}
