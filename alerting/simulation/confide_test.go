package simulation

import (
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// confides has one of the open incidents made confidential, and then in turns
// called something that others have to act on, revealed, and made confidential
// once more: mostly by somebody who is named for such matters.
func (w *world) confides(d deed) {
	id, ok := w.latestOpen(d.pick[0])
	if !ok {
		return
	}
	pause := 20*time.Millisecond + time.Duration(d.pick[2]%uint64(40*time.Second))
	for n := range 2 + int(d.pick[1]%5) {
		c := alerting.Command{ID: fmt.Sprintf("c-%d-%d", d.id, n), Incident: id, Reason: "looked", Text: "words", Actor: deputy}
		if d.pick[3]>>(2*n)%8 == 0 {
			c.Actor = liaison
		}
		choice := d.pick[3] >> (3*n + 7)
		w.at(time.Duration(n)*pause, "confide", func() { w.ask(inTurn(c, n, choice)) })
	}
}

// inTurn makes every other command one that conceals; those between call the
// incident something else, or reveal it.
func inTurn(c alerting.Command, n int, choice uint64) alerting.Command {
	open := []alerting.Kind{"attack", "fight", "medical", "traffic", "emergency", "missing"}
	c.Verb = alerting.VerbClassify
	switch {
	case n%2 == 0:
		c.Kind = alerting.KindOf([]devices.Alarm{devices.Bullying, devices.Welfare}[choice%2])
	case choice%3 == 0:
		if c.Verb = alerting.VerbReveal; choice/7%2 == 0 { // as something that may ask for others
			c.Kind = open[choice/3%uint64(len(open))]
		}
	default:
		c.Kind = open[choice/3%uint64(len(open))]
	}
	return c
}

// latestOpen is one of the three unresolved incidents that were told last.
func (w *world) latestOpen(pick uint64) (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var open []string
	for n := len(w.incidents) - 1; n >= 0 && len(open) < 3; n-- {
		if _, is := w.views[w.incidents[n]]; is {
			open = append(open, w.incidents[n])
		}
	}
	if len(open) == 0 {
		return "", false
	}
	return open[pick%uint64(len(open))], true
}
