package exercise

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/devices"
)

// stored makes events durable and then does what follows from them.
func (x *Exercises) stored(d *running, events []drill.Event, now time.Time) error {
	if len(events) == 0 {
		return nil
	}
	if err := x.store(events); err != nil {
		x.log.Error("drill events were not stored", "drill", events[0].Drill, "error", err)
		return fmt.Errorf("drill %s: the disk did not take it: %w", events[0].Drill, alerting.ErrUnavailable)
	}
	x.apply(d, events, live{}, now)
	return nil
}

// toldFirst does what follows from a press or from what is real, and stores it
// as soon as that is possible: neither can be refused.
func (x *Exercises) toldFirst(d *running, events []drill.Event, by live, now time.Time) {
	if len(events) == 0 {
		return
	}
	x.apply(d, events, by, now)
	if err := x.store(events); err == nil {
		return
	}
	x.log.Error("drill events wait for the disk", "drill", d.state.Plan.ID, "count", len(events))
	if len(x.unsaved)+len(events) > maxUnsaved {
		x.log.Error("drill events were given up, too many wait for the disk", "drill", d.state.Plan.ID)
		return
	}
	x.unsaved = append(x.unsaved, events...)
}

// store keeps the order: what waits goes before.
func (x *Exercises) store(events []drill.Event) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	all := slices.Concat(x.unsaved, events)
	if _, err := x.deps.Store.AppendDrill(ctx, all); err != nil {
		return err
	}
	x.unsaved = nil
	return nil
}

func (x *Exercises) apply(d *running, events []drill.Event, by live, now time.Time) {
	for _, e := range events {
		d.state.Apply(e)
		x.effects(d, e, by, now)
	}
}

// effects does what an event makes due; by is what was real, where anything
// was.
func (x *Exercises) effects(d *running, e drill.Event, by live, now time.Time) {
	x.log.Info("drill", "drill", e.Drill, "event", string(e.Type), "school", e.School, "device", e.Device, "actor", e.Actor.Name)
	if len(e.Texts) > 0 {
		x.announce(d, e, by.open(), now)
	}
	if e.Type == drill.EventWindow {
		x.open(d, e)
	}
	if e.Clear {
		x.clear(d.state, e, by)
		for _, s := range d.state.Plan.Schools {
			x.deps.Alarms.StandDown(s.ID)
		}
	}
}

// clear takes every device of a drill back from it: its window is closed, its
// siren silent, and the light of its drill press goes out. A light that may
// speak of something live stays as it is: that is a person's to reset.
func (x *Exercises) clear(s drill.State, e drill.Event, by live) {
	off := false
	for _, w := range s.Windows {
		at := devices.Address{School: w.School, Device: w.Device}
		c := devices.Command{Siren: &off, Drill: &devices.DrillWindow{ID: e.Drill}}
		if w.Press != "" && !x.live(at, by) {
			c.Indicator = devices.IndicatorIdle // without a receipt: only the engine knows what is on the disk
		}
		x.orderDevice(at, e.Drill, c)
	}
}

// live reports whether a device has pressed for something real: just now, or
// in an incident that is open.
func (x *Exercises) live(at devices.Address, by live) bool {
	if by.press != nil && by.press.From == at {
		return true
	}
	return slices.ContainsFunc(x.deps.Alarms.Unresolved(), func(i alerting.Incident) bool {
		return i.Mode == devices.Live && i.School == at.School && i.Device == at.Device && !i.Resolved()
	})
}

// open tells a device that its next press is part of the drill. One that is
// away is not told later: its press is live, which is never wrong.
func (x *Exercises) open(d *running, e drill.Event) {
	at := devices.Address{School: e.School, Device: e.Device}
	window := e.Until.Sub(e.At).Truncate(time.Second)
	if window < time.Second {
		return
	}
	t := telling{Told: Told{School: e.School, Device: e.Device, State: alerting.Handed, At: e.At}}
	err := x.deps.Devices.Tell(at, devices.Command{Drill: &devices.DrillWindow{ID: e.Drill, For: window}})
	if err != nil {
		x.log.Warn("a device was not told of its drill", "device", at.String(), "drill", e.Drill, "error", err)
		t.State, t.Reason = alerting.Failed, err.Error()
	}
	d.told[toldKey{school: e.School, device: e.Device}] = t
}

// backToLive closes a device's window. Where it is away its window ends by
// itself, and a press in it is a drill press that nobody expected.
func (x *Exercises) backToLive(id string, at devices.Address) {
	x.orderDevice(at, id, devices.Command{Drill: &devices.DrillWindow{ID: id}})
}

func (x *Exercises) orderDevice(at devices.Address, id string, c devices.Command) {
	if err := x.deps.Devices.Tell(at, c); err != nil {
		x.log.Warn("a device was not told to be live again", "device", at.String(), "drill", id, "error", err)
	}
}

// tick does what is due by the clock.
func (x *Exercises) tick(now time.Time) {
	if len(x.unsaved) > 0 {
		if err := x.store(nil); err != nil {
			x.log.Error("drill events still wait for the disk", "count", len(x.unsaved), "error", err)
		}
	}
	x.stuck = false
	for _, id := range x.order {
		d := x.drills[id]
		events, err := drill.Step(d.state, drill.Input{}, now)
		if err == nil {
			err = x.stored(d, events, now)
		}
		if err != nil {
			x.log.Error("a drill's timer did nothing", "drill", id, "error", err)
			x.stuck = true
		}
	}
	x.publish()
}

// next is how long nothing is due.
func (x *Exercises) next(now time.Time) time.Duration {
	wait := time.Hour
	if len(x.unsaved) > 0 {
		wait = retryEvery
	}
	for _, id := range x.order {
		if at := due(x.drills[id].state); !at.IsZero() {
			wait = min(wait, at.Sub(now))
		}
	}
	if x.stuck { // what is due could not be stored
		return max(wait, retryEvery)
	}
	return max(wait, time.Millisecond)
}

// due is when the clock next changes a drill; zero is never.
func due(s drill.State) time.Time {
	switch s.Phase {
	case drill.Pending:
		return s.AskedAt.Add(drill.ConfirmWithin + time.Millisecond)
	case drill.Running:
		return firstDue(s)
	}
	return time.Time{}
}

func firstDue(s drill.State) time.Time {
	first := s.StartedAt.Add(time.Duration(s.Plan.ForS) * time.Second)
	for _, w := range s.Plan.Windows {
		at := s.StartedAt.Add(time.Duration(w.AfterS) * time.Second)
		if at.Before(first) && !announced(s, w) {
			first = at
		}
	}
	return first
}

func announced(s drill.State, w drill.Window) bool {
	for _, o := range s.Windows {
		if o.School == w.School && o.Device == w.Device {
			return true
		}
	}
	return false
}
