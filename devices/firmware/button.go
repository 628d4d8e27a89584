package firmware

import (
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

// HoldLive is how long a button is held to mean it, also in a drill.
const HoldLive = 3 * time.Second

// buttonCore is a one-press alarm button.
type buttonCore struct {
	config    ButtonConfig
	newID     func() string
	contact   contact
	outbox    outbox
	connected bool
	latched   bool
	commanded devices.Indicator // what the hub last said; idle before

	drill     *drill // open window, nil if none
	lastDrill string // a command that comes twice opens no second window
	heldDrill time.Time

	shown      devices.Indicator
	shownSince time.Time
	lamp       bool
	effects    []effect
}

// drill is the window in which the next press is one.
type drill struct{ until time.Time }

func newButtonCore(c ButtonConfig, newID func() string, kept []Press, now time.Time) *buttonCore {
	b := &buttonCore{
		config: c, newID: newID, commanded: devices.IndicatorIdle,
		shown: devices.IndicatorIdle, shownSince: now, latched: len(kept) > 0,
	}
	for _, p := range kept {
		b.outbox.add(p, now)
	}
	return b
}

func (b *buttonCore) step(now time.Time, in input) []effect {
	b.effects = nil
	switch in := in.(type) {
	case pinInput:
		b.contact.edge(in.closed, now)
	case linkInput:
		b.connection(now, in.up)
	case devices.Command:
		b.obey(now, in)
	}
	b.watch(now)
	b.send(now)
	b.light(now)
	return b.effects
}

func (b *buttonCore) next(now time.Time) time.Time {
	at := b.contact.due()
	if !b.heldDrill.IsZero() {
		at = earliest(at, b.heldDrill.Add(HoldLive))
	}
	if b.connected {
		at = earliest(at, b.outbox.next())
	}
	if oldest, ok := b.outbox.oldest(); ok && now.Before(oldest.Add(FailedAfter)) {
		at = earliest(at, oldest.Add(FailedAfter))
	}
	_, beat := lit(b.shown, b.shownSince, now)
	return earliest(at, beat)
}

func (b *buttonCore) connection(now time.Time, up bool) {
	b.connected = up
	if !up {
		return
	}
	b.outbox.again(now)
	b.do(sendEffect{online(b.config.Identity, false)})
}

// watch turns the contact into presses.
func (b *buttonCore) watch(now time.Time) {
	since := b.contact.since
	if b.contact.settle(now) {
		b.heldDrill = time.Time{}
		if b.contact.closed {
			b.press(now, since, b.takeMode(now))
		}
	}
	if !b.heldDrill.IsZero() && !now.Before(b.heldDrill.Add(HoldLive)) {
		b.heldDrill = time.Time{}
		b.press(now, now, devices.Live)
	}
}

// takeMode is the mode of a press made now: a drill once in each window.
func (b *buttonCore) takeMode(now time.Time) devices.Mode {
	open := b.drill != nil && now.Before(b.drill.until)
	b.drill = nil
	if open && !b.config.AlwaysLive {
		return devices.Drill
	}
	return devices.Live
}

func (b *buttonCore) press(now, at time.Time, mode devices.Mode) {
	p := Press{ID: b.newID(), Alarm: b.config.Alarm, Mode: mode, Silent: b.config.Silent, PressedAt: at}
	b.latched = true
	if mode == devices.Drill {
		b.heldDrill = at
	}
	if !b.outbox.add(p, now) {
		b.do(refuseEffect{p})
		return
	}
	b.do(keepEffect{p})
}

// obey does what the hub says. Only a receipt ends a press, only a reset ends
// the latch.
func (b *buttonCore) obey(now time.Time, c devices.Command) {
	if c.Reset {
		b.latched, b.commanded = false, devices.IndicatorIdle
	}
	if c.Receipt != "" && b.outbox.confirm(c.Receipt) {
		b.do(forgetEffect{c.Receipt})
	}
	if c.Indicator != "" {
		b.commanded = c.Indicator
	}
	if c.Siren != nil {
		b.do(sirenEffect{*c.Siren})
	}
	if c.Drill != nil {
		b.announce(now, *c.Drill)
	}
}

// announce opens a window, once for each drill, or closes whichever is open:
// to be live is never wrong.
func (b *buttonCore) announce(now time.Time, w devices.DrillWindow) {
	switch {
	case w.For <= 0:
		b.drill, b.lastDrill = nil, w.ID
	case w.ID != b.lastDrill:
		b.lastDrill = w.ID
		b.drill = &drill{until: now.Add(min(w.For, wire.MaxDrillWindow))}
	}
}

func (b *buttonCore) send(now time.Time) {
	if !b.connected {
		return
	}
	for _, p := range b.outbox.due(now) {
		b.do(sendEffect{Message{
			Topic: wire.AlarmTopic(b.config.Identity.Address),
			Payload: wire.EncodeAlarm(devices.Press{
				ID: p.ID, Alarm: p.Alarm, Mode: p.Mode, Silent: p.Silent, Age: now.Sub(p.PressedAt),
			}),
		}})
	}
}

func (b *buttonCore) light(now time.Time) {
	if i := b.indicator(now); i != b.shown {
		b.shown, b.shownSince = i, now
	}
	if on, _ := lit(b.shown, b.shownSince, now); on != b.lamp {
		b.lamp = on
		b.do(lampEffect{on})
	}
}

// indicator is what the light shows: a press that the hub does not have yet
// before what the hub says, and nothing at all on a silent button, which gives
// nobody away.
func (b *buttonCore) indicator(now time.Time) devices.Indicator {
	if b.config.Silent {
		return devices.IndicatorIdle
	}
	if oldest, ok := b.outbox.oldest(); ok {
		if now.Sub(oldest) >= FailedAfter {
			return devices.IndicatorFailed
		}
		return devices.IndicatorSent
	}
	return b.commanded
}

func (b *buttonCore) do(e effect) { b.effects = append(b.effects, e) }

func online(i Identity, tamper bool) Message {
	return Message{
		Topic:    wire.StateTopic(i.Address),
		Payload:  wire.EncodeState(devices.State{Status: devices.Online, Firmware: i.Version, Tamper: tamper}),
		Retained: true,
	}
}
