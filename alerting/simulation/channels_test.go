package simulation

import (
	"time"

	"example.org/campushub/alerting"
)

// temper is how a far side works for now.
type temper int

const (
	fine  temper = iota
	dead         // refuses: for now, for good, or with a pause that it asks for
	lost         // takes everything, and no receipt comes back
	hung         // takes nothing, and never answers
	late         // receipts come when they are of no use
	deaf         // takes everything, and its answer is lost: it comes twice
	slow         // answers after seconds, if it is still asked
	moody        // any of these, a message each
	tempers
)

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
		w.connects(k)
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

// gateways are the far sides that a mood may take.
func gateways() []string {
	out := []string{secondSMS}
	for _, c := range alerting.Channels() {
		if c != alerting.ChannelDingTalk && c != alerting.ChannelFeishu {
			out = append(out, string(c))
		}
	}
	return out
}
