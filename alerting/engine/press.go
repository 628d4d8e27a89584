package engine

import (
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// alarm is a press on its way in: a button's, or a person's where reporting or
// declared is not nil.
type alarm struct {
	press     devices.Press
	id        *string    // under which it was taken in; of whoever is at the incidents
	done      chan error // holds one
	reporting *reporting
	declared  func(now time.Time) // a person says that a drill is none; else nil
	probe     bool                // a path check
}

// Press takes an alarm in and returns when it is durable. An error means that
// the device must not be told so: it will send the press again. The alarm has
// gone out before, except with ErrBusy.
func (e *Engine) Press(p devices.Press) error {
	return e.takeIn(alarm{press: p, done: make(chan error, 1)})
}

func (e *Engine) takeIn(a alarm) error {
	id := a.press.ID
	a.id = &id
	if !e.pressNow(a) {
		select {
		case e.alarms <- a:
		default:
			e.metrics.refused.Inc()
			return ErrBusy
		}
	}
	limit := time.NewTimer(CommitLimit)
	defer limit.Stop()
	select {
	case err := <-a.done:
		return err
	case <-limit.C:
		e.tasks.force(func(now time.Time) { e.tooSlow(a, now) }) // bounded by the connections
		return ErrNotStored
	case <-e.stopped:
		return ErrStopped
	}
}

// pressNow tells an alarm on the goroutine that has read it, where nobody else
// is at the incidents and none waits before it: to wake the engine's own takes
// as long as to tell the police, and longer where the processors are busy. It
// reports whether it did.
func (e *Engine) pressNow(a alarm) bool {
	if len(e.alarms) > 0 || !e.own.TryLock() {
		return false
	}
	defer e.own.Unlock()
	if !e.running {
		return false
	}
	defer unrecovered()
	before := e.timers.due()
	e.press(a, time.Now())
	if after := e.timers.due(); before.IsZero() || after.Before(before) {
		select {
		case e.rearm <- struct{}{}:
		default:
		}
	}
	return true
}

// unrecovered ends the process where the engine panics: the connection whose
// press it was would end its panic with itself, and leave an incident of which
// half is told. The next start tells it whole.
func unrecovered() {
	if cause := recover(); cause != nil {
		stack := debug.Stack()
		go func() { panic(fmt.Sprintf("engine: %v\n\n%s", cause, stack)) }()
		select {}
	}
}

// press tells first and stores in parallel.
func (e *Engine) press(a alarm, now time.Time) {
	if a.reporting != nil {
		e.report(a.reporting, now)
		return
	}
	if a.declared != nil {
		a.declared(now)
		return
	}
	if a.probe {
		e.probe(a, now)
		return
	}
	p := e.distinct(a.press)
	*a.id = p.ID
	reply := func(err error) { a.done <- err }
	if e.repeated(p, reply, now) {
		return
	}
	key := activeKey{p.From, p.Mode}
	r := e.active[key]
	in := alerting.Input{Press: &p}
	over := r != nil && (r.closing() || e.drillOver(r))
	if r == nil || over || r.view.Confidential {
		in.Opening = e.opening(p)
	} else {
		in.Opening.Facts = e.dayOf(p)
	}
	var cur *alerting.Incident
	if r == nil || over || alone(&r.view, in.Opening) {
		r = newRecord()
	} else {
		cur = &r.view
	}
	events, _ := alerting.Step(cur, in, now) // a press is never refused
	if cur == nil {
		e.stamp(&events[0])
	}
	e.active[key] = r
	e.records[events[0].Incident] = r
	e.remember(p.From, p.ID, events[0].Incident)
	for i, ev := range events {
		t := e.append(r, ev)
		if i == 0 {
			t.waiters = append(t.waiters, reply)
		}
		e.showNow(r, t, now)
	}
	e.exercised(p, &r.view)
	e.metrics.pressed(p.From.School, r.view.Confidential, p.Mode)
	if len(events) > 1 {
		e.stuck(r, now)
	}
}

// alone reports whether a press opens an incident of its own although its
// button's is unresolved: somebody has made that one confidential, so that the
// police and the guards would not hear of a press that asks for them.
func alone(open *alerting.Incident, o alerting.Opening) bool {
	return open.Confidential && !o.Confidential
}

// stamp says under which start an incident opens. What was pressed before that
// start may have been told by an earlier one, and not stored.
func (e *Engine) stamp(opened *alerting.Event) {
	opened.Start = e.deps.Journal.Starts()
	if !opened.Press.PressedAt.After(e.started) {
		opened.Base = e.skipped()
	}
}

// skipped is how many numbers the earlier starts may have told of an incident
// of which nothing was stored.
func (e *Engine) skipped() int64 { return (e.deps.Journal.Starts() - 1) * alerting.ResumeStep }

// opening looks the device's place up. A device that the directory has lost
// since it connected still raises its alarm.
func (e *Engine) opening(p devices.Press) alerting.Opening {
	dir := e.deps.People()
	place := alerting.Place{ID: p.From.Device, Name: alerting.Text{ZH: p.From.Device, EN: p.From.Device}}
	if d, ok := dir.Device(p.From); ok {
		place = d.Place
	}
	facts := append(e.sensed(dir, p.From, alerting.KindOf(p.Alarm), p.ReceivedAt), e.dayOf(p)...)
	o := policy.Open(dir, e.guarded(policy.Occasion{
		School: p.From.School, Place: place, Kind: alerting.KindOf(p.Alarm), Mode: p.Mode, Silent: p.Silent, At: p.ReceivedAt,
		Filed: e.filed(p), Facts: policy.FactsOf(facts), Age: p.Age, Engaged: e.elsewhereThan(p.From.School),
	}))
	o.Facts, o.OnPost = facts, e.posted(p.From.School, place)
	return o
}

// repeated handles a press that is known: it is acknowledged when that very
// press is durable, and told to nobody a second time.
func (e *Engine) repeated(p devices.Press, reply func(error), now time.Time) bool {
	incident, known := e.known(p.From, p.ID)
	if !known {
		return false
	}
	e.metrics.repeated.Inc()
	r, resident := e.records[incident]
	if !resident { // resolved and durable
		reply(nil)
		e.deps.Devices.Command(p.From, devices.Command{Receipt: p.ID, Indicator: devices.IndicatorIdle})
		return true
	}
	t := r.presses[p.ID]
	again, _ := alerting.Step(&r.view, alerting.Input{Press: &p}, now)
	for _, ev := range again {
		e.showNow(r, e.append(r, ev), now)
	}
	if t.state == durable {
		reply(nil)
		e.light(r, p.ID)
		return true
	}
	if len(t.waiters) >= maxWaiting { // a device on a broken disk asks for days
		answer(t, ErrNotStored)
	}
	t.waiters = append(t.waiters, reply)
	e.retry(r, now)
	return true
}

// distinct gives a malformed press an id of its own where the payload's was
// that of an earlier press which nobody works on any more: a button without
// ids says the same with every press, and the next one is an alarm again. So is
// the next one after somebody has made its incident confidential: that one is
// the same however often it comes.
func (e *Engine) distinct(p devices.Press) devices.Press {
	for p.Malformed {
		incident, known := e.known(p.From, p.ID)
		if !known {
			break
		}
		r, ok := e.records[incident]
		if !ok || r.view.Resolved() || !r.view.Latched {
			p.ID = another(p, p.ReceivedAt)
			break
		}
		if t := r.presses[p.ID]; t == nil || t.state != durable || !alone(&r.view, e.opening(p)) {
			break
		}
		p.ID = another(p, r.view.OpenedAt) // once for each concealment, which is a person's
	}
	return p
}

// another is a further id of a press that has none.
func another(p devices.Press, since time.Time) string {
	return "m-" + alerting.RaisedIncidentID(p.From.School, p.ID, p.From.Device, since)
}

// tooSlow marks a press whose commit has not ended in time.
func (e *Engine) tooSlow(a alarm, now time.Time) {
	incident, known := e.known(a.press.From, *a.id)
	if r, ok := e.records[incident]; known && ok {
		if t := r.presses[*a.id]; t != nil {
			e.tooLate(r, t, now)
		}
	}
}

// known finds the incident of a press: any of an unresolved one, and the
// latest of those before.
func (e *Engine) known(from devices.Address, id string) (incident string, ok bool) {
	for _, m := range [...]alerting.Mode{devices.Live, devices.Drill, devices.Test} {
		if r, open := e.active[activeKey{from, m}]; open && r.presses[id] != nil {
			return r.view.ID, true
		}
	}
	ring := e.recent[from]
	for i := len(ring) - 1; i >= 0; i-- {
		if ring[i].id == id {
			return ring[i].incident, true
		}
	}
	return "", false
}

func (e *Engine) remember(from devices.Address, id, incident string) {
	ring := e.recent[from]
	if len(ring) >= 2*recentPresses {
		ring = slices.Clone(ring[len(ring)-recentPresses:])
	}
	e.recent[from] = append(ring, pressed{id, incident})
}

// stuck raises a fault of a button that repeats itself.
func (e *Engine) stuck(r *record, now time.Time) {
	e.metrics.stuck.Inc()
	dir := e.deps.People()
	if d, ok := dir.Device(r.device()); ok {
		e.raise(fault{school: r.view.School, cause: "stuck-button", object: d.Address.Device, place: d.Place}, now)
	}
}

// schoolOf finds a school; one that is not configured is named by its id.
func schoolOf(dir *people.Directory, id string) people.School {
	if s, ok := dir.School(id); ok {
		return s
	}
	return people.School{ID: id, Name: alerting.Text{ZH: id, EN: id}}
}
