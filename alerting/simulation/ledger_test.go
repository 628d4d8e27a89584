package simulation

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/devices"
)

// ledger is what the world has seen, apart from the hub.
type ledger struct {
	pressed map[pressKey]*pressing // everything that was ever pressed or raised
	// practised is how many presses in a drill's window were planned.
	practised int
	openers   map[string]*pressing  // by the incident that it would open
	durable   map[pressKey][]string // the incidents on disk that hold a press
	promised  map[pressKey]string   // who said that it is durable
	expected  []*pressing           // sent, and to be told before anything else happens

	incidents []string // in the order in which they were first told
	seen      map[string]*sighting
	views     map[string]alerting.Incident // the unresolved ones, as anybody may read them now
	ids       map[string]*delivery
	asked     map[string]alerting.Command
	paths     []*pathWatch
	ups       []terminalUp
	attended  map[string][]alerting.LegKey // who must be told again by this start
	forgotten map[string]bool
	inherited map[missing]int // what this start goes on with may miss
	slips     map[slipKey]slip
	letters   []letter // to parents, as they became durable
	tallied   map[string]muster.Command
	tallies   map[string][]tally // by incident
	practices map[string]*practice
	ordered   map[string]drill.Command
	lived     map[string]time.Duration          // when something was live at a school last of which everybody may hear
	closed    map[devices.Address]time.Duration // when its window was closed last
	cleared   map[devices.Address]time.Duration // and its siren silenced
	counts    []counting                        // presses that may be told as a count
	failures  map[string]*failing               // by delivery, of this life
	said      map[string]bool                   // which deliveries came to nothing, in this life
	unsaid    map[string]bool                   // of these, what an ill disk may not have kept
	ill       bool                              // the disk takes nothing, or not all
	poorly    bool                              // it is not what it should be
	signed    map[string]bool                   // the incidents that the police have taken on
	engaged   map[string]engagement             // who has taken on what is live and critical, by incident
	lastSeq   int64
	clock     int           // how often the clock was set
	stepped   time.Duration // true time of the latest start whose clock was set back
}

// pressing is one press, as its button knows it.
type pressing struct {
	devices.Press
	made     time.Duration // true time
	clock    int           // how often the hub's clock had been set
	life     int           // in which it was told last
	in       string        // the incident that it was told in
	at       time.Time     // when it was pressed, by the clock of the hub when that heard of it
	sent     int
	quiet    bool   // repeats itself: told as a count
	known    bool   // to the hub, when it was sent last
	alone    bool   // the first of its button, when it was sent last
	windowed bool   // made in a drill's window
	report   string // the incident of a person's alarm
}

func (p *pressing) key() pressKey { return pressKey{p.From, p.ID} }

// openToAll reports whether everybody may hear that something is real: it is
// neither silent nor confidential.
func (p *pressing) openToAll() bool {
	return !p.Silent && !alerting.AlwaysConfidential(alerting.KindOf(p.Alarm))
}

// sighting is what was seen of one incident.
type sighting struct {
	legs        map[alerting.LegKey]*tellings
	rounds      map[int64]time.Duration // round → when it was first seen
	steps       map[stepKey]planned     // as the plan has them
	escalated   map[alerting.Audience]level
	reminded    map[string]bool // by round and what is missing
	reminder    reminder
	taken       map[alerting.Audience]taking  // the highest update that an audience has taken on
	reached     map[contactKey]time.Duration  // when a receipt came from a contact last
	concealed   bool                          // known to be confidential
	opening     bool                          // a person has revealed it, which may be on its way to the disk
	severity    alerting.Severity             // after the latest event
	latched     bool                          // before it
	mode        alerting.Mode                 // of the opening event
	commands    map[string]alerting.EventType // that the engine wanted to have stored, and what of them
	stored      map[string]bool               // that are
	widened     map[alerting.LegKey]bool      // whom an open kind has added
	kind        alerting.Kind                 // as it is shown
	coming      []alerting.LegKey             // whom the latest classification has added, until it is shown
	comingKind  alerting.Kind                 // of it
	standsDown  bool                          // the end of its drill's levels is on its way to the disk
	policeDrill bool                          // the police may hear of it, though it is a drill
	reset       bool                          // a person has asked to reset it
	referred    map[alerting.LegKey]bool      // whom a person had told
	overruns    map[telling]bool              // by audience and update
	hidden      bool                          // it was shown as confidential last
	final       bool                          // the bureau has had its final report
	silenced    silence                       // from when older news have no use
	hushing     *silence                      // on its way to the disk
	confirmed   map[contactKey]confirmation
	device      string
	begun       time.Duration
	clock       int // how often the clock had been set then
}

// unbegun is when an incident began of which nothing was told, or stored when
// the hub stopped.
const unbegun = time.Duration(-1)

type stepKey struct {
	audience alerting.Audience
	level    int
}

// planned is a level, and since when the plan has had it so: one that takes an
// earlier one's place counts from then, and is due then at the soonest.
type planned struct {
	alerting.EscalationStep
	at time.Duration
}

type contactKey struct {
	audience alerting.Audience
	reaches  string
}

