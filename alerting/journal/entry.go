package journal

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Entry is what is written together or not at all.
type Entry struct {
	// Event is what happened; nil where only tellings changed.
	Event *alerting.Event
	// Incident is the incident after the event; nil with a nil event.
	Incident *alerting.Incident
	// Tellings replace what is stored under the same incident and number.
	Tellings []Telling
	// Stamps say when earlier events were known to be durable.
	Stamps []Stamp
	// Probe is a path check.
	Probe *Probe
	// Lazy entries hold no event. They wait for a moment, so that the states
	// through which a delivery passes meanwhile are written once.
	Lazy bool
	// Done is told how the entry fared, on the writer's goroutine. It must not
	// block. Nil is nobody.
	Done func(Outcome)
}

// Telling is one update of an incident with all its deliveries.
type Telling struct {
	Incident   string
	Number     int64
	Deliveries []alerting.Delivery
}

// Stamp says when an event was known to be durable.
type Stamp struct {
	Seq int64
	At  time.Time
}

// Outcome is how an entry fared.
type Outcome int

// The outcomes. Stored and Dropped are final and come once; Failed comes at
// most once, before one of them.
const (
	// Stored says that the entry is durable.
	Stored Outcome = iota + 1
	// Failed says that the entry could not be written. It is kept, and Stored
	// follows once the disk is back.
	Failed
	// Dropped says that the entry is known not to be durable and is gone: a
	// rejectable event met a broken disk, or no database could hold the entry.
	Dropped
)

// String names the outcome.
func (o Outcome) String() string {
	switch o {
	case Stored:
		return "stored"
	case Failed:
		return "failed"
	case Dropped:
		return "dropped"
	}
	return fmt.Sprintf("outcome %d", int(o))
}

// item is an entry on its way to the disk.
type item struct {
	Entry
	order uint64 // in which it was appended
	told  bool   // Failed has been said
	tried bool   // was in a failed transaction, which may have become durable
	event *eventRow
}

func newItem(e Entry) *item {
	if e.Event != nil {
		event, incident := *e.Event, *e.Incident
		e.Event, e.Incident = &event, &incident
	}
	e.Tellings, e.Stamps = slices.Clone(e.Tellings), slices.Clone(e.Stamps)
	return &item{Entry: e}
}

// eventRow is an event as the database and the audit chain hold it. It is made
// once: the salt identifies the row if its commit was ambiguous.
type eventRow struct {
	seq                                 int64
	school, incident, at, kind, command string
	salt, digest, payload               []byte
	storedAt                            string // as read
}

const saltSize = 16

// encode makes the event's row; a second call does nothing.
func (it *item) encode() error {
	if it.Event == nil || it.event != nil {
		return nil
	}
	e := it.Event
	payload, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event %d: %w", e.Seq, err)
	}
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the process instead
	it.event = &eventRow{
		seq: e.Seq, school: e.School, incident: e.Incident, at: timeText(e.At),
		kind: string(e.Type), command: e.Command,
		salt: salt, digest: digestOf(salt, payload), payload: payload,
	}
	return nil
}

func (it *item) rejectable() bool {
	return it.Probe != nil || (it.Event != nil && it.Event.Rejectable())
}

// rows is about how many rows the entry writes.
func (it *item) rows() int {
	n := len(it.Tellings) + len(it.Stamps)
	if it.Probe != nil {
		n++
	}
	if it.Event != nil {
		n += 3 // event, incident, press
	}
	return n
}

func (it *item) tell(o Outcome) {
	if o == Failed {
		if it.told {
			return
		}
		it.told = true
	}
	if it.Done != nil {
		it.Done(o)
	}
}

var (
	errIncomplete = errors.New("an event needs its incident, and an incident its event")
	errMixedProbe = errors.New("a path check stands alone and cannot wait")
	errLazyEvent  = errors.New("an event cannot wait")
)

// check refuses what would stand in the way of every later entry.
func (e Entry) check() error {
	if (e.Event == nil) != (e.Incident == nil) {
		return errIncomplete
	}
	if e.Event != nil && e.Lazy {
		return errLazyEvent
	}
	if e.Probe != nil && (e.Event != nil || e.Lazy || len(e.Tellings) > 0) {
		return errMixedProbe
	}
	if e.Event != nil && e.Event.Incident != e.Incident.ID {
		return fmt.Errorf("event of incident %s came with incident %s", e.Event.Incident, e.Incident.ID)
	}
	return nil
}

// timeText is a time as a column holds it: UTC, of fixed width, so that text
// order is time order.
func timeText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }
