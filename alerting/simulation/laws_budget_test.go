package simulation

import (
	"maps"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// pace is how far a delivery got, and when, in true time.
type pace struct {
	told, handed, received time.Duration // never is where it has not come
	number                 int64
	mode                   alerting.Mode
	whole                  bool // this life has planned it, and none before
}

// never is a time that has not come.
const never = time.Duration(-1)

// paced notes a telling: whose id it is, and where it is new, since when its
// budgets run. w.mu is held.
func (w *world) paced(m deliver.Message, known *delivery) {
	if known != nil {
		known.whole = known.whole && known.life == w.lives
		known.life, known.incident, known.leg = w.lives, m.Incident, keyOf(m)
		return
	}
	w.ids[m.Delivery] = &delivery{incident: m.Incident, leg: keyOf(m), life: w.lives, pace: pace{w.now(), never, never, m.Number, m.Mode, true}}
}

// cameTo notes what a channel reports. Whatever was received was handed. w.mu
// is held.
func (w *world) cameTo(id string, s alerting.DeliveryState) {
	d := w.ids[id]
	if d == nil || (s != alerting.Handed && s != alerting.Received && s != alerting.Read) {
		return
	}
	if d.handed == never {
		d.handed = w.now()
	}
	if d.received == never && s != alerting.Handed {
		d.received = w.now()
	}
}

// came is when a delivery came to a stage.
func (p pace) came(s alerting.DeliveryState) time.Duration {
	if s == alerting.Handed {
		return p.handed
	}
	return p.received
}

// stages are those that are asked of a channel.
func stages(c alerting.Channel) []alerting.DeliveryState {
	if c == alerting.ChannelMail || c == alerting.ChannelWeCom {
		return []alerting.DeliveryState{alerting.Handed}
	}
	return []alerting.DeliveryState{alerting.Handed, alerting.Received}
}

// late reports whether a budget that began at a moment was missed for a stage.
func (p pace) late(s alerting.DeliveryState, begun, within, now time.Duration) bool {
	if at := p.came(s); at != never {
		return at-begun > within
	}
	return now-begun > within
}

// budgets holds what is open to the budgets of its deliveries.
func (w *world) budgets() {
	marked := map[missing]int{}
	for _, v := range w.engine.Unresolved() {
		page, err := w.engine.Incident(w.ctx, v.ID)
		if err != nil || v.Resolved() {
			continue
		}
		w.mu.Lock()
		for _, d := range page.Deliveries {
			w.marks(page, d, marked)
		}
		w.cameToNothing(page)
		w.mu.Unlock()
	}
	w.tallyMisses(marked)
}

// missing is one counter of missed budgets, over all paths.
type missing struct {
	audience alerting.Audience
	stage    alerting.DeliveryState
	miss     alerting.Miss
	mode     alerting.Mode
}

// judgedWithin is how long after its time a delivery may be judged.
const judgedWithin = 100 * time.Millisecond

// marks: a delivery that missed a budget says so, and one that kept it never.
// w.mu is held.
func (w *world) marks(page alerting.Incident, d alerting.Delivery, marked map[missing]int) {
	seen := w.ids[d.ID]
	n := slices.IndexFunc(page.Plan.Legs, func(l alerting.Leg) bool { return l.Key() == d.Key() })
	if n < 0 || seen == nil || !seen.whole || seen.life != w.lives {
		return
	}
	begun, leg := seen.told, page.Plan.Legs[n]
	if d.Origin != nil {
		begun -= d.Origin.Wait
	}
	newest := w.of(page.ID).leg(d.Key()).id == d.ID && d.State != alerting.Expired && !seen.expired // also of what arrived after all
	for _, miss := range alerting.Misses() {
		says := d.Missed == alerting.MissedLimit || d.Missed == miss
		var late, overdue bool
		for _, s := range stages(d.Channel) {
			within := budgetFor(leg, miss, s)
			if seen.late(s, begun, within, w.now()) {
				judged := w.now() > begun+within+judgedWithin
				late, overdue = true, overdue || judged
				if says && newest && judged {
					marked[missing{d.Audience, s, miss, page.Mode}]++
				}
			}
		}
		switch {
		case says && !late:
			w.fail(lawKept, "%s/%s kept the %s of %+v and is marked: %+v", d.Audience, d.Recipient, miss, leg, d)
		case overdue && !says && newest:
			w.fail(lawBudget, "%s/%s missed the %s of %+v and is not marked: %+v", d.Audience, d.Recipient, miss, leg, d)
		}
	}
}

// budgetFor is what a leg may take to a stage.
func budgetFor(l alerting.Leg, m alerting.Miss, s alerting.DeliveryState) time.Duration {
	switch {
	case m == alerting.MissedLimit:
		return l.Limit
	case s == alerting.Handed && l.Handing > 0:
		return l.Handing
	}
	return l.Budget
}

// tallyMisses: whatever is marked was counted, and nothing was counted twice, or
// that was in time. What an earlier life began may have missed anything.
func (w *world) tallyMisses(marked map[missing]int) {
	counted := w.missed()
	w.mu.Lock()
	defer w.mu.Unlock()
	most := maps.Clone(w.inherited)
	for _, d := range w.ids {
		if d.life != w.lives {
			continue
		}
		for _, m := range w.mayMiss(d) {
			most[m]++
		}
	}
	for m, n := range counted {
		if n > most[m] {
			w.fail(lawKept, "%d deliveries are counted that missed %+v, and %d can have", n, m, most[m])
		}
	}
	for m, n := range marked {
		if n > counted[m] {
			w.fail(lawBudget, "%d deliveries are marked that missed %+v, and %d are counted", n, m, counted[m])
		}
	}
}

// mayMiss lists the budgets that a delivery can have missed in this life, each
// once.
func (w *world) mayMiss(d *delivery) (out []missing) {
	leg, planned := w.legOf(d.incident, d.leg)
	for _, s := range stages(d.leg.Channel) {
		for _, miss := range alerting.Misses() {
			if !d.whole || !planned || d.late(s, d.told-alerting.StuckTell, budgetFor(leg, miss, s), w.now()) {
				out = append(out, missing{d.leg.Audience, s, miss, d.mode})
			}
		}
	}
	return out
}

// inherit notes what an earlier life has told and a start judges. w.mu is held.
func (w *world) inherit(i alerting.Incident, deliveries []alerting.Delivery) {
	for _, d := range deliveries {
		for _, s := range stages(d.Channel) {
			for _, miss := range alerting.Misses() {
				w.inherited[missing{d.Audience, s, miss, i.Mode}]++
			}
		}
	}
}

// missed reads the counters of this life.
func (w *world) missed() map[missing]int {
	out := map[missing]int{}
	families, err := w.metrics.Gather()
	if err != nil {
		return out // audited says so
	}
	for _, f := range families {
		if f.GetName() != "campushub_engine_budgets_missed_total" {
			continue
		}
		for _, c := range f.GetMetric() {
			l := labels(c)
			out[missing{alerting.Audience(l["audience"]), alerting.DeliveryState(l["stage"]), alerting.Miss(l["limit"]), alerting.Mode(l["mode"])}] += int(c.GetCounter().GetValue())
		}
	}
	return out
}

func labels(m *dto.Metric) map[string]string {
	out := map[string]string{}
	for _, l := range m.GetLabel() {
		out[l.GetName()] = l.GetValue()
	}
	return out
}

// overran: that an audience was not reached in time is written once for each
// update, and never where it was, or had taken the update on.
func (w *world) overran(e alerting.Event, s *sighting) {
	if e.Type != alerting.EventOverrun || e.Overrun == nil {
		return
	}
	o := e.Overrun
	key := telling{string(e.Audience), o.Number}
	if s.overruns[key] {
		w.fail(lawBudget, "%s: the limit of number %d of %s was missed twice", e.Audience, o.Number, e.Incident)
	}
	s.overruns[key] = true
	if t, ok := s.taken[e.Audience]; ok && t.number >= o.Number {
		w.fail(lawKept, "%s missed the limit of number %d of %s, which they had taken on", e.Audience, o.Number, e.Incident)
	}
	if at, ok := w.reachedBy(e.Incident, *o); ok && at <= o.Within {
		w.fail(lawKept, "%s received number %d of %s within %s, and missed the limit of %s", e.Audience, o.Number, e.Incident, at, o.Within)
	}
}

// reachedBy is how long the first receipt of an update took: of those whom it
// was to reach, who were told first.
func (w *world) reachedBy(incident string, o alerting.Overrun) (took time.Duration, ok bool) {
	first, receipt := never, never
	for _, d := range w.ids {
		leg, planned := w.legOf(d.incident, d.leg)
		if d.incident != incident || d.leg.Audience != o.Audience || d.number != o.Number || !planned || leg.Path > 0 {
			continue
		}
		if !d.whole || d.life != w.lives {
			return 0, false // an earlier life's receipts are not this one's
		}
		if first == never || d.told < first {
			first, receipt = d.told, never
		}
		was := slices.ContainsFunc(o.Missed, func(m alerting.Missed) bool { return m.Recipient == d.leg.Recipient })
		if was && d.told == first && d.received != never && (receipt == never || d.received < receipt) {
			receipt = d.received
		}
	}
	return receipt - first, receipt != never
}

// unhurried: a fall-back path begins when one before it has had its share, or
// has come to nothing.
func (w *world) unhurried(v alerting.Incident, leg alerting.Leg, s *sighting) {
	own := s.leg(leg.Key())
	if leg.Path == 0 || own.born != w.lives || own.first != own.at {
		return
	}
	for _, before := range v.Plan.Legs {
		t := s.legs[before.Key()]
		follows := before.Audience == leg.Audience && before.Reaches() == leg.Reaches() && before.Path == leg.Path-1
		if follows && t != nil && (t.born != w.lives || t.failed || own.at-t.first >= before.Share) {
			return // spent, or begun by an earlier life
		}
	}
	w.fail(lawShare, "%s/%s of %s began over %s before its time", leg.Audience, leg.Recipient, v.ID, leg.Channel)
}
