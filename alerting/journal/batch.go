package journal

import (
	"encoding/json"
	"fmt"
	"slices"

	"example.org/campushub/alerting"
)

// A transaction holds the journal for no more than about 20 ms. These bounds
// keep it there on a small server with a long journal, where every row of a
// new incident changes another page; one entry that is larger goes alone.
const (
	maxBatchEntries = 512
	maxBatchRows    = 512
)

// batch is what one transaction writes, encoded before it begins. Where
// several entries change the same incident or telling, only the last state
// is written.
type batch struct {
	items     []*item
	events    []*item
	incidents []incidentRow
	tellings  []tellingRow
	stamps    []Stamp
	probes    []Probe
}

type incidentRow struct {
	id, school, state    string
	openedAt, resolvedAt string // resolvedAt is "" before
	confidential         bool
	lastSeq              int64
	snapshot             []byte
}

type tellingRow struct {
	tellingKey
	payload []byte
}

type tellingKey struct {
	incident string
	number   int64
}

func (t *Telling) key() tellingKey { return tellingKey{t.Incident, t.Number} }

// cut is how many of the items, from the first, make the next batch.
func cut(items []*item) int {
	rows := 0
	for n, it := range items {
		rows += it.rows()
		if n > 0 && (n == maxBatchEntries || rows > maxBatchRows) {
			return n
		}
	}
	return len(items)
}

// refusal is an item that no database could hold.
type refusal struct {
	item *item
	err  error
}

// encode makes a batch of the items and gives back those that cannot be
// encoded: one of them must not stand in the way of the others for ever.
func encode(items []*item, yield func()) (*batch, []refusal) {
	b := &batch{}
	var refused []refusal
	for _, it := range items {
		yield()
		if err := it.encode(); err != nil {
			refused = append(refused, refusal{it, err})
			continue
		}
		b.items = append(b.items, it)
	}
	bad := map[*item]error{}
	b.encodeIncidents(bad, yield)
	b.encodeTellings(bad, yield)
	if len(bad) == 0 {
		for _, it := range b.items {
			if it.Event != nil {
				b.events = append(b.events, it)
			}
			b.stamps = append(b.stamps, it.Stamps...)
			if it.Probe != nil {
				b.probes = append(b.probes, *it.Probe)
			}
		}
		return b, refused
	}
	for it, err := range bad {
		refused = append(refused, refusal{it, err})
	}
	rest, more := encode(slices.DeleteFunc(b.items, func(it *item) bool { return bad[it] != nil }), yield)
	return rest, append(refused, more...)
}

func (b *batch) encodeIncidents(bad map[*item]error, yield func()) {
	last := map[string]*item{}
	for _, it := range b.items {
		if it.Event != nil {
			last[it.Event.Incident] = it
		}
	}
	for _, it := range b.items {
		if it.Event == nil || last[it.Event.Incident] != it {
			continue
		}
		yield()
		row, err := newIncidentRow(*it.Incident, it.Event.Seq)
		if err != nil {
			bad[it] = err
			continue
		}
		b.incidents = append(b.incidents, row)
	}
}

func newIncidentRow(i alerting.Incident, seq int64) (incidentRow, error) {
	snapshot, err := json.Marshal(i.Listed())
	if err != nil {
		return incidentRow{}, fmt.Errorf("encode incident %s: %w", i.ID, err)
	}
	row := incidentRow{
		id: i.ID, school: i.School, state: string(i.State), confidential: i.Confidential,
		openedAt: timeText(i.OpenedAt), lastSeq: seq, snapshot: snapshot,
	}
	if i.Resolved() {
		row.resolvedAt = timeText(i.ResolvedAt)
	}
	return row, nil
}

// encodeTellings keeps the last state of each telling, in the place of the
// first.
func (b *batch) encodeTellings(bad map[*item]error, yield func()) {
	at := map[tellingKey]int{}
	var last []*Telling
	var from []*item
	for _, it := range b.items {
		for i := range it.Tellings {
			t := &it.Tellings[i]
			n, ok := at[t.key()]
			if !ok {
				n = len(last)
				at[t.key()] = n
				last, from = append(last, nil), append(from, nil)
			}
			last[n], from[n] = t, it
		}
	}
	for n, t := range last {
		yield()
		payload, err := json.Marshal(t.Deliveries)
		if err != nil {
			bad[from[n]] = fmt.Errorf("encode telling %d of incident %s: %w", t.Number, t.Incident, err)
			continue
		}
		b.tellings = append(b.tellings, tellingRow{t.key(), payload})
	}
}
