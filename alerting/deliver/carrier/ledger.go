package carrier

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// maxTold is how many messages a ledger remembers where nobody says otherwise;
// overflow: the one told longest ago is forgotten, and a callback about it is
// refused as unknown.
const maxTold = 10_000

// Told is one message that a gateway was handed, or is being handed.
type Told struct {
	Gateway  string
	Contact  string
	To       string // number in E.164 form
	Delivery string
	Incident string
	Number   int64 // of the incident's update
	At       time.Time

	id string // the gateway's own, "" while unknown
	// apart takes what became of it; nil where the desk does.
	apart *apart
}

// Ledger remembers what a callback may be about. It is empty after a start, but
// for what Recall brings back.
type Ledger struct {
	mu     sync.Mutex // guards the fields below
	by     map[string]*Told
	byID   map[gatewayID]string // delivery
	oldest []string             // deliveries, as they were told first
	most   int
}

type gatewayID struct{ gateway, id string }

// NewLedger returns an empty ledger.
func NewLedger() *Ledger { return NewLedgerOf(maxTold) }

// NewLedgerOf returns an empty ledger that remembers so many messages.
func NewLedgerOf(most int) *Ledger {
	return &Ledger{by: map[string]*Told{}, byID: map[gatewayID]string{}, most: most}
}

// told notes a message, and reports whether it is new here.
func (l *Ledger) told(t Told) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known, ok := l.by[t.Delivery]; ok {
		t.id = known.id
		*known = t
		return false
	}
	if len(l.oldest) >= l.most {
		l.drop(l.oldest[0])
		l.oldest = l.oldest[1:]
	}
	l.by[t.Delivery] = &t
	l.oldest = append(l.oldest, t.Delivery)
	return true
}

// Recall brings back messages of before a start, the oldest first: their
// gateways' own ids are lost, the deliveries' and the numbers are not.
func (l *Ledger) Recall(all []Told) {
	for _, t := range all {
		l.told(t)
	}
}

// forget drops a message of which nothing more is to be heard; false where it
// was forgotten before.
func (l *Ledger) forget(delivery string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, known := l.by[delivery]
	l.drop(delivery)
	l.oldest = slices.DeleteFunc(l.oldest, func(d string) bool { return d == delivery })
	return known
}

// drop removes a message but for its place in oldest; the caller holds mu.
func (l *Ledger) drop(delivery string) {
	if t, ok := l.by[delivery]; ok {
		delete(l.byID, gatewayID{t.Gateway, t.id})
		delete(l.by, delivery)
	}
}

// answered notes the gateway's own id of a message.
func (l *Ledger) answered(delivery, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.by[delivery]
	if !ok || id == "" {
		return
	}
	delete(l.byID, gatewayID{t.Gateway, t.id})
	t.id = id
	l.byID[gatewayID{t.Gateway, id}] = delivery
}

// find is the message that a gateway speaks of: by the delivery's id, which it
// was sent as a reference, else by its own. A gateway knows its own messages
// only.
func (l *Ledger) find(gateway, id, reference string) (Told, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if reference == "" {
		reference = l.byID[gatewayID{gateway, id}]
	}
	t, ok := l.by[reference]
	if !ok || t.Gateway != gateway || id != "" && t.id != "" && t.id != id {
		return Told{}, false
	}
	return *t, true
}

// to lists what a number was told by a gateway since a time, the latest update
// of each incident and contact, the newest first.
func (l *Ledger) to(gateway, number string, since time.Time) []Told {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []Told
	for _, t := range l.by {
		if t.Gateway == gateway && !t.At.Before(since) && sameNumber(t.To, number) {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b Told) int {
		return cmp.Or(cmp.Compare(a.Incident, b.Incident), cmp.Compare(b.Number, a.Number), b.At.Compare(a.At))
	})
	out = slices.CompactFunc(out, func(a, b Told) bool { return a.Incident == b.Incident })
	slices.SortFunc(out, func(a, b Told) int { return b.At.Compare(a.At) })
	return out
}
