package simulation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// far is what stands behind a slow channel: gateways, servers and robots.
type far struct {
	w       *world
	channel alerting.Channel
}

// Name is the channel's.
func (f far) Name() alerting.Channel { return f.channel }

// FarSide is the gateway that a message goes to.
func (f far) FarSide(m deliver.Message) string {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	return f.w.gatewayOf(keyOf(m))
}

// gatewayOf names the far side of a leg. w.mu is held.
func (w *world) gatewayOf(k alerting.LegKey) string {
	c, _ := w.dir.Contact(k.Recipient)
	for _, p := range c.Paths {
		if p.Channel == k.Channel {
			return p.Gateway
		}
	}
	return string(k.Channel)
}

// attempt is one message on its way to a far side.
type attempt struct {
	errand *errand
	name   string
	answer chan answer // holds one
	over   bool        // the hub hears no answer any more
}

type answer struct {
	state alerting.DeliveryState
	err   error
	asked time.Duration // the pause that the error asks for
}

var (
	errRefused = errors.New("503 Service Unavailable")
	errUnknown = errors.New("410 Gone")
)

// Send begins an attempt. What becomes of it is the driver's.
func (f far) Send(ctx context.Context, m deliver.Message) (alerting.DeliveryState, error) {
	a := f.w.attempts(m)
	select {
	case got := <-a.answer:
		return got.state, got.err
	case <-ctx.Done():
		f.w.hangsUp(a)
		return "", fmt.Errorf("no answer: %w", ctx.Err())
	}
}

// hangsUp is the hub ending an attempt.
func (w *world) hangsUp(a *attempt) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a.ends(w.now(), 0)
}

// ends is the last that the hub hears of an attempt. The world's mu is held.
func (a *attempt) ends(now, asked time.Duration) {
	a.over = true
	if a.errand != nil {
		a.errand.paused, a.errand.asked = now, asked
	}
}

// attempts holds an attempt to the laws, and has its far side do something about
// it.
func (w *world) attempts(m deliver.Message) *attempt {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := &attempt{answer: make(chan answer, 1)}
	e := w.ways.told[m.Delivery]
	if w.dead {
		return a
	}
	if e == nil {
		w.attempted(m, nil)
		return a
	}
	if e.before != nil && m.Number == e.before.Number && m.Number != e.Number {
		e = e.before
	}
	e.tries++
	a.errand, a.name = e, fmt.Sprintf("%s %d %v %d %d", m.Delivery, m.Number, m.Again, w.lives, e.tries)
	e.live = a
	w.attempted(m, e)
	w.acts(m, a)
	return a
}

// acts is what the far side does about an attempt.
func (w *world) acts(m deliver.Message, a *attempt) {
	chance, longest := w.draw("carry", a.name), takesOf(m.Channel)
	takes := time.Duration(2 + chance%uint64(longest))
	if !w.knows(keyOf(m), w.schoolOf(m.Incident, m.School.ID)) { // as the channel itself finds
		w.answers(a, 0, answer{err: deliver.Permanent(errUnknown)})
		return
	}
	accepts := answer{state: alerting.Handed}
	switch how := w.mood(w.gatewayOf(keyOf(m)), chance); how {
	case fine, late, lost:
		w.takes(takes/2, a, m, how, chance)
		w.answers(a, takes, accepts)
	case deaf:
		w.takes(takes/2, a, m, how, chance)
	case slow:
		w.takes(takes/2, a, m, how, chance)
		w.answers(a, takes+time.Duration(chance/7%uint64(6*time.Second)), accepts)
	case dead:
		refuses := answer{err: errRefused}
		switch chance / 13 % 4 {
		case 0:
			refuses.err = deliver.Permanent(errUnknown)
		case 1:
			refuses.err, refuses.asked = deliver.RetryAfter(errRefused, 4*time.Second), 4*time.Second
		}
		w.answers(a, takes, refuses)
	}
}

// mood is how a far side is for one message. w.mu is held.
func (w *world) mood(gateway string, chance uint64) temper {
	how := w.moods[gateway]
	if how == moody {
		how = temper(chance / 7 % uint64(moody))
	}
	return how
}

// takes is the far side having a message, if the hub is still there when it
// comes, and what its recipient says.
func (w *world) takes(after time.Duration, a *attempt, m deliver.Message, how temper, chance uint64) {
	w.plan(after, a.name+" arrives", func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.dead || a.over {
			return
		}
		w.heard(m)
		if how == lost || !m.Channel.GivesReceipt() {
			return
		}
		wait := takesOf(m.Channel) / 2
		if how == late {
			wait += 30 * time.Second
		}
		w.hears(wait, a.name, m, alerting.Received)
		if chance/13%4 == 0 {
			w.hears(wait+20*time.Second, a.name, m, alerting.Read)
		}
	})
}

// answers is the far side's answer, if the hub still waits for it.
func (w *world) answers(a *attempt, after time.Duration, with answer) {
	w.plan(after, a.name+" answers", func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.dead || a.over {
			return
		}
		a.ends(w.now(), with.asked)
		if with.err == nil {
			a.errand.accepted = w.now()
		}
		a.errand.refused = deliver.IsPermanent(with.err)
		a.answer <- with
	})
}
