package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// button is one button as its firmware works: presses leave in order, each
// again and again until the hub's own receipt for it has come.
type button struct {
	at     devices.Address
	up     bool // its line
	busy   bool // a publish is under way, or the pause before the next
	outbox []*pressing
	window *window // until its next press
}

func (w *world) sorted() []*button {
	var out []*button
	for _, at := range buttons() {
		out = append(out, w.buttons[at])
	}
	return out
}

// pressNow makes a press and sends it when its turn comes.
func (w *world) pressNow(b *button, d deed, n int) {
	p := &pressing{made: w.now(), clock: w.clock, Press: devices.Press{
		ID: fmt.Sprintf("%08x-%04x-7000-8000-%012x", w.seed, n, d.id), From: b.at, Alarm: alarmOf(d.pick[1]), Mode: devices.Live,
	}}
	switch k := d.pick[2] % 100; {
	case k < 14:
		p.Mode = devices.Drill
	case k < 18:
		p.Mode = devices.Test
	case k < 21:
		p.ID, p.Malformed = "m-"+p.ID, true
	}
	w.inWindow(b, p)
	p.Silent = d.pick[2]/100%8 == 0
	w.mu.Lock()
	w.pressed[p.key()] = p
	w.openers[alerting.IncidentID(p.From, p.ID)] = p
	b.outbox = append(b.outbox, p)
	w.mu.Unlock()
	w.send(b)
}

// inWindow makes a button's next press a drill's, while its window is open.
func (w *world) inWindow(b *button, p *pressing) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b.window != nil && w.now() < b.window.until && !p.Malformed {
		p.Mode, p.windowed = devices.Drill, true
	}
	b.window = nil
}

func alarmOf(n uint64) devices.Alarm {
	if n%2 == 0 {
		return devices.Emergency
	}
	all := devices.Alarms()
	return all[n/2%uint64(len(all))]
}

// send publishes what stands first.
func (w *world) send(b *button) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b.busy || !b.up || w.dead || len(b.outbox) == 0 {
		return
	}
	p := b.outbox[0]
	b.busy = true
	p.sent++
	sent := p.Press
	sent.Age, sent.ReceivedAt = w.now()-p.made, time.Now()
	p.known = p.life == w.lives || len(w.durable[p.key()]) > 0
	if at := sent.PressedAt(); !p.known || at.Before(p.at) { // the hub keeps the earliest
		p.at = at
	}
	p.quiet, p.alone = w.repeatsItself(p), w.alone(p)
	w.expected = append(w.expected, p)
	if p.Mode == devices.Live && (p.openToAll() || !p.Silent && w.isOpen(b.at)) {
		w.lived[b.at.School] = w.now()
	}
	w.record("%s sends %s, %s old", b.at, p.ID, sent.Age)
	e, attempt := w.engine, fmt.Sprintf("%s %d", p.ID, p.sent)
	w.callers.Go(func() {
		err := e.Press(sent)
		w.answered(b, p, attempt, err)
	})
}

// repeatsItself reports whether a press may be told as a count: the button is
// stuck, by when its presses were pressed, or says nothing that can be read.
func (w *world) repeatsItself(p *pressing) bool {
	if p.Malformed {
		return true
	}
	n := 0
	for _, o := range w.pressed {
		since := p.at.Sub(o.at)
		if o.From == p.From && o != p && o.sent > 0 && since >= 0 && since <= alerting.StuckWindow {
			n++
		}
	}
	return n >= alerting.StuckPresses
}

// alone reports whether a press is the first of its button: nothing open of
// its device and mode is there to join.
func (w *world) alone(p *pressing) bool {
	for _, v := range w.views {
		if v.School == p.From.School && v.Device == p.From.Device && v.Mode == p.Mode {
			return false
		}
	}
	return true
}

// answered is the broker's answer: the publish was acknowledged, or the
// connection closed.
func (w *world) answered(b *button, p *pressing, attempt string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.record("%s is answered %v", p.ID, err)
	if err == nil {
		w.promise(p.key(), "the publish was acknowledged")
		if p.Malformed {
			b.outbox = slices.DeleteFunc(b.outbox, func(o *pressing) bool { return o == p })
		}
	}
	pause := time.Second + time.Duration(w.draw("pause", attempt)%uint64(4*time.Second))
	w.plan(pause, attempt, func() { w.pauseOver(b) })
}

func (w *world) pauseOver(b *button) {
	w.mu.Lock()
	b.busy = false
	w.mu.Unlock()
	w.send(b)
}

// Command is what the hub says to a button. A receipt is a promise, whether it
// arrives or not.
func (w *world) Command(to devices.Address, c devices.Command) {
	w.step()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.record("%s is told %s %s", to, c.Receipt, c.Indicator)
	b := w.buttons[to]
	if b == nil {
		return
	}
	if c.Receipt != "" {
		w.promise(pressKey{to, c.Receipt}, "the button was told "+string(c.Indicator))
	}
	w.shines(to, c)
	w.receipts++
	if !b.up || w.draw("receipt", c.Receipt, fmt.Sprint(w.receipts))%5 == 0 { // lost on its way
		return
	}
	b.outbox = slices.DeleteFunc(b.outbox, func(p *pressing) bool { return p.ID == c.Receipt })
	if !b.busy && len(b.outbox) > 0 {
		w.plan(time.Duration(1+w.draw("next", c.Receipt)%uint64(time.Millisecond)), "next "+c.Receipt, func() { w.send(b) })
	}
}

// connect brings a button's line up.
func (w *world) connect(b *button) {
	w.mu.Lock()
	up := b.up
	w.mu.Unlock()
	if up {
		w.engine.DeviceUp(b.at)
		w.send(b)
	}
}

// sendAgain has a button send a press once more that was acknowledged long
// ago.
func (w *world) sendAgain(b *button, n uint64) {
	w.mu.Lock()
	var mine []*pressing
	for _, p := range w.pressed {
		if p.From == b.at && !p.Malformed && p.sent > 0 && !slices.Contains(b.outbox, p) {
			mine = append(mine, p)
		}
	}
	slices.SortFunc(mine, func(x, y *pressing) int { return strings.Compare(x.ID, y.ID) })
	if len(mine) > 0 {
		b.outbox = append(b.outbox, mine[n%uint64(len(mine))])
	}
	w.mu.Unlock()
	w.send(b)
}

// isOpen reports whether a button's presses join something real that everybody
// may hear of, whatever else they say that it is.
func (w *world) isOpen(button devices.Address) bool {
	for _, v := range w.views {
		if v.School == button.School && v.Device == button.Device && v.Mode == devices.Live && !v.Confidential {
			return true
		}
	}
	return false
}
