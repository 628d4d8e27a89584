package simulation

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing/synctest"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/board"
	"example.org/campushub/alerting/deliver/terminal"
)

// ways are the lanes, desks and pages of one life: the hub's own. What stands
// behind them is the world's.
type ways struct {
	router    *deliver.Router
	lanes     []*deliver.Lane
	terminals map[alerting.Audience]*terminal.Terminals
	board     *board.Board
	tabs      map[string]func() // closes the page of an account that has one open
	errands   []func()          // what the hub has asked of its lanes, in order; guarded by the world's mu
	wires     map[alerting.LegKey]*line
	told      map[string]*errand // by delivery
	latest    map[thread]*errand
	active    []*errand            // of slow channels, whose lane has not said what became of them
	owed      map[thread]*errand   // what a terminal that is up was told, and has not been sent
	displays  map[thread]int64     // the newest number that a page has
	quieting  map[string]*sighting // what is about to make older news useless
}

// thread is what is told one after the other: an incident over one leg.
type thread struct {
	incident string
	leg      alerting.LegKey
}

func threadOf(m deliver.Message) thread { return thread{m.Incident, keyOf(m)} }

// The lanes are smaller than the hub's, so that a day fills them.
const (
	laneQueue   = 12
	laneWorkers = 3
)

func overLanes() []alerting.Audience {
	return []alerting.Audience{alerting.Police, alerting.School, alerting.Guards, alerting.Staff, alerting.District}
}

// newWays makes them as the hub does.
func (w *world) newWays() *ways {
	r := returns{w}
	out := &ways{
		router: deliver.NewRouter(r), board: board.New(r), terminals: map[alerting.Audience]*terminal.Terminals{}, tabs: map[string]func(){},
		wires: map[alerting.LegKey]*line{}, told: map[string]*errand{}, latest: map[thread]*errand{}, owed: map[thread]*errand{}, displays: map[thread]int64{}, quieting: map[string]*sighting{},
	}
	for _, a := range overLanes() {
		for _, c := range alerting.Channels() {
			switch c {
			case alerting.ChannelConsole:
				out.router.Add(a, c, out.board)
			case alerting.ChannelMQTT:
				out.terminals[a] = terminal.New(radio{w}, r)
				out.router.Add(a, c, out.terminals[a])
			default:
				cfg := deliver.LaneConfig{Queue: laneQueue, Workers: laneWorkers, Attempt: attemptOf(c), Jitter: w.jitter}
				l := deliver.NewLane(cfg, a, far{w, c}, r, slog.New(slog.DiscardHandler))
				out.lanes = append(out.lanes, l)
				out.router.Add(a, c, l)
			}
		}
	}
	return out
}

// jitter is a lane's, from the seed.
func (w *world) jitter(m deliver.Message, pause time.Duration) time.Duration {
	n := 0
	w.mu.Lock()
	if e := w.ways.told[m.Delivery]; e != nil {
		n = e.tries
	}
	w.mu.Unlock()
	return pause/2 + time.Duration(w.draw("jitter", m.Delivery, fmt.Sprint(m.Number, w.lives, n))%uint64(pause))
}

// attemptOf is how long one attempt may take, as the hub has it.
func attemptOf(c alerting.Channel) time.Duration {
	switch c {
	case alerting.ChannelMail:
		return 5 * time.Second
	case alerting.ChannelWebhook:
		return 4 * time.Second
	}
	return 3 * time.Second
}

func (y *ways) start(ctx context.Context, running *sync.WaitGroup) {
	for _, l := range y.lanes {
		running.Go(func() { _ = l.Run(ctx) })
	}
}

// Tell is every lane of the hub, as the engine sees it. The driver hands the
// message over when the engine has come to rest: one after the other, in the
// engine's order, each when whatever the one before has begun has come to rest.
func (w *world) Tell(m deliver.Message) {
	w.step()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.record("tell %s/%s %s: %s #%d %s %s again=%v %s", m.Audience, m.Recipient, m.Channel, m.Incident[:6], m.Number, m.Press, m.Delivery[:6], m.Again, m.Text.EN)
	w.told(m)
	w.errands = append(w.errands, func() { w.carry(m) })
}

// Withdraw is the engine taking a delivery back.
func (w *world) Withdraw(leg alerting.LegKey, p alerting.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.record("withdraw %s: %s", p.Delivery[:6], p.Reason)
	w.errands = append(w.errands, func() { w.router.Withdraw(leg, p) })
}

// Cut is the engine ending what is on its way.
func (w *world) Cut(leg alerting.LegKey, incident string, before int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.record("cut %s/%s over %s of %s before #%d", leg.Audience, leg.Recipient, leg.Channel, incident[:6], before)
	w.errands = append(w.errands, func() { w.router.Cut(leg, incident, before) })
}

// Forget is the hub letting go of an incident.
func (w *world) Forget(incident string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forgotten[incident] = true
	w.errands = append(w.errands, func() { w.board.Forget(incident) })
}

// rest waits until the hub and its lanes have come to rest.
func (w *world) rest() {
	for {
		synctest.Wait()
		do, ok := w.nextErrand()
		if !ok {
			return
		}
		do()
	}
}

func (w *world) nextErrand() (do func(), ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead || len(w.errands) == 0 {
		return nil, false
	}
	do, w.errands = w.errands[0], w.errands[1:]
	return do, true
}

// carry gives a message to its lane.
func (w *world) carry(m deliver.Message) {
	if m.Channel == alerting.ChannelConsole {
		w.browse(m)
		return
	}
	w.mu.Lock()
	w.sets(m)
	w.mu.Unlock()
	w.router.Tell(m)
}

// returns is where the lanes report to. The driver takes it to the engine: at
// once, but in an order that no goroutine's luck decides.
type returns struct{ w *world }

func (r returns) Report(p alerting.Progress) {
	w := r.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	n := 0
	if d := w.ids[p.Delivery]; d != nil {
		d.reports++
		n = d.reports
	}
	e := w.speaksOf(p)
	w.plan(0, fmt.Sprintf("report %s %04d %s", p.Delivery, n, p.State), func() { w.reports(p, e) })
}

// reports holds a lane to its word, and takes it to the engine.
func (w *world) reports(p alerting.Progress, e *errand) {
	w.mu.Lock()
	d := w.ids[p.Delivery]
	if w.dead || d == nil {
		w.mu.Unlock()
		return
	}
	w.record("%s over %s is %s %s", p.Delivery[:6], d.leg.Channel, p.State, p.Reason)
	w.agrees(p, d, e)
	d.expired = d.expired || p.State == alerting.Expired
	w.reported(messageOf{d.incident, d.leg, p.Delivery}, p.State)
	w.mu.Unlock()
	w.engine.Report(p)
}

// hears is a far side's own word about what it took: a receipt.
func (w *world) hears(after time.Duration, name string, m deliver.Message, s alerting.DeliveryState) {
	w.plan(after, name+" "+string(s), func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.dead {
			return
		}
		w.reported(messageOf{m.Incident, keyOf(m), m.Delivery}, s)
		if m.Channel == alerting.ChannelMQTT {
			w.engine.Confirm(m.Audience, m.Recipient, m.Delivery, s, time.Now())
			return
		}
		e, ctx, p := w.engine, w.ctx, m.Progress(s, "", time.Now())
		w.callers.Go(func() { _ = e.Hear(ctx, alerting.LegKey{}, p) })
	})
}
