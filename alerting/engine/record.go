package engine

import (
	"cmp"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/devices"
)

// record is one incident as the engine holds it: its events in the order of
// the journal, and what has been told of them. What people see, view, is the
// fold of the events that are visible: the durable ones, and those that were
// told before their commit.
type record struct {
	events     []*tracked
	presses    map[string]*tracked // by press id
	view       alerting.Incident
	deliveries map[string]*alerting.Delivery
	latest     map[alerting.LegKey]string     // the newest delivery of each leg that has begun
	tellings   map[int64][]*alerting.Delivery // by number, as the journal keeps them
	// anew is from which number a leg counts that a referral has brought back
	// into the plan: what it was told before ended with its last line.
	anew     map[alerting.LegKey]int64
	told     *tracked // the latest event that was told to recipients
	toldAs   int64    // the number with which anything was told last
	hidden   int      // events that nobody sees yet
	owed     int      // events that people see and no disk has yet
	refused  int      // events that the journal had no room for; later ones wait behind them
	changed  []int64  // numbers of the tellings that the journal is given next
	unkept   bool     // the journal had no room for what became of a delivery
	retrying bool     // a timer will hand all these over again

	command *tracked  // of a command that waits for its commit
	waiting []command // behind it; bounded by maxWaiting; overflow: refuse
	// undecided is a reset or a resolution that waits for its commit, or was
	// refused to its author and may prove durable all the same. There is one at
	// most.
	undecided *tracked

	// misfiled says that the journal's list has the incident open, and its events
	// have it resolved.
	misfiled bool

	quietAt   time.Time                      // when a quiet press may next be told; zero where none waits
	missed    map[update]bool                // whose hard limit was written down
	marks     []alerting.Delivery            // that missed a budget, and whose mark is not written yet
	escalated map[alerting.Audience]*tracked // the last level that each audience was told
	failures  map[string]*failure            // by delivery: of those that failed or came to nothing
	stepAt    time.Time                      // when the next escalation timer is due; zero where none runs

	remindAt time.Time // when the next reminder is due; zero where none is

	// ahead is how many numbers beyond the view's the starts before may have told
	// of an incident that was closed by then. An open one goes on with an event of
	// its own; this one's next event takes them in.
	ahead int64

	resumed map[string]bool // while the hub starts, what it has told already; nil else

	roundAt time.Time // of the latest press that is told by itself, or of the opening
	reachBy time.Time // when that one must have reached somebody
	stay    time.Time // a resolved incident is kept until then, for receipts
	// unreached says that the police side has been without any delivery for too
	// long in this round.
	unreached bool
}

// tracked is one event and how far it got.
type tracked struct {
	alerting.Event
	state   commitState
	visible bool
	// waiters are told once: nil when the event is durable, an error when it
	// will not be for now.
	waiters []func(error)
}

type commitState int

const (
	pending commitState = iota // handed to the journal
	durable
	failed  // the journal keeps it and goes on trying
	refused // the journal had no room; it is handed over again
	lost    // the journal can never hold it; nobody keeps it
)

func newRecord() *record {
	return &record{
		presses: map[string]*tracked{}, deliveries: map[string]*alerting.Delivery{}, latest: map[alerting.LegKey]string{},
		tellings: map[int64][]*alerting.Delivery{}, missed: map[update]bool{}, escalated: map[alerting.Audience]*tracked{},
		failures: map[string]*failure{}, anew: map[alerting.LegKey]int64{},
	}
}

// begun is the newest delivery of a leg that has begun, since it is in the plan.
func (r *record) begun(leg alerting.LegKey) (*alerting.Delivery, bool) {
	d, told := r.deliveries[r.latest[leg]]
	return d, told && d.Number >= r.anew[leg]
}

// refers has the legs of a referral begin, also those that were told before.
func (r *record) refers(ev alerting.Event) {
	if ev.Referral == nil {
		return
	}
	for _, leg := range ev.Referral.Added {
		r.anew[leg.Key()] = r.view.Number
	}
}

// add puts an event behind the others.
func (r *record) add(t *tracked) {
	r.events = append(r.events, t)
	if !t.visible {
		r.hidden++
	}
	if t.Press != nil && t.Type != alerting.EventPressAgain {
		r.presses[t.Press.ID] = t
	}
}

// set notes how far an event got.
func (r *record) set(t *tracked, s commitState) {
	if t.visible && (t.state == durable) != (s == durable) {
		r.owed += map[bool]int{true: -1, false: 1}[s == durable]
	}
	if (t.state == refused) != (s == refused) {
		r.refused += map[bool]int{true: 1, false: -1}[s == refused]
	}
	t.state = s
}

// show makes an event visible. Where an event behind it was told already, the
// view is folded anew, so that it equals what a replay of the journal gives.
func (r *record) show(t *tracked) {
	t.visible = true
	if r.hidden--; t.Base >= r.ahead {
		r.ahead = 0
	}
	if t.state != durable {
		r.owed++
	}
	if r.events[len(r.events)-1] == t {
		r.view.Apply(t.Event)
	} else {
		r.view = r.fold(func(t *tracked) bool { return t.visible })
	}
	r.view.Stored = r.stored()
}