// level is the last one that an audience was told.
type level struct {
	level int
	round int64
	shown time.Time     // as the incident says
	at    time.Duration // when it was first seen
}

type taking struct {
	number int64
	at     time.Time
}

// tellings is what one leg was told.
type tellings struct {
	number  int64
	at      time.Duration // when last
	life    int           // in which life last
	first   time.Duration // when first
	born    int           // in which life first
	id      string        // the newest delivery
	settled bool          // its channel has said that it need not be tried again
	failed  bool          // it has come to nothing
	fresh   bool          // nobody has looked at it yet
	byPress map[string]string
	heard   int64 // the newest number that its far side has had
}

// delivery says whose an id is, and how far it got.
type delivery struct {
	incident string
	leg      alerting.LegKey
	life     int  // in which it was told last
	reports  int  // that came of it
	heard    bool // by its far side
	expired  bool // its lane has said so
	pace
}

func newLedger() ledger {
	return ledger{
		pressed: map[pressKey]*pressing{}, openers: map[string]*pressing{}, durable: map[pressKey][]string{}, promised: map[pressKey]string{},
		seen: map[string]*sighting{}, views: map[string]alerting.Incident{}, ids: map[string]*delivery{},
		asked: map[string]alerting.Command{}, attended: map[string][]alerting.LegKey{}, forgotten: map[string]bool{}, inherited: map[missing]int{}, slips: map[slipKey]slip{},
		tallied: map[string]muster.Command{}, tallies: map[string][]tally{},
		practices: map[string]*practice{}, ordered: map[string]drill.Command{}, lived: map[string]time.Duration{},
		closed: map[devices.Address]time.Duration{}, cleared: map[devices.Address]time.Duration{}, stepped: -1,
		failures: map[string]*failing{}, said: map[string]bool{}, unsaid: map[string]bool{}, signed: map[string]bool{}, engaged: map[string]engagement{},
	}
}

// of is what was seen of an incident.
func (l *ledger) of(incident string) *sighting {
	s := l.seen[incident]
	if s == nil {
		s = &sighting{
			legs: map[alerting.LegKey]*tellings{}, rounds: map[int64]time.Duration{}, steps: map[stepKey]planned{}, reminded: map[string]bool{},
			escalated: map[alerting.Audience]level{}, taken: map[alerting.Audience]taking{}, reached: map[contactKey]time.Duration{},
			commands: map[string]alerting.EventType{}, stored: map[string]bool{}, widened: map[alerting.LegKey]bool{}, referred: map[alerting.LegKey]bool{},
			overruns: map[telling]bool{}, confirmed: map[contactKey]confirmation{},
		}
		l.seen[incident] = s
	}
	return s
}

func (s *sighting) leg(k alerting.LegKey) *tellings {
	t := s.legs[k]
	if t == nil {
		t = &tellings{byPress: map[string]string{}}
		s.legs[k] = t
	}
	return t
}

func keyOf(m deliver.Message) alerting.LegKey {
	return alerting.LegKey{Audience: m.Audience, Recipient: m.Recipient, Channel: m.Channel}
}

// remember is what a new life may count on: what was on the disk. Levels that
// the life before recorded and did not store have not happened.
func (w *world) remember() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expected, w.paths, w.ups, w.counts = nil, nil, nil, nil
	w.changes++
	clear(w.failures)
	clear(w.said)
	clear(w.unsaid)
	clear(w.views)
	clear(w.attended)
	clear(w.inherited)
	for id, s := range w.seen {
		clear(s.taken)
		clear(s.overruns)
		clear(s.commands)
		s.standsDown, s.hushing = false, nil
		events, deliveries, err := w.disk.get(id)
		w.keepTallies(id, events)
		s.keepReminded(events)
		if err != nil { // nothing of it was stored
			s.severity, s.latched, s.concealed, s.opening, s.begun = "", false, false, false, unbegun
			continue
		}
		i := alerting.Fold(events)
		s.keepLevels(events, w.spent)
		w.keepWidened(events, s)
		s.keepOverruns(events)
		s.severity, s.latched, s.concealed, s.opening = i.Severity, i.Latched, i.Confidential, false
		s.hidden = i.Confidential
		if !i.Resolved() {
			w.attended[id] = withoutOutcome(i, events, deliveries)
			if i.Mode != devices.Drill { // whose levels may be over: see yields
				w.attended[id] = append(w.attended[id], cutShort(i, events, deliveries)...)
			}
			w.watchAgain(i, roundOf(events), deliveries)
			w.inherit(i, deliveries)
		}
	}
}

// withoutOutcome are the legs to be told at once that have no delivery, none
// of the press that was told last, or one that nothing has become of.
func withoutOutcome(i alerting.Incident, events []alerting.Event, deliveries []alerting.Delivery) (out []alerting.LegKey) {
	told, at := "", time.Time{}
	for _, e := range events {
		if e.Told() {
			at = e.At
		}
		if e.Told() && e.Press == nil {
			told = ""
		} else if e.Told() {
			told = e.Press.ID
		}
	}
	for _, l := range i.Plan.Legs {
		var newest *alerting.Delivery
		of := false
		for n, d := range deliveries {
			if d.Key() == l.Key() && (newest == nil || d.Number >= newest.Number) {
				newest = &deliveries[n]
			}
			of = of || d.ID == alerting.DeliveryID(i.ID, told, l.Key())
		}
		if l.AtOnce() && (newest == nil || !newest.Settled() || (told != "" && !of && newest.PlannedAt.Before(at))) {
			out = append(out, l.Key())
		}
	}
	return out
}

