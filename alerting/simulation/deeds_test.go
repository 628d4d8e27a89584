package simulation

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/devices"
)

// do does one deed.
func (w *world) do(d deed) {
	b := w.sorted()[d.pick[0]%uint64(len(w.buttons))]
	switch d.what {
	case press:
		w.pressNow(b, d, 0)
	case again:
		w.sendAgain(b, d.pick[1])
	case burst:
		d.pick[2] = 99 + 100 // live, and heard
		for n := range 4 + int(d.pick[1]%6) {
			w.at(time.Duration(n)*700*time.Millisecond+time.Duration(d.pick[3]%1_000_000), "burst", func() { w.pressNow(b, d, n) })
		}
	case command:
		w.command(d)
	case raise:
		w.raise(d)
	case parents:
		w.notify(d)
	case children:
		w.number(d)
	case drills:
		w.exercise(d)
	case change:
		c := conditionOf(d.pick)
		w.journal.set(c)
		w.mu.Lock()
		w.ill, w.poorly = c.fails != "" || c.room > 0, c != (condition{})
		w.mu.Unlock()
	case wire:
		w.mu.Lock()
		b.up = !b.up
		w.mu.Unlock()
		w.connect(b)
	case plug:
		k := w.terminals()[d.pick[0]%uint64(len(w.terminals()))]
		if w.screens[k] && d.pick[1]%4 > 0 {
			w.unplug(k)
		} else {
			w.plugIn(k)
		}
	case mood:
		w.mu.Lock()
		w.moods[gateways()[d.pick[0]%uint64(len(gateways()))]] = temper(d.pick[1] % uint64(tempers))
		w.mu.Unlock()
	case reload:
		w.load(everything &^ int(d.pick[0]&d.pick[1]&everything))
	case confide:
		w.confides(d)
	case find:
		w.finds(d)
	case crash, restart:
		w.halt(d)
	case tidy:
		w.budgets()
		w.tidy()
	}
}

// conditionOf is a disk that is fine, slow, full or broken.
func conditionOf(pick [4]uint64) condition {
	switch pick[0] % 8 {
	case 0:
		return condition{fails: journal.StageBegin}
	case 1:
		return condition{fails: journal.StageCommit}
	case 2:
		return condition{fails: journal.StageCommitted}
	case 3:
		return condition{slow: time.Duration(pick[1] % uint64(4*time.Second))}
	case 4:
		return condition{room: 3 + int(pick[1]%12)}
	}
	return condition{}
}

// halt ends this life: a clean stop, or a crash so many steps from now, which
// may be in the middle of anything.
func (w *world) halt(d deed) {
	away := []time.Duration{time.Millisecond, 300 * time.Millisecond, 5 * time.Second, 40 * time.Second, 3 * time.Minute, 2 * time.Hour}[d.pick[1]%6]
	shift := []time.Duration{0, 0, 0, time.Hour, -time.Hour, -20 * time.Second}[d.pick[2]%6]
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = ending{clean: d.what == restart, away: away, shift: shift}
	if d.what == restart {
		return
	}
	w.fuse = int(d.pick[3] % 24)
	if w.fuse == 0 {
		w.dead = true
		w.journal.dead.Store(true)
	}
}

// people of the district who act.
var (
	liaison = alerting.Actor{Name: "liaison", Role: alerting.RoleLiaison}
	officer = alerting.Actor{Name: "officer", Role: alerting.RoleOfficer}
	deputy  = alerting.Actor{Name: "deputy", Role: alerting.RoleOfficer}
	gateman = alerting.Actor{Name: "gateman", Role: alerting.RoleGuard}
	teacher = alerting.Actor{Name: "teacher", Role: alerting.RoleStaff}
)

