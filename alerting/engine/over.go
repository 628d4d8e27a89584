package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Over closes the incident of a condition that has ended: whoever was missed
// has come. Where somebody has taken it on it is theirs to close, and the
// timeline says that it is over, once. It returns when that is durable, and
// changes nothing where the incident is closed. What a button or a person raised is closed by people
// alone: that is alerting.ErrForbidden. It fails with ErrUnavailable where the
// journal is down; then it has not happened, and is to be said again.
func (e *Engine) Over(ctx context.Context, incident, reason string) error {
	if reason == "" {
		return fmt.Errorf("%w: incident %s: nothing says why it is over", alerting.ErrInvalid, incident)
	}
	_, err := e.asked(ctx, command{
		Command: alerting.Command{Incident: incident, Verb: alerting.VerbResolve, Reason: reason},
		over:    reason, done: make(chan result, 1),
	})
	return err
}

// decideOver is one of the commands that run one at a time.
func (e *Engine) decideOver(r *record, c command, now time.Time) {
	switch v := &r.view; {
	case v.Resolved():
		c.done <- result{incident: r.full()}
	case v.PressCount > 0 || v.Latched || v.Mode != devices.Live || v.Kind == alerting.KindHubFault:
		c.done <- result{err: fmt.Errorf("%w: incident %s is people's to close", alerting.ErrForbidden, v.ID)}
	case r.said(overText(c.over)):
		c.done <- result{incident: r.full()}
	default:
		e.commit(r, r.ending(c.over, now), c)
	}
}

// ending closes the incident of a condition that has ended, or notes it where
// somebody has taken it on.
func (r *record) ending(reason string, now time.Time) alerting.Event {
	ev := alerting.Event{
		Type: alerting.EventResolved, Incident: r.view.ID, School: r.view.School, At: now,
		Actor: alerting.Actor{Name: alerting.ActorHub}, Reason: reason, Outcome: alerting.OutcomeReal,
	}
	if reason == alerting.ReasonUnseen { // nobody is said to have been missing
		ev.Outcome = alerting.OutcomeDeviceFault
	}
	if len(r.view.Acknowledgements) > 0 {
		ev.Type, ev.Outcome, ev.Text = alerting.EventNoted, "", overText(reason)
	}
	return ev
}

// What the timeline says of a condition that has ended, or of which nobody can tell,
// and that somebody has taken on.
const (
	itIsOver   = "情况已恢复 / it is over"
	cannotTell = "读卡器当时已失联,无法判断 / the card reader was lost by then, nobody can tell"
)

func overText(reason string) string {
	if reason == alerting.ReasonUnseen {
		return cannotTell
	}
	return itIsOver
}

// saidOver reports whether the timeline of an incident that somebody has taken
// on says so already: it is said once.
func (r *record) saidOver() bool { return r.said(itIsOver) }

func (r *record) said(text string) bool {
	return len(r.view.Acknowledgements) > 0 && slices.ContainsFunc(r.events, func(t *tracked) bool {
		return t.Type == alerting.EventNoted && t.Actor.Name == alerting.ActorHub && t.Text == text
	})
}