// cutShort are the legs of each audience's last level that the disk does not
// have as told with it: those whom it adds, and, where it tells everybody once
// more, those who were told before it alone.
func cutShort(i alerting.Incident, events []alerting.Event, deliveries []alerting.Delivery) (out []alerting.LegKey) {
	for _, a := range alerting.Audiences() {
		of := func(e alerting.Event) bool {
			return e.Type == alerting.EventEscalated && e.Audience == a && e.Number == i.RoundOf(a)
		}
		last := lastIndex(events, of)
		if last < 0 || i.AcknowledgedBy(a) {
			continue
		}
		level := events[last].Level
		step, _ := i.Plan.Step(a, level)
		again := step.Everybody || slices.ContainsFunc(events[:last], func(e alerting.Event) bool { return of(e) && e.Level == level })
		number := alerting.Fold(events[:last+1]).Number
		for _, l := range i.Plan.Legs {
			newest := newestOf(deliveries, l.Key())
			adds := newest == 0 && l.Level > 0 && l.Path == 0
			if l.Audience == a && l.Level <= level && (adds || (again && newest > 0 && newest < number)) {
				out = append(out, l.Key())
			}
		}
	}
	return out
}

func lastIndex(events []alerting.Event, is func(alerting.Event) bool) int {
	for k := len(events) - 1; k >= 0; k-- {
		if is(events[k]) {
			return k
		}
	}
	return -1
}

// newestOf is the number of a leg's latest delivery, 0 where it has none.
func newestOf(deliveries []alerting.Delivery, k alerting.LegKey) (number int64) {
	for _, d := range deliveries {
		if d.Key() == k {
			number = max(number, d.Number)
		}
	}
	return number
}

// keepLevels takes the levels from the disk: others have not happened.
func (s *sighting) keepLevels(events []alerting.Event, now time.Duration) {
	known := s.escalated
	s.escalated = map[alerting.Audience]level{}
	for _, e := range events {
		if e.Type != alerting.EventEscalated {
			continue
		}
		l := level{level: e.Level, round: e.Number, shown: e.At, at: now}
		if k := known[e.Audience]; k.shown.Equal(e.At) {
			l.at = k.at
		}
		s.escalated[e.Audience] = l
	}
}

// keepWidened takes the classifications from the disk.
func (w *world) keepWidened(events []alerting.Event, s *sighting) {
	clear(s.widened)
	clear(s.referred)
	s.coming = nil
	for _, e := range events {
		if e.Referral != nil {
			w.widens(e, s)
		}
		if e.Class != nil {
			s.narrows(e.Class.Kind)
			w.widens(e, s)
			s.coming = nil // it is shown
			s.reveals(e)
		}
	}
}

// keepOverruns takes the missed limits from the disk.
func (s *sighting) keepOverruns(events []alerting.Event) {
	for _, e := range events {
		if e.Overrun != nil {
			s.overruns[telling{string(e.Audience), e.Overrun.Number}] = true
		}
	}
}

// roundOf is when everybody was to be reached last: of the latest press that is
// told by itself, of the opening or of an undone concealment.
func roundOf(events []alerting.Event) time.Time {
	last := lastIndex(events, func(e alerting.Event) bool {
		return e.Type == alerting.EventOpened || e.Type == alerting.EventRevealed || e.Type == alerting.EventPressed && !e.Quiet
	})
	return events[last].At
}

// watchAgain waits for the next path of every leg that the disk says was told,
// and whose contact has given no receipt of this round.
func (w *world) watchAgain(i alerting.Incident, round time.Time, deliveries []alerting.Delivery) {
	reached := map[contactKey]bool{}
	for _, l := range i.Plan.Legs {
		if slices.ContainsFunc(deliveries, func(d alerting.Delivery) bool {
			return d.Key() == l.Key() && (d.State == alerting.Received || d.State == alerting.Read) && !d.PlannedAt.Before(round)
		}) {
			reached[contactKey{l.Audience, l.Reaches()}] = true
		}
	}
	for _, l := range i.Plan.Legs {
		told := slices.ContainsFunc(deliveries, func(d alerting.Delivery) bool { return d.Key() == l.Key() })
		if told && l.Share > 0 && !reached[contactKey{l.Audience, l.Reaches()}] {
			w.paths = append(w.paths, &pathWatch{i.ID, l.Key(), w.spent, w.spent + l.Share + 20*time.Millisecond})
		}
	}
}

// stepBack notes that the clock was set back before the next life.
func (w *world) stepBack(shift time.Duration) {
	if shift != 0 {
		w.clock++
	}
	if shift < 0 {
		w.stepped = w.spent
	}
}
