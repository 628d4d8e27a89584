package simulation

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// errand is a message that the lanes of this life were given.
type errand struct {
	deliver.Message
	side     side
	at       time.Duration // when it was given
	tries    int
	live     *attempt      // the latest
	paused   time.Duration // when that ended
	asked    time.Duration // how long its far side wants to be left alone then
	replaced time.Duration // when newer news took its place; never is not
	accepted time.Duration // when its far side said so
	refused  bool          // for good
	before   *errand       // the same delivery, told before and still under way
	said     int           // how often the lane has said what became of it
	content  string        // of its first attempt, but for how old it says that it is
}

// under reports whether a worker has it.
func (e *errand) under() bool {
	return e.tries > 0 && e.said == 0 && (e.replaced == never || !e.live.over)
}

// silence is when the older news of an incident had no use any more.
type silence struct {
	number int64         // of the closing, of the concealment or of the end of a drill
	at     time.Duration // when it was seen
	cut    bool          // also of what was on its way
	event  alerting.EventType
	since  time.Time // the event's own
}

// among is the number that the event has among those that people see; 0 while
// they do not.
func (q *silence) among(seen []alerting.Entry) int64 {
	return int64(1 + slices.IndexFunc(seen, func(e alerting.Entry) bool { return e.Event == q.event && e.At.Equal(q.since) }))
}

// sets notes what a lane or a desk is given. Like everything in this file it is
// called with w.mu held.
func (w *world) sets(m deliver.Message) {
	e := &errand{Message: m, side: side{m.Audience, m.Channel, w.gatewayOf(keyOf(m))}, at: w.now(), replaced: never, accepted: never}
	k := threadOf(m)
	if before := w.latest[k]; before != nil && before.replaced == never {
		before.replaced = w.now()
	}
	if same := w.ways.told[m.Delivery]; same != nil && same.under() {
		e.before = same
	}
	w.latest[k], w.ways.told[m.Delivery] = e, e
	switch {
	case m.Channel != alerting.ChannelMQTT:
		w.active = append(w.active, e)
	case w.screens[keyOf(m)]:
		w.owed[k] = e
	}
}

// attempted holds what goes out to a far side to what was told, to what is known
// by now, and to the clock.
func (w *world) attempted(m deliver.Message, e *errand) {
	if e == nil {
		w.fail(lawSame, "%s/%s is sent %s over %s, which nobody has told", m.Audience, m.Recipient, m.Delivery, m.Channel)
		return
	}
	who := fmt.Sprintf("%s/%s over %s, of %s #%d, attempt %d", m.Audience, m.Recipient, m.Channel, m.Incident, m.Number, e.tries)
	if e.replaced != never {
		w.fail(lawNewest, "%s goes out when newer news has taken its place", who)
	}
	if time.Now().After(m.Deadline) {
		w.fail(lawDeadline, "%s goes out %s after its deadline", who, time.Since(m.Deadline))
	}
	if old := e.Age + w.now() - e.at; m.Age < old-time.Second-time.Millisecond && !w.timeless(e.Message) {
		w.fail(lawAging, "%s says %s, and is %s old", who, m.Age, old)
	}
	w.paces(e, who)
	w.useless(m, e, who)
	w.inItsMode(m)
	if w.public(keyOf(m)) {
		return
	}
	content := fmt.Sprint(m.Number, m.Press, m.School, m.Place, m.Device, m.Kind, m.Severity, m.Mode, m.Silent, m.State, m.PressedAt.UnixNano(), m.Lateness, m.Sound())
	if e.content != "" && e.content != content {
		w.fail(lawSame, "%s says\n%s\nand said\n%s", who, content, e.content)
	}
	e.content = content
}

// paces: between two attempts there is the pause that the far side has asked for,
// or one that doubles each time, to 2 s, and is half as long to half as long again.
func (w *world) paces(e *errand, who string) {
	if e.tries < 2 {
		return
	}
	own, pause := min(100*time.Millisecond<<min(e.tries-2, 8), 2*time.Second), w.now()-e.paused
	if pause < max(own/2, e.asked) || pause > max(own*3/2, e.asked) {
		w.fail(lawPause, "%s goes out after a pause of %s, own %s, asked for %s", who, pause, own, e.asked)
	}
}

// timeless reports whether a message says nothing that ages.
func (w *world) timeless(m deliver.Message) bool { return m.Aged == nil }

// useless: nothing of an alarm goes out behind its closing, its concealment or
// the end of its drill, nor to somebody who has confirmed that very news.
func (w *world) useless(m deliver.Message, e *errand, who string) {
	s := w.of(m.Incident)
	if q := s.silenced; m.Number < q.number && q.at < w.now() && e.at <= q.at {
		w.fail(lawUseless, "%s goes out %s after #%d has made it useless", who, w.now()-q.at, q.number)
	}
	l, planned := w.legOf(m.Incident, keyOf(m))
	if !planned {
		return
	}
	if c, ok := s.confirmed[contactKey{l.Audience, l.Reaches()}]; ok && m.Number <= c.number && c.at < w.now() && e.at <= c.at {
		w.fail(lawUseless, "%s goes out %s after its contact has confirmed #%d", who, w.now()-c.at, c.number)
	}
}

// heard: nobody hears older news of an incident after newer, over one channel.
func (w *world) heard(m deliver.Message) {
	if w.tell {
		w.record("%s/%s hears over %s of %s #%d", m.Audience, m.Recipient, m.Channel, m.Incident[:6], m.Number)
	}
	t := w.of(m.Incident).leg(keyOf(m))
	if m.Number < t.heard {
		w.fail(lawNewest, "%s/%s heard number %d of %s over %s after %d", m.Audience, m.Recipient, m.Number, m.Incident, m.Channel, t.heard)
	}
	t.heard = m.Number
	d := w.ids[m.Delivery]
	if q := w.of(m.Incident).silenced; q.cut && (d == nil || !d.heard) && m.Channel != alerting.ChannelMQTT && m.Number < q.number && q.at < w.now() {
		w.fail(lawUseless, "%s/%s heard number %d of %s over %s %s after #%d was to end that", m.Audience, m.Recipient, m.Number, m.Incident, m.Channel, w.now()-q.at, q.number)
	}
	if d != nil {
		d.heard = true
	}
}

// written: a terminal is written the newest that it was told last.
func (w *world) written(m deliver.Message, l *line) {
	if m.Number < l.last[m.Incident] {
		w.fail(lawNewest, "%s/%s was sent number %d of %s after %d", m.Audience, m.Recipient, m.Number, m.Incident, l.last[m.Incident])
	}
	l.last[m.Incident] = m.Number
	if e := w.owed[threadOf(m)]; e != nil && e.Number <= m.Number {
		delete(w.owed, threadOf(m))
	}
}

// agrees: what a lane, a desk or the board reports is what its far side saw, and
// a lane says it once.
func (w *world) agrees(p alerting.Progress, d *delivery, e *errand) {
	reached := p.State == alerting.Handed || p.State == alerting.Received || p.State == alerting.Read
	switch d.leg.Channel {
	case alerting.ChannelConsole:
		if at := w.displays[thread{d.incident, d.leg}]; reached && at < d.number {
			w.fail(lawAgrees, "%s is %s of %s #%d, and the page has #%d", d.leg.Recipient, p.State, d.incident, d.number, at)
		}
		return
	case alerting.ChannelMQTT:
		if reached && !d.heard {
			w.fail(lawAgrees, "%s is said to be %s, and %s/%s has not heard it", p.Delivery, p.State, d.leg.Audience, d.leg.Recipient)
		}
		return
	}
	switch {
	case e == nil:
		w.fail(lawAgrees, "%s was told by no lane: %+v", p.Delivery, p)
	case reached && !d.heard:
		w.fail(lawAgrees, "%s is said to be %s, and %s/%s has not heard it over %s", p.Delivery, p.State, d.leg.Audience, d.leg.Recipient, d.leg.Channel)
	case !reached && e.accepted != never:
		w.fail(lawAgrees, "%s is said to be %s (%s), and the far side of %s took it", p.Delivery, p.State, p.Reason, d.leg.Channel)
	case e.said > 1:
		w.fail(lawAgrees, "%s is said twice: %+v", p.Delivery, p)
	}
}

