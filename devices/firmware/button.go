package firmware

import (
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware/debounce"
	"example.org/campushub/devices/wire"
)

// buttonCore is a one-press alarm button.
type buttonCore struct {
	config    ButtonConfig
	newID     func() string
	contact   debounce.Contact
	finger    debounce.Finger
	outbox    outbox
	connected bool
	latched   bool
	commanded devices.Indicator // what the hub last said; idle before

	drill     *drill // open window, nil if none
	lastDrill string // a command that comes twice opens no second window
	heldDrill bool   // the press that the finger is still on is a drill's

	shown      devices.Indicator
	shownSince time.Time
	lamp       bool
	dropped    Dropped // told with the state
	effects    []effect
}

// drill is the window in which the next press is one.
type drill struct{ from, until time.Time }

func newButtonCore(c ButtonConfig, newID func() string, kept Kept, now time.Time) *buttonCore {
	b := &buttonCore{
		config: c, newID: newID, commanded: devices.IndicatorIdle,
		contact: debounce.New(0, false), finger: debounce.Finger{Pattern: c.SilentPattern},
		shown: devices.IndicatorIdle, shownSince: now, latched: len(kept.Presses) > 0, dropped: kept.Dropped,
	}
	for _, p := range kept.Presses {
		b.outbox.add(p, now)
	}
	return b
}

func (b *buttonCore) step(now time.Time, in input) []effect {
	b.effects = nil
	switch in := in.(type) {
	case pinInput:
		b.change(b.contact.Step(in.closed, now))
	case linkInput:
		b.connection(now, in.up)
	case dateInput:
		b.outbox.date(now, in.wall)
	case devices.Command:
		b.obey(now, in)
	}
	b.watch(now)
	b.send(now)
	b.light(now)
	return b.effects
}

func (b *buttonCore) next(now time.Time) time.Time {
	at := earliest(b.contact.Due(), b.finger.Due())
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
	b.tell()
}

// tell says what the button says of itself.
func (b *buttonCore) tell() {
	if b.connected {
		b.do(sendEffect{online(b.config.Identity, devices.State{PressesDropped: b.dropped.Presses})})
	}
}

// watch turns the contact into presses.
func (b *buttonCore) watch(now time.Time) {
	b.change(b.contact.Tick(now))
	b.meant(b.finger.Tick(now))
}

func (b *buttonCore) change(c debounce.Change, changed bool) {
	if changed {
		b.meant(b.finger.Change(c))
		b.heldDrill = b.heldDrill && c.Closed
	}
}

// meant does what a finger meant. To hold a drill's press is to mean it: that
// is a live one beside it.
func (b *buttonCore) meant(all []debounce.Said) {
	for _, said := range all {
		switch said.Meaning {
		case debounce.Pressed:
			b.press(said.At, b.takeMode(said.At), b.config.Silent)
		case debounce.Silent:
			b.press(said.At, b.takeMode(said.At), true)
		case debounce.Held:
			if b.heldDrill {
				b.heldDrill = false
				b.press(said.At, devices.Live, b.config.Silent)
			}
		}
	}
}

// takeMode is the mode of a press made then: a drill once in each window. One
// that was begun before the window is live.
func (b *buttonCore) takeMode(at time.Time) devices.Mode {
	open := b.drill != nil && !at.Before(b.drill.from) && at.Before(b.drill.until)
	b.drill = nil
	if open && !b.config.AlwaysLive {
		return devices.Drill
	}
	return devices.Live
}

func (b *buttonCore) press(at time.Time, mode devices.Mode, silent bool) {
	p := Press{ID: b.newID(), Alarm: b.config.Alarm, Mode: mode, Silent: silent, PressedAt: at}
	b.latched = true
	b.heldDrill = mode == devices.Drill
	if !b.outbox.add(p, at) {
		b.dropped.Presses++
		b.do(dropEffect{Dropped{Presses: 1}})
		b.tell()
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
		b.drill = &drill{from: now, until: now.Add(min(w.For, wire.MaxDrillWindow))}
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
				ID: p.ID, Alarm: p.Alarm, Mode: p.Mode, Silent: p.Silent, Age: p.age(now),
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
	if oldest, ok := b.outbox.oldest(); ok { // of those that may be seen
		if now.Sub(oldest) >= FailedAfter {
			return devices.IndicatorFailed
		}
		return devices.IndicatorSent
	}
	return b.commanded
}

func (b *buttonCore) do(e effect) { b.effects = append(b.effects, e) }

// online is a device's state.
func online(i Identity, s devices.State) Message {
	s.Status, s.Firmware = devices.Online, i.Version
	return Message{Topic: wire.StateTopic(i.Address), Payload: wire.EncodeState(s), Retained: true}
}
