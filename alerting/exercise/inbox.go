package exercise

import (
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// maxPresses and maxReports bound what waits. Overflow: dropped and counted;
// the press is an incident all the same, and a report only says how far a text
// got.
const (
	maxPresses = 4096
	maxReports = 4096
)

// inbox is what others tell the exercise without ever waiting.
type inbox struct {
	ready chan struct{} // holds one token while there is something

	mu sync.Mutex // guards what follows
	// live holds the first live signal of each school since the last look, and the
	// first that everybody may hear of: one ends the drill, the next ones change
	// nothing. Bounded by the schools.
	live    map[liveKey]live
	presses []devices.Press // drill presses, in order
	reports []report
	ups     map[toldKey]bool // terminals that have come up; bounded by the terminals
	dropped int
}

// live is something real at a school: a button's press, or a person's word.
type live struct {
	school string
	kind   alerting.Kind
	press  *devices.Press // nil for a person
	by     alerting.Actor
	hushed bool // nobody may learn of it but those whom its own plan tells
}

// report is what became of a text: by its own id, or by whom it was told to.
type report struct {
	alerting.Progress
	audience  alerting.Audience // "" for a channel's own report
	recipient string
}

type liveKey struct {
	school string
	hushed bool
}

func newInbox() *inbox {
	return &inbox{ready: make(chan struct{}, 1), live: map[liveKey]live{}, ups: map[toldKey]bool{}}
}

func (b *inbox) change(f func()) {
	b.mu.Lock()
	f()
	b.mu.Unlock()
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

func (b *inbox) putLive(l live) {
	b.change(func() {
		if key := (liveKey{l.school, l.hushed}); b.live[key].school == "" {
			b.live[key] = l
		}
	})
}

func (b *inbox) putPress(p devices.Press) {
	b.change(func() {
		if len(b.presses) >= maxPresses {
			b.dropped++
			return
		}
		b.presses = append(b.presses, p)
	})
}

func (b *inbox) putReport(r report) {
	b.change(func() {
		if len(b.reports) >= maxReports {
			b.dropped++
			return
		}
		b.reports = append(b.reports, r)
	})
}

// taken is what waited.
type taken struct {
	live    map[liveKey]live
	presses []devices.Press
	reports []report
	ups     map[toldKey]bool
	dropped int
}

func (b *inbox) take() taken {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := taken{b.live, b.presses, b.reports, b.ups, b.dropped}
	b.live, b.presses, b.reports, b.ups, b.dropped = map[liveKey]live{}, nil, nil, map[toldKey]bool{}, 0
	return t
}

// Pressed takes a press that has just been told for the first time; hushed says
// of a live one that nobody may learn of it but those who were told. It never
// blocks.
func (x *Exercises) Pressed(p devices.Press, hushed bool) {
	switch p.Mode {
	case devices.Test:
	case devices.Drill:
		x.inbox.putPress(p)
	default:
		x.inbox.putLive(live{school: p.From.School, kind: alerting.KindOf(p.Alarm), press: &p, hushed: hushed})
	}
}

// Raised takes it that a person has opened a live incident at a school; hushed
// says that nobody may learn of it but those who were told. It never blocks.
func (x *Exercises) Raised(school string, k alerting.Kind, by alerting.Actor, hushed bool) {
	x.inbox.putLive(live{school: school, kind: k, by: by, hushed: hushed})
}

// Report takes what became of a text. It never blocks.
func (x *Exercises) Report(p alerting.Progress) { x.inbox.putReport(report{Progress: p}) }

// Confirm takes an endpoint's receipt; it counts from the one who was told. It
// never blocks.
func (x *Exercises) Confirm(a alerting.Audience, recipient, delivery string, s alerting.DeliveryState, at time.Time) {
	x.inbox.putReport(report{
		Progress: alerting.Progress{Delivery: delivery, State: s, At: at}, audience: a, recipient: recipient,
	})
}

// TerminalUp notes that a terminal has subscribed: it is told again what it
// has missed. It never blocks.
func (x *Exercises) TerminalUp(a alerting.Audience, id string) {
	x.inbox.change(func() { x.inbox.ups[toldKey{audience: a, recipient: id, channel: alerting.ChannelMQTT}] = true })
}