// speaksOf finds what a lane reports of: of two tellings of a delivery the first
// that has ended, and of which it has said nothing.
func (w *world) speaksOf(p alerting.Progress) *errand {
	e := w.ways.told[p.Delivery]
	if e == nil {
		return nil
	}
	if b := e.before; b != nil && b.said == 0 && (b.accepted != never || b.refused) {
		e = b
	}
	e.said++
	return e
}

// moving: at rest, whatever may go out has gone.
func (w *world) moving() {
	for _, k := range sortedThreads(w.owed) {
		e := w.owed[k]
		switch l := w.line(k.leg); {
		case !w.screens[k.leg] || e.replaced != never:
			delete(w.owed, k)
		case l.owes < deskRoom:
			w.fail(lawMoving, "%s/%s has room, and has not been sent #%d of %s", k.leg.Audience, k.leg.Recipient, e.Number, k.incident)
		}
	}
	w.active = slices.DeleteFunc(w.active, (*errand).over)
	under := map[side]*busy{}
	for _, e := range w.active {
		if under[e.side] == nil {
			under[e.side] = &busy{each: map[string]int{}}
		}
		if e.under() {
			under[e.side].all++
			under[e.side].each[e.Recipient]++
		}
		if e.accepted != never && e.accepted < w.now() {
			w.fail(lawAgrees, "%s was accepted over %s, and the lane says nothing", e.Delivery, e.Channel)
		}
	}
	for _, e := range w.active {
		if b := under[e.side]; e.tries == 0 && !b.held(e.Recipient) && !w.behind(e) {
			w.fail(lawMoving, "%s/%s waits over %s for %s, where %d are under way", e.Audience, e.Recipient, e.Channel, w.now()-e.at, b.all)
		}
	}
}

// over reports whether nothing more will come of it.
func (e *errand) over() bool {
	return e.said > 0 || e.replaced != never && (e.tries == 0 || e.live.over && e.accepted == never)
}

// side is what has workers of its own.
type side struct {
	audience alerting.Audience
	channel  alerting.Channel
	gateway  string
}

// busy is what is under way to a far side: in all, and by recipient.
type busy struct {
	all  int
	each map[string]int
}

// held reports whether a far side has no worker for a recipient: the last one is
// for whoever has none.
func (b *busy) held(recipient string) bool {
	return b.all > laneWorkers || b.all == laneWorkers && b.each[recipient] > 0
}

// behind reports whether older news of the same thread is under way.
func (w *world) behind(e *errand) bool {
	for _, o := range w.active {
		if threadOf(o.Message) == threadOf(e.Message) && o != e && o.under() {
			return true
		}
	}
	return false
}

func sortedThreads(m map[thread]*errand) []thread {
	var out []thread
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b thread) int { return slices.Compare([]byte(fmt.Sprint(a)), []byte(fmt.Sprint(b))) })
	return out
}

// unended: a lane says of everything what has become of it.
func (w *world) unended() {
	for _, e := range w.ways.told {
		if e.Channel != alerting.ChannelMQTT && e.said == 0 && e.replaced == never {
			w.fail(lawAgrees, "%s was told %s/%s over %s %s ago, and the lane has never said what became of it", e.Delivery, e.Audience, e.Recipient, e.Channel, w.now()-e.at)
		}
	}
}