func (r *record) fold(include func(*tracked) bool) alerting.Incident {
	var i alerting.Incident
	for _, t := range r.events {
		if include(t) {
			i.Apply(t.Event)
		}
	}
	return i
}

// after is the incident as the journal will have it once the event is durable,
// in listed form: the fold up to the event, whether people see all of it or
// not. A reset or a resolution before it that may yet be given up is left out:
// an incident that is open must never look closed to the next start.
func (r *record) after(t *tracked) alerting.Incident {
	i := r.view
	if r.hidden > 0 || r.events[len(r.events)-1] != t {
		behind := false
		i = r.fold(func(o *tracked) bool {
			in := !behind && (o == t || o.visible || !o.Rejectable())
			behind = behind || o == t
			return in
		})
	}
	i.Stored = true
	return i.Listed()
}

// brings reports whether an event with a command's id is on its way to the disk.
func (r *record) brings(command string) bool {
	return r.hidden > 0 && slices.ContainsFunc(r.events, func(t *tracked) bool { return !t.visible && t.Command == command })
}

// stored reports whether everything that was told is durable.
func (r *record) stored() bool { return r.owed == 0 }

// drop removes an event that nobody has seen and that has not happened.
func (r *record) drop(gone *tracked) {
	r.set(gone, lost)
	if i := slices.Index(r.events, gone); i >= 0 {
		r.events = append(r.events[:i:i], r.events[i+1:]...)
		r.hidden--
	}
	if r.undecided == gone {
		r.undecided = nil
	}
}

// closing reports whether a resolution is undecided. No press joins any more;
// one that comes opens an incident of its own.
func (r *record) closing() bool {
	return r.undecided != nil && r.undecided.Type == alerting.EventResolved
}

// receipt is the latest press that is durable, "" where none is. Nothing else
// may be named to a button: it takes the name for the hub's receipt, and sends
// that press no more.
func (r *record) receipt() string {
	for i := len(r.view.Presses) - 1; i >= 0; i-- {
		if id := r.view.Presses[i].ID; r.presses[id].state == durable {
			return id
		}
	}
	return ""
}

// visibleEvents lists what people may know.
func (r *record) visibleEvents() []alerting.Event {
	out := make([]alerting.Event, 0, len(r.events))
	for _, t := range r.events {
		if t.visible {
			out = append(out, t.Event)
		}
	}
	return out
}

// plan adds a delivery, or has a known one begin anew within its telling.
func (r *record) plan(d *alerting.Delivery) {
	if old, known := r.deliveries[d.ID]; known {
		number := old.Number
		*old = *d
		old.Number = number
		return
	}
	r.tellings[d.Number] = append(r.tellings[d.Number], d)
	r.deliveries[d.ID] = d
}

// change notes that the journal is to be given a telling anew.
func (r *record) change(number int64) {
	if !slices.Contains(r.changed, number) {
		r.changed = append(r.changed, number)
	}
}

// telling is one update with all its deliveries, for the journal.
func (r *record) telling(number int64) journal.Telling {
	all := r.tellings[number]
	t := journal.Telling{Incident: r.view.ID, Number: number, Deliveries: make([]alerting.Delivery, len(all))}
	for i, d := range all {
		t.Deliveries[i] = *d
	}
	return t
}

// allDeliveries are copies, in no order.
func (r *record) allDeliveries() []alerting.Delivery {
	all := make([]alerting.Delivery, 0, len(r.deliveries))
	for _, d := range r.deliveries {
		all = append(all, *d)
	}
	return all
}

func (r *record) device() devices.Address {
	return devices.Address{School: r.view.School, Device: r.view.Device}
}

// indicator is what the button's light shows for this incident now.
func (r *record) indicator() devices.Indicator {
	v := r.view
	switch {
	case v.Resolved(), !v.Latched, v.Silent:
		return devices.IndicatorIdle
	case v.State == alerting.StateAcknowledged:
		return devices.IndicatorAcknowledged
	case r.unreached:
		return devices.IndicatorFailed
	}
	return devices.IndicatorStored
}

// full is the incident with its deliveries and its timeline; nothing in it is
// written to later.
func (r *record) full() alerting.Incident {
	i := r.view
	i.Presses = slices.Clone(i.Presses)
	for _, t := range r.presses {
		i.NoteStored(t.Event)
	}
	i.Escalation = i.Escalations()
	i.Deliveries = r.allDeliveries()
	slices.SortFunc(i.Deliveries, func(a, b alerting.Delivery) int {
		return cmp.Or(a.PlannedAt.Compare(b.PlannedAt), cmp.Compare(a.ID, b.ID))
	})
	i.Timeline = alerting.Timeline(r.visibleEvents())
	return i
}
