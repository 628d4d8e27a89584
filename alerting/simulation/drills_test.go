package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/devices"
)

// window is a button's next press being a drill's, as its firmware knows it.
type window struct {
	drill string
	until time.Duration // true time
}

// newDrills are the drills of a life, with what the disk has of them.
func (w *world) newDrills() *exercise.Exercises {
	x := exercise.New(exercise.Deps{Store: office{w}, People: w.people, Days: w.planned, Log: slog.New(slog.DiscardHandler)})
	x.Connect(w.engine, pager{w}, stage{w})
	w.engine.Exercised(x)
	return x
}

// office keeps the events of drills, on the same disk as the journal.
type office struct{ w *world }

var errGone = errors.New("disk is gone")

// AppendDrill stores all of the events or none. The hub may crash before it,
// and right behind it.
func (o office) AppendDrill(_ context.Context, events []drill.Event) ([]drill.Event, error) {
	o.w.step()
	ill := o.w.journal.ill()
	if err := o.append(events, ill); err != nil {
		return nil, err
	}
	o.w.step()
	return events, nil
}

func (o office) append(events []drill.Event, ill bool) error {
	w := o.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead || ill {
		return errGone
	}
	for _, e := range events {
		payload, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode drill event: %w", err)
		}
		w.record("drill %s %s %s%s", e.Drill, e.Type, e.School, e.Device)
		w.disk.drills = append(w.disk.drills, payload)
		w.exercised(e)
	}
	return nil
}

// DrillEvents are those on the disk.
func (o office) DrillEvents(context.Context, int) (out []drill.Event, _ error) {
	for _, payload := range o.w.disk.drills {
		var e drill.Event
		if err := json.Unmarshal(payload, &e); err != nil {
			return nil, fmt.Errorf("decode drill event: %w", err)
		}
		out = append(out, e)
	}
	return out, nil
}

// ill reports whether the disk takes nothing.
func (m *memory) ill() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.condition.fails != ""
}

// pager is how a device hears of its drill.
type pager struct{ w *world }

// Tell opens or closes a button's window; one whose line is down hears nothing.
func (p pager) Tell(to devices.Address, c devices.Command) error {
	p.w.step()
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	b := p.w.buttons[to]
	if p.w.dead || b == nil {
		return errGone
	}
	p.w.record("%s has a window of %s for %s", to, c.Drill.For, c.Drill.ID)
	p.w.paged(to, c)
	if !b.up {
		return errGone
	}
	b.window = nil
	if c.Drill.For > 0 {
		b.window = &window{c.Drill.ID, p.w.now() + c.Drill.For}
		p.w.practise(b)
	}
	return nil
}

// practise has somebody press the button of a window, mostly in its time. w.mu
// is held.
func (w *world) practise(b *button) {
	chance := w.draw("practise", b.window.drill, b.at.String(), fmt.Sprint(len(w.pressed)))
	if chance%4 == 0 {
		return
	}
	after := time.Duration(1 + chance%uint64(40*time.Second))
	w.practised++
	d := deed{id: 1<<20 + w.practised, pick: [4]uint64{0, chance, 150}} // live, and heard, but for the window
	w.plan(after, "practise "+b.at.String(), func() { w.pressNow(b, d, 0) })
}

// stage is every channel as drills use it.
type stage struct{ w *world }

// Tell carries a drill's text.
func (s stage) Tell(m deliver.Message) {
	s.w.step()
	w := s.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.record("drill tells %s/%s %s: %s", m.Audience, m.Recipient, m.Channel, m.Text.EN)
	w.rehearsed(m)
	state, reason := alerting.Received, ""
	if m.Channel == alerting.ChannelMQTT && !w.screens[keyOf(m)] {
		state, reason = alerting.Planned, "not connected"
	}
	w.plan(time.Millisecond, "drill "+m.Delivery, func() { w.drills.Report(m.Progress(state, reason, time.Now())) })
}

// pupil is who acts in drills, at which schools.
func pupil(a alerting.Actor) drill.Person {
	in := schools()
	if a == officer {
		in = []string{ziwei, lanhua}
	}
	return drill.Person{Actor: a, Schools: in}
}

// exercise has people plan a drill and go through it, or go on with the latest
// one.
func (w *world) exercise(d deed) {
	id := fmt.Sprintf("d-%d", d.id)
	for _, v := range w.drills.Drills()[:min(len(w.drills.Drills()), 3)] {
		if d.pick[0]%4 > 0 && v.Phase != drill.Returned && v.Phase != drill.Cancelled && v.Phase != drill.Preempted {
			id = v.Plan.ID
		}
	}
	pause := time.Duration(1 + d.pick[0]/8%uint64(30*time.Second))
	for n := range 3 + int(d.pick[0]/4%7) {
		w.at(time.Duration(n)*pause, fmt.Sprintf("drill %d", d.id), func() { w.rehearse(d, n, id) })
	}
}

// rehearse has somebody do what comes next in a drill, or something else.
func (w *world) rehearse(d deed, n int, id string) {
	chance := w.draw("drill", fmt.Sprint(d.id, n, d.pick[1]))
	v, _ := w.drills.Drill(id)
	by := []alerting.Actor{officer, deputy, head, liaison, deputy, head, gateman, deputy}[chance%8]
	verbs := map[drill.Phase][]drill.Verb{
		"":            {drill.VerbPlan},
		drill.Planned: {drill.VerbStart, drill.VerbAccept, drill.VerbStart, drill.VerbAccept, drill.VerbStart, drill.VerbStart, drill.VerbStart, drill.VerbCancel},
		drill.Pending: {drill.VerbConfirm, drill.VerbConfirm, drill.VerbStart},
		drill.Running: {drill.VerbMark, drill.VerbStop, drill.VerbMark, drill.VerbStop, drill.VerbReturn, drill.VerbReal},
		drill.Stopped: {drill.VerbMark, drill.VerbReturn, drill.VerbReturn, drill.VerbMark, drill.VerbReal},
	}[v.Phase]
	if len(verbs) == 0 {
		return
	}
	c := drill.Command{ID: fmt.Sprintf("x-%d-%d", d.id, n), Verb: verbs[chance/8%uint64(len(verbs))], By: pupil(by), Part: drill.Counted, Reason: "enough"}
	if c.Verb == drill.VerbStart && chance/64%5 == 0 { // somebody corrects the calendar
		w.term.Store(int64(chance / 320 % 4))
	}
	if c.Verb == drill.VerbReal && chance/64%4 > 0 {
		c.Verb = drill.VerbMark
	}
	w.complete(&c, v.State, d, id, chance/256)
	w.note("%s %ss drill %s", by.Name, c.Verb, id)
	w.mu.Lock()
	w.ordered[c.ID] = c
	w.mu.Unlock()
	x, ctx := w.drills, w.ctx
	w.callers.Go(func() {
		if c.Verb == drill.VerbReal {
			w.declared(ctx, x, exercise.Order{Drill: id, Command: c})
			return
		}
		_, _ = x.Do(ctx, exercise.Order{Drill: id, Command: c})
	})
}

// complete fills in what the verb asks for.
func (w *world) complete(c *drill.Command, s drill.State, d deed, id string, n uint64) {
	if len(s.Plan.Schools) > 0 {
		c.School = s.Plan.Schools[n%uint64(len(s.Plan.Schools))].ID
	}
	switch c.Verb {
	case drill.VerbPlan:
		c.Plan = planOf(d, id)
	case drill.VerbAccept:
		c.By = pupil(liaison)
		if len(s.Plan.Filed) > 0 {
			c.Station = s.Plan.Filed[n/4%uint64(len(s.Plan.Filed))]
		}
	case drill.VerbMark:
		c.Count = &drill.Count{Complete: n/4%4 > 0, Expected: 400, Missing: []int{0, 0, 0, 2}[n/16%4]}
	}
}

// planOf is a drill of one school or two, with a button or two.
func planOf(d deed, id string) drill.Plan {
	kinds := []alerting.Kind{"fire", "attack", "fire", alerting.KindBullying}
	p := drill.Plan{ID: id, Kind: kinds[d.pick[1]%4], At: time.Now(), ForS: 60 + int(d.pick[2]%600), Parts: []drill.Part{drill.Unit, drill.Counted}}
	first := int(d.pick[3] % 3)
	for n := range 1 + int(d.pick[3]/3%3)/2 {
		s := schools()[(first+n)%3]
		p.Schools = append(p.Schools, drill.Site{ID: s, Storeys: 4})
		for k, b := range []string{"b-1", "b-2"}[:1+d.pick[3]/9%2] {
			p.Windows = append(p.Windows, drill.Window{School: s, Device: b, AfterS: 20 * k})
		}
		if s != songbai && d.pick[3]/18%2 == 0 && !slices.Contains(p.Filed, "desk-1") {
			p.Filed = append(p.Filed, "desk-1")
		}
	}
	return p
}

// declared is somebody saying that a drill is none.
func (w *world) declared(ctx context.Context, x *exercise.Exercises, o exercise.Order) {
	w.mu.Lock()
	w.lived[o.School] = w.now()
	w.mu.Unlock()
	_, _, _ = x.Real(ctx, o, time.Now())
}
