package simulation

import (
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// browse gives a message to the board, of which somebody may have a page open:
// then it is written to the page's stream, and the page says that it is shown.
func (w *world) browse(m deliver.Message) {
	name := fmt.Sprintf("%s %d %v %d", m.Delivery, m.Number, m.Again, w.lives)
	chance := w.draw("carry", name)
	w.mu.Lock()
	how := w.mood(string(alerting.ChannelConsole), chance)
	open := how != dead && w.draw("page", m.Recipient, fmt.Sprint(w.now()/(10*time.Minute)))%2 != 0
	w.mu.Unlock()
	w.opens(m.Recipient, open)
	w.board.Tell(m)
	if !open {
		return
	}
	takes := time.Duration(1 + chance%uint64(takesOf(m.Channel)))
	shows := func(after time.Duration, number int64, s alerting.DeliveryState) {
		w.at(after, fmt.Sprintf("%s page %d %s", name, number, s), func() { w.shows(m, number, s) })
	}
	if chance/17%3 == 0 { // what is older is on its way to the page
		shows(takes/2, m.Number-1, alerting.Handed)
		shows(takes/2+1, m.Number-1, alerting.Received)
	}
	switch how {
	case hung, deaf:
		return
	case slow:
		takes += 5 * time.Second
	}
	shows(takes, m.Number, alerting.Handed)
	if how == lost {
		return
	}
	if how == late {
		takes += 30 * time.Second
	}
	shows(takes+takesOf(m.Channel)/4, m.Number, alerting.Received)
	if chance/13%4 == 0 {
		shows(takes+20*time.Second, m.Number, alerting.Read)
	}
}

// opens has an account open its page, or close it.
func (w *world) opens(account string, open bool) {
	closes, has := w.tabs[account]
	switch {
	case open && !has:
		w.tabs[account] = w.board.Opened(account)
	case !open && has:
		delete(w.tabs, account)
		closes()
	}
}

// shows is a page having an update.
func (w *world) shows(m deliver.Message, number int64, s alerting.DeliveryState) {
	w.mu.Lock()
	over := w.dead
	if !over {
		k := thread{m.Incident, keyOf(m)}
		w.displays[k] = max(w.displays[k], number)
	}
	w.mu.Unlock()
	switch {
	case over:
	case s == alerting.Handed:
		w.board.Sent(m.Recipient, m.Incident, number, time.Now())
	default:
		w.board.Confirm(m.Recipient, m.Incident, number, s, time.Now())
	}
}