// lanesKeep: nor is anything kept on the way to anybody.
func (w *world) lanesKeep() {
	for n, l := range w.lanes {
		q := reflect.ValueOf(l).Elem().FieldByName("queue").Elem()
		if carried := q.FieldByName("carried").Len(); l.Waiting()+carried > 0 {
			w.fail(lawForgotten, "lane %d keeps %d messages, and carries %d", n, l.Waiting(), carried)
		}
	}
	if n := reflect.ValueOf(w.board).Elem().FieldByName("shown").Len(); n > 0 {
		w.fail(lawForgotten, "the board keeps %d incidents", n)
	}
	for a, t := range w.ways.terminals {
		desks := reflect.ValueOf(t).Elem().FieldByName("desks").MapRange()
		for desks.Next() {
			d := desks.Value().Elem()
			if n := d.FieldByName("unacked").Int() + int64(d.FieldByName("crowded").Len()+d.FieldByName("again").Len()); n > 0 {
				w.fail(lawForgotten, "the desk of %s/%s keeps %d messages", a, desks.Key(), n)
			}
		}
	}
}

// hushes: see silence. What the engine wants to have stored is of no use to
// anybody before it is shown.
func (w *world) hushes(e alerting.Event, i alerting.Incident, s *sighting) {
	switch {
	case e.Type == s.silenced.event && e.At.Equal(s.silenced.since): // it was seen when the journal had no room for it
	case e.Type == alerting.EventResolved && i.ID == "": // it has not happened
	case e.Type == alerting.EventResolved:
		s.hushing, w.quieting[e.Incident] = &silence{number: i.Number}, s
	case e.Class != nil && e.Class.Conceals, e.Type == alerting.EventStoodDown:
		s.hushing, w.quieting[e.Incident] = &silence{number: i.Number, cut: true, event: e.Type, since: e.At}, s
	}
}

// timelines are what people see of the open incidents that something is to make
// silent, where it may be among that by now. It asks the engine, so that nobody
// may hold w.mu.
func (w *world) timelines(open []alerting.Incident) map[string][]alerting.Entry {
	out := map[string][]alerting.Entry{}
	for _, id := range w.quietened(open) {
		if i, err := w.engine.Incident(context.Background(), id); err == nil {
			out[id] = i.Timeline
		}
	}
	return out
}

func (w *world) quietened(open []alerting.Incident) (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.quieting) == 0 {
		return nil
	}
	for n := range open {
		if s := w.quieting[open[n].ID]; s != nil && s.hushing != nil && s.hushing.cut && open[n].Number >= s.hushing.number {
			out = append(out, open[n].ID)
		}
	}
	return out
}

// fallSilent looks at what was to be shown.
func (w *world) fallSilent(seen map[string][]alerting.Entry) {
	for id, s := range w.quieting {
		if v, is := w.views[id]; is {
			s.falls(&v, seen[id], w.now())
		} else {
			s.falls(nil, nil, w.now())
		}
		if s.hushing == nil {
			delete(w.quieting, id)
		}
	}
}

// falls is when everybody sees it: v is nil once it is closed.
func (s *sighting) falls(v *alerting.Incident, seen []alerting.Entry, now time.Duration) {
	q := s.hushing
	switch {
	case q == nil:
		return
	case !q.cut && v != nil, q.cut && v == nil:
		return
	case q.cut && (q.among(seen) == 0 || !v.Confidential && !v.StoodDown):
		return
	case q.cut: // others may have come before it
		q.number = q.among(seen)
	}
	q.at = now
	s.hushing, s.silenced = nil, *q
}

// confirms notes the receipts that the engine has taken.
func (w *world) confirms(i *alerting.Incident, d alerting.Delivery, p alerting.Progress) {
	if p.State != alerting.Received && p.State != alerting.Read {
		return
	}
	n := slices.IndexFunc(i.Plan.Legs, func(l alerting.Leg) bool { return l.Key() == d.Key() })
	if n < 0 {
		return
	}
	k, s := contactKey{d.Audience, i.Plan.Legs[n].Reaches()}, w.of(i.ID)
	if s.confirmed[k].number < d.Number {
		s.confirmed[k] = confirmation{d.Number, w.now()}
	}
}

// confirmation is the newest number that a contact has confirmed.
type confirmation struct {
	number int64
	at     time.Duration
}
