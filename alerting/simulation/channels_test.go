package simulation

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// temper is how a channel works for now.
type temper int

const (
	fine  temper = iota
	dead         // refuses at once
	lost         // takes everything, and no receipt comes back
	hung         // nothing comes back before the deadline
	late         // receipts come when they are of no use
	moody        // any of these, a message each
	tempers
)

// Forget is the hub letting go of an incident.
func (w *world) Forget(incident string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forgotten[incident] = true
}

// Tell is every channel of the district.
func (w *world) Tell(m deliver.Message) {
	w.step()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.record("tell %s/%s %s: %s #%d %s %s again=%v %s", m.Audience, m.Recipient, m.Channel, m.Incident[:6], m.Number, m.Press, m.Delivery[:6], m.Again, m.Text.EN)
	w.told(m)
	w.carry(m)
}

// carry does with a message what its channel does.
func (w *world) carry(m deliver.Message) {
	name := fmt.Sprintf("%s %d %v %d", m.Delivery, m.Number, m.Again, w.lives)
	chance := w.draw("carry", name)
	switch m.Channel {
	case alerting.ChannelMQTT:
		if !w.screens[keyOf(m)] {
			w.report(m, alerting.Planned, "not connected")
			return
		}
	case alerting.ChannelConsole:
		if w.draw("page", m.Recipient, fmt.Sprint(w.now()/(10*time.Minute)))%2 == 0 {
			w.report(m, alerting.Planned, "no page is open")
			return
		}
	}
	how := w.moods[m.Channel]
	if how == moody {
		how = temper(chance / 7 % uint64(moody))
	}
	takes := time.Duration(1 + chance%uint64(takesOf(m.Channel)))
	switch how {
	case fine, late:
		w.soon(takes, name, m, alerting.Handed)
		if how == late {
			takes += 30 * time.Second
		}
		w.soon(takes+takesOf(m.Channel)/4, name, m, alerting.Received)
		if chance/13%4 == 0 {
			w.soon(takes+20*time.Second, name, m, alerting.Read)
		}
	case lost:
		w.soon(takes, name, m, alerting.Handed)
	case hung:
		w.soon(time.Until(m.Deadline), name, m, alerting.Failed)
	case dead:
		w.soon(takes, name, m, alerting.Failed)
	}
}

// takesOf is the longest that a channel takes when all is well.
func takesOf(c alerting.Channel) time.Duration {
	switch c {
	case alerting.ChannelMQTT, alerting.ChannelConsole:
		return 40 * time.Millisecond
	case alerting.ChannelSMS, alerting.ChannelVoice:
		return 4 * time.Second
	}
	return 800 * time.Millisecond
}

func (w *world) soon(d time.Duration, name string, m deliver.Message, s alerting.DeliveryState) {
	w.plan(max(d, 0), name+" "+string(s), func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.dead {
			w.report(m, s, "")
		}
	})
}

// report tells the hub what became of a message, as the channel does: a
// terminal's receipt names the one who was told.
func (w *world) report(m deliver.Message, s alerting.DeliveryState, reason string) {
	w.reported(messageOf{m.Incident, keyOf(m), m.Delivery}, s)
	if m.Channel == alerting.ChannelMQTT && (s == alerting.Received || s == alerting.Read) {
		w.engine.Confirm(m.Audience, m.Recipient, m.Delivery, s, time.Now())
		return
	}
	if s == alerting.Failed {
		reason = "no answer"
	}
	w.engine.Report(m.Progress(s, reason, time.Now()))
}

// terminals lists every terminal that there ever is.
func (w *world) terminals() []alerting.LegKey {
	var out []alerting.LegKey
	for _, t := range terminals(everything) {
		out = append(out, alerting.LegKey{Audience: t.Audience, Recipient: t.ID, Channel: alerting.ChannelMQTT})
	}
	return out
}

// plugIn has a terminal subscribe to its topic.
func (w *world) plugIn(k alerting.LegKey) {
	w.mu.Lock()
	_, known := w.dir.Terminal(string(k.Audience) + "/" + k.Recipient)
	if known {
		w.screens[k] = true
		w.ups = append(w.ups, terminalUp{leg: k, at: w.now(), open: w.addressed(k)})
		w.record("%s/%s is up", k.Audience, k.Recipient)
	}
	w.mu.Unlock()
	if known {
		w.engine.TerminalUp(k.Audience, k.Recipient)
		w.drills.TerminalUp(k.Audience, k.Recipient)
	}
}

func (w *world) unplug(k alerting.LegKey) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.screens[k] = false
}

// load is a reload: another version of the district.
func (w *world) load(version int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.version, w.dir = version, w.dirs.version(version)
	w.term.Store(calendarOf(version))
	for k := range w.screens {
		if _, known := w.dir.Terminal(string(k.Audience) + "/" + k.Recipient); !known {
			w.screens[k] = false
		}
	}
}

// channels are those that a mood may take.
func channels() []alerting.Channel {
	return slices.DeleteFunc(alerting.Channels(), func(c alerting.Channel) bool {
		return c == alerting.ChannelDingTalk || c == alerting.ChannelFeishu
	})
}
