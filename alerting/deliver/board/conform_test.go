package board_test

import (
	"sync"
	"testing"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/board"
	"example.org/campushub/alerting/deliver/delivertest"
)

// pages are a board and the event stream behind it: an open page is written
// the latest news of each incident and confirms what it shows.
type pages struct {
	board *board.Board

	mu  sync.Mutex // guards all and everything in it
	all map[string]*page
}

type page struct {
	stuck  bool
	closed func() // nil is no page
	waits  []deliver.Message
	took   []delivertest.Taken
}

func TestBoardConforms(t *testing.T) {
	m := message("d-1", "desk", "i", 7)
	m.Audience, m.Text = alerting.Police, alerting.Text{ZH: "一键报警"}
	delivertest.ConformSink(t, delivertest.SinkHarness{
		New: func(_ *testing.T, r deliver.Reporter) (deliver.Sink, delivertest.Peers) {
			p := &pages{board: board.New(r), all: map[string]*page{"desk": {}, "office": {}}}
			p.Come("desk")
			p.Come("office")
			return p, p
		},
		Message: m, Other: "office",
	})
}

// Tell is the engine's, which tells board and stream.
func (p *pages) Tell(m deliver.Message) {
	p.board.Tell(m)
	p.mu.Lock()
	defer p.mu.Unlock()
	to := p.all[m.Recipient]
	if to.closed == nil {
		return
	}
	for i, w := range to.waits { // the stream holds the latest of each incident
		if w.Incident == m.Incident {
			to.waits = append(to.waits[:i], to.waits[i+1:]...)
			break
		}
	}
	to.waits = append(to.waits, m)
	if !to.stuck {
		p.show(to)
	}
}

// show is the stream's; the caller holds mu.
func (p *pages) show(to *page) {
	for _, m := range to.waits {
		to.took = append(to.took, delivertest.Taken{Delivery: m.Delivery, Number: m.Number})
		p.board.Sent(m.Recipient, m.Incident, m.Number, time.Now())
		p.board.Confirm(m.Recipient, m.Incident, m.Number, alerting.Received, time.Now())
	}
	to.waits = nil
}

func (p *pages) change(recipient string, change func(*page)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p.all[recipient])
}

func (p *pages) Stick(recipient string) { p.change(recipient, func(to *page) { to.stuck = true }) }

// Hang is no more than Stick: the board writes to nobody.
func (p *pages) Hang(recipient string) { p.Stick(recipient) }

func (p *pages) Loosen(recipient string) {
	p.change(recipient, func(to *page) {
		to.stuck = false
		p.show(to)
	})
}

func (p *pages) Leave(recipient string) {
	p.change(recipient, func(to *page) {
		to.closed()
		to.closed, to.waits = nil, nil
	})
}

func (p *pages) Come(recipient string) {
	p.change(recipient, func(to *page) { to.closed = p.board.Opened(recipient) })
}

func (p *pages) Took(recipient string) (out []delivertest.Taken) {
	p.change(recipient, func(to *page) { out = to.took })
	return out
}