// command has a person do something about one of the latest incidents.
func (w *world) command(d deed) {
	w.mu.Lock()
	all := w.incidents[max(len(w.incidents)-10, 0):]
	w.mu.Unlock()
	if len(all) == 0 {
		return
	}
	at := len(all) - 1 - int(min(d.pick[0]%20, d.pick[0]/20%20)%uint64(len(all)))
	c := alerting.Command{
		ID: fmt.Sprintf("c-%d", d.id), Incident: all[at], Verb: verbOf(d.pick[1]), Reason: "looked", Text: "words",
		Actor: []alerting.Actor{liaison, liaison, officer, officer, deputy, gateman, gateman, teacher}[d.pick[2]%8],
	}
	if by, ok := whoMay(c.Verb, d.pick[2]/8); ok {
		c.Actor = by
	}
	w.finish(&c, d.pick, all)
	switch before, known := w.askedBefore(d); {
	case known && d.pick[3]%8 == 0: // a page that had no answer says the same again
		c = before
	case known && d.pick[3]%24 == 1: // another's by mistake
		c.ID = before.ID
	}
	w.ask(c)
	if c.Verb == alerting.VerbReport {
		w.reportsOn(c, d)
	}
}

// askedBefore is one of the latest commands.
func (w *world) askedBefore(d deed) (alerting.Command, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := d.id - 1 - int(d.pick[3]/24%5); id >= max(d.id-30, 0); id-- {
		if c, ok := w.asked[fmt.Sprintf("c-%d", id)]; ok {
			return c, true
		}
	}
	return alerting.Command{}, false
}

func verbOf(n uint64) alerting.Verb {
	often := []alerting.Verb{
		alerting.VerbAcknowledge, alerting.VerbAcknowledge, alerting.VerbAcknowledge, alerting.VerbReset, alerting.VerbReset,
		alerting.VerbResolve, alerting.VerbResolve, alerting.VerbClassify, alerting.VerbCancel, alerting.VerbVerify,
	}
	if n%2 == 0 {
		return often[n/2%uint64(len(often))]
	}
	all := alerting.Verbs()
	return all[n/2%uint64(len(all))]
}

// did is how the run calls what a person's verb has changed.
func did(v alerting.Verb) string { return "verb " + string(v) }

// whoMay mostly has somebody act who may.
func whoMay(v alerting.Verb, chance uint64) (alerting.Actor, bool) {
	may := map[alerting.Verb][]alerting.Actor{
		alerting.VerbDispatch: {liaison},
		alerting.VerbRefer:    {officer, liaison, deputy},
		alerting.VerbReport:   {officer, deputy},
		alerting.VerbReveal:   {deputy},
	}[v]
	if len(may) == 0 || chance%4 == 0 {
		return alerting.Actor{}, false
	}
	return may[chance/4%uint64(len(may))], true
}

// finish fills in what the verb asks for.
func (w *world) finish(c *alerting.Command, pick [4]uint64, all []string) {
	n := pick[3] / 12
	c.Outcome = alerting.OutcomeAccidental
	if v, ok := w.views[c.Incident]; ok {
		out := alerting.Outcomes(v.Mode, v.Lead)
		c.Outcome = out[n%uint64(len(out))]
		if n%3 == 0 {
			c.Number = v.Number
		}
	}
	switch c.Verb {
	case alerting.VerbClassify:
		c.Kind = alerting.Kinds()[n%uint64(len(alerting.Kinds()))]
	case alerting.VerbReveal:
		c.Facts = alerting.Facts()[:n%3]
	case alerting.VerbVerify:
		c.Verify = alerting.Verifications()[n%uint64(len(alerting.Verifications()))]
	case alerting.VerbDispatch:
		c.Stage = alerting.DispatchStages()[n%2]
	case alerting.VerbArrive:
		c.Party = alerting.Parties()[n%uint64(len(alerting.Parties()))]
		if n%4 == 0 {
			c.When = time.Now().Add(-time.Duration(n%uint64(time.Hour)) + 10*time.Minute)
		}
	case alerting.VerbCall:
		c.To, c.Reason, c.Text = alerting.Callees()[n%uint64(len(alerting.Callees()))], "", ""
	case alerting.VerbRefer:
		c.Audience = alerting.Audiences()[n%uint64(len(alerting.Audiences()))]
	case alerting.VerbReport:
		c.Report, c.Way = alerting.ReportStages()[n%3], alerting.ReportWays()[n/3%3]
		if n%5 == 0 {
			c.When = time.Now().Add(-time.Duration(n%uint64(time.Hour)) + 10*time.Minute)
		}
	case alerting.VerbLink, alerting.VerbUnlink:
		c.Other = all[n%uint64(len(all))]
	}
}

