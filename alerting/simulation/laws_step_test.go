package simulation

import (
	"slices"
	"time"
	"unsafe"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// grace is how late a step may be: a commit may take CommitLimit, the levels
// before it as long, and the world looks every so often.
const grace = 8 * time.Second

// terminalUp is a terminal that came up, and what it has to be sent.
type terminalUp struct {
	leg  alerting.LegKey
	at   time.Duration
	open []string
}

// pathWatch is a leg that was told, and when its contact's next path is due.
type pathWatch struct {
	incident string
	leg      alerting.LegKey
	told     time.Duration
	due      time.Duration
}

// look holds the hub, at rest, to the laws that a state can break.
func (w *world) look() {
	anew, why := w.changed()
	var open []alerting.Incident
	if anew {
		open = w.engine.Unresolved()
	}
	seen := w.timelines(open)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	if anew {
		anew = w.sees(open, why)
	}
	if anew || w.now() > w.overdue {
		w.overdue = w.now() + time.Hour
		for n := range w.views {
			v := w.views[n]
			w.overdue = min(w.overdue, w.escalates(&v), w.reminds(&v))
		}
	}
	w.fallSilent(seen)
	w.moving()
	w.toldAtOnce()
	w.resumed()
	w.caughtUp()
	w.followed()
	w.addsUp()
	w.drilling()
	w.recounts()
}

// cause is why the incidents are looked at.
type cause bool

const (
	byEvent  cause = true // something was appended, or became durable; or nobody has looked at all of them for a second
	byItself cause = false
)

// changed reports whether the incidents may be others than somebody saw last:
// they change by what is appended, by what becomes durable, and where the disk
// is not well by themselves.
func (w *world) changed() (bool, cause) {
	w.mu.Lock()
	defer w.mu.Unlock()
	why := cause(w.changes != w.looked || w.now() > w.lookedAt+time.Second)
	if w.looked = w.changes; why == byEvent {
		w.lookedAt = w.now()
	}
	return why == byEvent || w.poorly, why
}

// sees notes what is open now, and reports whether any is another than before.
// What happened to one may mean something for others; what one became by itself
// does not.
func (w *world) sees(open []alerting.Incident, why cause) (anew bool) {
	before := w.views
	w.views = make(map[string]alerting.Incident, len(open))
	for n := range open {
		if !open[n].Resolved() {
			w.views[open[n].ID] = open[n]
		}
	}
	anew = why == byEvent || len(before) != len(w.views)
	for n := range open {
		if open[n].Resolved() {
			continue
		}
		if old, known := before[open[n].ID]; why == byEvent || !known || !same(&old, &open[n]) {
			w.sight(open[n])
			anew = true
		}
	}
	return anew
}

// same reports whether both are one reading of an incident: what is published
// is never changed afterwards, so that it is enough to compare what they point
// at.
func same(a, b *alerting.Incident) bool {
	const size = unsafe.Sizeof(*a)
	return *(*[size]byte)(unsafe.Pointer(a)) == *(*[size]byte)(unsafe.Pointer(b)) //nolint:gosec // reads alone
}

// sight notes what an incident looks like now.
func (w *world) sight(v alerting.Incident) {
	s := w.of(v.ID)
	if v.State == alerting.StateAcknowledged && !slices.ContainsFunc(v.Acknowledgements, func(k alerting.Acknowledgement) bool { return k.Audience == alerting.Police }) {
		w.fail(lawLight, "%s is acknowledged, and the police have not taken it on", v.ID)
	}
	w.reopens(v, s)
	s.opening = s.opening && v.Confidential
	s.concealed = v.Confidential && !s.opening
	s.narrows(v.Kind)
	for _, a := range append(alerting.Audiences(), "") { // the last has the presses' own round
		if _, known := s.rounds[v.RoundOf(a)]; !known {
			s.rounds[v.RoundOf(a)] = w.now()
		}
	}
	s.plans(v.Plan.Steps, w.now())
	for _, k := range v.Acknowledgements {
		if t, known := s.taken[k.Audience]; !known || k.Number > t.number {
			s.taken[k.Audience] = taking{k.Number, time.Now()}
		}
	}
	for _, e := range v.Escalated {
		if l := s.escalated[e.Audience]; l.level != e.Level || !l.shown.Equal(e.At) {
			s.escalated[e.Audience] = level{level: e.Level, shown: e.At, at: w.now(), round: v.RoundOf(e.Audience)}
		}
	}
	w.watchPaths(v, s)
}

// plans notes the levels, and since when each has stood as it does.
func (s *sighting) plans(steps []alerting.EscalationStep, now time.Duration) {
	before := s.steps
	s.steps = map[stepKey]planned{}
	for _, step := range steps {
		k := stepKey{step.Audience, step.Level}
		if s.steps[k] = before[k]; s.steps[k].EscalationStep != step {
			s.steps[k] = planned{step, now}
		}
	}
}

// taken reports whether an audience has taken the present round on.
func takenOn(v *alerting.Incident, a alerting.Audience) bool {
	return slices.ContainsFunc(v.Acknowledgements, func(k alerting.Acknowledgement) bool { return k.Audience == a && k.Number >= v.RoundOf(a) })
}

// escalates: while an audience has not taken an incident on its next level is
// still to come, or there is none. It is computed here from the plan alone, and
// holds at least until the moment that is returned.
func (w *world) escalates(v *alerting.Incident) (latest time.Duration) {
	s := w.of(v.ID)
	latest = w.now() + time.Hour
	for _, a := range alerting.Audiences() {
		next, due, ok := s.nextLevel(v, a)
		if !ok || takenOn(v, a) || v.Spared(a) || v.StoodDown || s.standsDown { // of a drill, which something real or its end stopped: see yields
			continue
		}
		bound := max(due, w.spent)
		since := s.rounds[v.RoundOf(a)]
		if !next.Since.IsZero() {
			since = min(since, s.steps[stepKey{a, next.Level}].at)
		}
		if w.stepped >= since { // counts its full length from the start, and what the clock was set back at most
			bound = max(due, w.spent+2*max(next.After, next.Repeat))
		}
		latest = min(latest, bound+grace)
		if w.now() > bound+grace {
			w.fail(lawEscalates, "level %d of the %s for %s was due %s ago (round %d, last %+v)", next.Level, a, v.ID, w.now()-due, v.RoundOf(a), s.escalated[a])
		}
	}
	return latest
}

// nextLevel is the level of an audience that comes next, and when, in true
// time: of those above the last whichever is due first.
func (s *sighting) nextLevel(v *alerting.Incident, a alerting.Audience) (next alerting.EscalationStep, due time.Duration, ok bool) {
	last, round := s.escalated[a], v.RoundOf(a)
	if last.round != round {
		last = level{}
	}
	for _, step := range v.Plan.Steps {
		if step.Audience != a || step.Level <= last.level {
			continue
		}
		at, here := s.rounds[round], s.steps[stepKey{a, step.Level}].at
		if !step.Since.IsZero() {
			at = max(at, here)
		}
		if step.Level > 1 || v.Rounds == 1 || round != v.Round {
			at += step.After
		}
		at = max(at, here)
		if !ok || at < due {
			next, due, ok = step, at, true
		}
	}
	if step, has := v.Plan.Step(a, last.level); !ok && has && step.Repeat > 0 {
		return step, max(last.at+step.Repeat, s.steps[stepKey{a, last.level}].at), true
	}
	return next, due, ok
}

// toldAtOnce: a press that is new to this life is told, in the instant in
// which it comes, to everybody whom its plan tells at once, whatever the disk
// does.
func (w *world) toldAtOnce() {
	sent := w.expected
	w.expected = nil
	for _, p := range sent {
		if p.known {
			continue
		}
		v, legs, ok := w.planOf(p)
		if p.quiet {
			w.counting(p, v, ok)
			continue
		}
		broken := lawAtOnce
		if w.shut(p.From.School, time.Now()) || w.sits(p.From.School, time.Now()) {
			broken = lawDisarmed
		}
		if !ok {
			w.fail(broken, "press %s is in no incident that anybody sees", p.ID)
			return
		}
		w.surprises(p)
		p.life = w.lives // also where there is nobody to tell
		if p.alone && v.PressCount > 1 {
			w.fail(lawFirst, "the first press %s joined %s", p.ID, v.ID)
		}
		for _, l := range legs {
			if l.AtOnce() && w.tellable(l, v) && !w.toldOf(p, v.ID, l.Key()) {
				w.fail(broken, "%s/%s was not told of press %s at once over %s", l.Audience, l.Recipient, p.ID, l.Channel)
			}
		}
	}
}

// toldOf reports whether a leg was told of a press in this instant. A public
// display is not told which.
func (w *world) toldOf(p *pressing, incident string, k alerting.LegKey) bool {
	t := w.of(incident).leg(k)
	return t.at == w.now() && t.life == w.lives && (w.public(k) || t.byPress[p.ID] != "")
}

// planOf is the incident that a press is in, and whom it tells: by the policy
// of this moment where the press opened it.
func (w *world) planOf(p *pressing) (alerting.Incident, []alerting.Leg, bool) {
	own := alerting.IncidentID(p.From, p.ID)
	if p.report != "" {
		own = p.report
	}
	if v, ok := w.views[own]; ok {
		o := policy.Occasion{School: p.From.School, Place: gate(), Kind: alerting.KindOf(p.Alarm), Mode: p.Mode, Silent: p.Silent, At: time.Now()}
		return v, without(policy.Open(w.dir, o).Plan.Legs, v.Plan), true
	}
	for _, v := range w.views {
		listed := slices.ContainsFunc(v.Presses, func(r alerting.PressRecord) bool { return r.ID == p.ID }) || v.PressCount > alerting.ListedPresses
		if v.School == p.From.School && v.Device == p.From.Device && v.Mode == p.Mode && listed {
			return v, v.Plan.Legs, true
		}
	}
	return alerting.Incident{}, nil, false
}

// tellable reports whether a leg may be told of an incident now.
func (w *world) tellable(l alerting.Leg, v alerting.Incident) bool {
	if !w.knows(l.Key(), v.School) || (w.public(l.Key()) && v.Silent) {
		return false
	}
	a, _ := w.dir.Account(l.Recipient)
	return l.Channel != alerting.ChannelConsole || a.MaySee(v)
}

// resumed: what had no outcome when the hub stopped is attempted again when it
// starts.
func (w *world) resumed() {
	for id, legs := range w.attended {
		v, open := w.views[id]
		for _, k := range legs {
			l, planned := w.legOf(id, k)
			if open && planned && k.Channel != alerting.ChannelConsole && w.of(id).leg(k).life != w.lives && w.tellable(l, v) {
				w.fail(lawRestart, "%s/%s was not told of %s again over %s", k.Audience, k.Recipient, id, k.Channel)
			}
		}
	}
	clear(w.attended)
}

// addressed lists the open incidents that a terminal has to be sent. w.mu is
// held.
func (w *world) addressed(k alerting.LegKey) []string {
	var out []string
	for id, v := range w.views {
		for _, l := range v.Plan.Legs {
			begun := l.AtOnce() || w.of(id).leg(k).life == w.lives
			if l.Key() == k && begun && w.tellable(l, v) {
				out = append(out, id)
			}
		}
	}
	return out
}

// caughtUp: a terminal that came up has been sent what is open.
func (w *world) caughtUp() {
	for _, up := range w.ups {
		for _, id := range up.open {
			if v, open := w.views[id]; open && !v.Resolved() && w.of(id).leg(up.leg).at < up.at {
				w.fail(lawConnected, "%s came up and was not sent %s", up.leg.Recipient, id)
			}
		}
	}
	w.ups = nil
}

// watchPaths begins to wait for the next path of each leg that was just told.
func (w *world) watchPaths(v alerting.Incident, s *sighting) {
	for k, t := range s.legs { // whoever was taken out is told as one anew, should they come back
		t.fresh = t.fresh && slices.ContainsFunc(v.Plan.Legs, func(l alerting.Leg) bool { return l.Key() == k })
	}
	for _, l := range v.Plan.Legs {
		t, begun := s.legs[l.Key()]
		if !begun || !t.fresh || t.life != w.lives {
			continue
		}
		t.fresh = false
		w.unhurried(v, l, s)
		if l.Share == 0 {
			continue
		}
		p := &pathWatch{v.ID, l.Key(), t.at, t.at + l.Share + 20*time.Millisecond}
		if t.failed {
			p.due = w.now()
		}
		w.paths = append(w.paths, p)
	}
}

// reported notes what the hub is told of a delivery. w.mu is held.
func (w *world) reported(m messageOf, s alerting.DeliveryState) {
	seen := w.of(m.incident)
	w.cameTo(m.delivery, s)
	w.gaveUp(m, s)
	t := seen.leg(m.leg)
	if t.id != m.delivery {
		return
	}
	switch s {
	case alerting.Received, alerting.Read:
		t.settled = true
		if l, ok := w.legOf(m.incident, m.leg); ok {
			seen.reached[contactKey{l.Audience, l.Reaches()}] = w.now()
		}
	case alerting.Handed:
		t.settled = true
	case alerting.Expired: // taken back: its contact has it, or nobody needs it
	default:
		if !t.settled {
			t.failed = true
			w.hurry(m)
		}
	}
}

// messageOf names a delivery.
type messageOf struct {
	incident string
	leg      alerting.LegKey
	delivery string
}

// hurry lets the next path be due now: this one has come to nothing.
func (w *world) hurry(m messageOf) {
	for _, p := range w.paths {
		if p.incident == m.incident && p.leg == m.leg {
			p.due = min(p.due, w.now()+time.Millisecond)
		}
	}
}

func (w *world) legOf(incident string, k alerting.LegKey) (alerting.Leg, bool) {
	v := w.views[incident]
	n := slices.IndexFunc(v.Plan.Legs, func(l alerting.Leg) bool { return l.Key() == k })
	if n < 0 {
		return alerting.Leg{}, false
	}
	return v.Plan.Legs[n], true
}

// followed: where no receipt has come from a contact, its next path has begun.
func (w *world) followed() {
	w.paths = slices.DeleteFunc(w.paths, func(p *pathWatch) bool {
		if w.now() < p.due {
			return false
		}
		v, open := w.views[p.incident]
		leg, told := w.legOf(p.incident, p.leg)
		s := w.of(p.incident)
		if !open || !told || v.StoodDown || s.standsDown || takenOn(&v, leg.Audience) || s.rounds[v.RoundOf(leg.Audience)] > p.told || s.reached[contactKey{leg.Audience, leg.Reaches()}] >= s.rounds[v.Round] && s.reached[contactKey{leg.Audience, leg.Reaches()}] > 0 {
			return true
		}
		for _, next := range v.Plan.Legs {
			follows := next.Audience == leg.Audience && next.Reaches() == leg.Reaches() && next.Path == leg.Path+1
			if t := s.leg(next.Key()); follows && t.number == 0 && w.tellable(next, v) {
				w.fail(lawNextPath, "%s had no receipt over %s of %s, and %s has not begun", leg.Recipient, leg.Channel, p.incident, next.Channel)
			}
		}
		return true
	})
}