// ask gives a command to the hub, and hears the answer.
func (w *world) ask(c alerting.Command) {
	w.mu.Lock()
	if _, used := w.asked[c.ID]; !used {
		w.asked[c.ID] = c
	}
	w.record("%s asks %s of %s", c.Actor.Name, c.Verb, c.Incident[:6])
	if s := w.of(c.Incident); c.Verb == alerting.VerbReal && s.mode == devices.Drill && !s.concealed { // of a closed one, too
		w.lived[w.schoolOf(c.Incident, w.views[c.Incident].School)] = w.now()
	}
	w.mu.Unlock()
	e, ctx := w.engine, w.ctx
	w.callers.Go(func() {
		i, err := e.Do(ctx, c)
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.dead && err == nil {
			w.done(c, i)
		}
	})
}

// raise has a person's telephone be a button.
func (w *world) raise(d deed) {
	r := alerting.Report{
		ID: fmt.Sprintf("%08x-0000-7000-9000-%012x", w.seed, d.id), School: schools()[d.pick[0]%3], Place: gate(),
		Kind: alerting.KindOf(alarmOf(d.pick[1])), Mode: devices.Live, Silent: d.pick[2]%5 == 0,
		By: []alerting.Actor{officer, deputy, gateman}[d.pick[3]%3], At: time.Now(),
	}
	w.mu.Lock()
	p := &pressing{made: w.now(), clock: w.clock, sent: 1, report: r.Incident(), Press: devices.Press{
		ID: r.ID, From: devices.Address{School: r.School}, Alarm: devices.Alarm(r.Kind), Mode: r.Mode, Silent: r.Silent, ReceivedAt: r.At,
	}}
	w.pressed[p.key()], w.openers[r.Incident()] = p, p
	w.expected = append(w.expected, p)
	if p.openToAll() {
		w.lived[r.School] = w.now()
	}
	w.record("%s raises %s", r.By.Name, r.Kind)
	e, ctx := w.engine, w.ctx
	w.mu.Unlock()
	w.callers.Go(func() {
		i, err := e.Raise(ctx, r)
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.dead && err == nil && i.Stored {
			w.promise(p.key(), "the person was told that it is stored")
		}
	})
}

// tidy has everything closed, by whoever leads it.
func (w *world) tidy() {
	w.mu.Lock()
	open := map[string]alerting.Incident{}
	var ids []string
	for id, v := range w.views {
		open[id] = v
		ids = append(ids, id)
	}
	w.mu.Unlock()
	slices.Sort(ids)
	for n, id := range ids {
		w.at(time.Duration(n)*1017*time.Microsecond, "tidy "+id, func() { w.close(open[id]) })
	}
}

func (w *world) close(v alerting.Incident) {
	by := deputy
	if v.Lead == alerting.LeadPolice {
		by = liaison
	}
	for n, verb := range []alerting.Verb{alerting.VerbReset, alerting.VerbResolve} {
		c := alerting.Command{Incident: v.ID, Verb: verb, Actor: by, Reason: "over", Outcome: alerting.Outcomes(v.Mode, v.Lead)[0]}
		w.at(time.Duration(n)*2300*time.Millisecond, string(verb)+v.ID, func() { w.ask(c) })
	}
}

// evening mends everything, closes everything, and looks at what is left.
func (w *world) evening() {
	w.note("evening")
	w.journal.set(condition{})
	w.mu.Lock()
	w.ill, w.poorly = false, false
	clear(w.moods)
	w.fuse = 0
	for _, b := range w.buttons {
		b.up = true
	}
	w.mu.Unlock()
	w.load(everything)
	for _, b := range w.sorted() {
		w.connect(b)
	}
	for _, k := range w.terminals() {
		w.plugIn(k)
	}
	w.pass(5 * time.Minute)
	w.openPages()
	for range 3 {
		w.tidy()
		w.pass(time.Minute)
	}
	w.atDusk()
	w.pass(130 * time.Minute)
	w.atNight()
}
