package simulation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/devices"
)

// disk is what survives a crash: exactly what was committed. Everything in it
// went through JSON, as it does on a real one.
type disk struct {
	starts    int64
	lastSeq   int64
	events    map[string][]stored // by incident, in order
	at        map[int64]string    // the incident of each event
	snapshots map[string]snapshot
	tellings  map[telling][]byte
	presses   map[devices.Address][]journal.PressRef // oldest first
	drills    [][]byte                               // events, in order
	inside    map[pressKey][]string                  // the incidents that hold a press: one, or a promise is broken
}

type stored struct {
	seq      int64
	payload  []byte
	storedAt time.Time
}

type snapshot struct {
	seq        int64
	school     string
	resolvedAt time.Time
	payload    []byte
}

type telling struct {
	incident string
	number   int64
}

// pressKey names a press: its id is the device's own.
type pressKey struct {
	from devices.Address
	id   string
}

func newDisk() *disk {
	return &disk{
		events: map[string][]stored{}, at: map[int64]string{}, snapshots: map[string]snapshot{}, tellings: map[telling][]byte{},
		presses: map[devices.Address][]journal.PressRef{}, inside: map[pressKey][]string{},
	}
}

// write is one transaction: all of the items or none.
func (d *disk) write(items []*item) error {
	for _, it := range items {
		if err := it.encode(); err != nil {
			return err
		}
	}
	for _, it := range items {
		d.writeOne(it)
	}
	return nil
}

func (d *disk) writeOne(it *item) {
	if e := it.Event; e != nil {
		d.lastSeq = max(d.lastSeq, e.Seq)
		d.at[e.Seq] = e.Incident
		d.events[e.Incident] = append(d.events[e.Incident], stored{seq: e.Seq, payload: it.event})
		d.snapshots[e.Incident] = snapshot{seq: e.Seq, school: e.School, resolvedAt: it.Incident.ResolvedAt, payload: it.snapshot}
		d.writePress(e, it.Incident.Device)
	}
	for i, t := range it.Tellings {
		d.tellings[telling{t.Incident, t.Number}] = it.told[i]
	}
	for _, s := range it.Stamps {
		d.stamp(s)
	}
}

func (d *disk) writePress(e *alerting.Event, device string) {
	if e.Press == nil || e.Type == alerting.EventPressAgain {
		return
	}
	from := devices.Address{School: e.School, Device: device}
	d.presses[from] = append(d.presses[from], journal.PressRef{School: e.School, Device: device, Press: e.Press.ID, Incident: e.Incident})
	key := pressKey{from, e.Press.ID}
	d.inside[key] = append(d.inside[key], e.Incident)
}

func (d *disk) stamp(s journal.Stamp) {
	rows := d.events[d.at[s.Seq]]
	if i := slices.IndexFunc(rows, func(row stored) bool { return row.seq == s.Seq }); i >= 0 {
		rows[i].storedAt = s.At
	}
}

// holds reports whether an event is committed, and that it is that one.
func (d *disk) holds(e *alerting.Event) bool {
	return slices.ContainsFunc(d.events[e.Incident], func(s stored) bool { return s.seq == e.Seq })
}

func (d *disk) get(incident string) ([]alerting.Event, []alerting.Delivery, error) {
	rows := d.events[incident]
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("read incident %s: %w", incident, alerting.ErrNotFound)
	}
	var events []alerting.Event
	for _, row := range rows {
		var e alerting.Event
		if err := json.Unmarshal(row.payload, &e); err != nil {
			return nil, nil, fmt.Errorf("decode event %d: %w", row.seq, err)
		}
		e.StoredAt = row.storedAt
		events = append(events, e)
	}
	slices.SortFunc(events, func(a, b alerting.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	deliveries, err := d.deliveries(incident)
	return events, deliveries, err
}

func (d *disk) deliveries(incident string) ([]alerting.Delivery, error) {
	var all []alerting.Delivery
	for k, payload := range d.tellings {
		if k.incident != incident {
			continue
		}
		var told []alerting.Delivery
		if err := json.Unmarshal(payload, &told); err != nil {
			return nil, fmt.Errorf("decode telling %d of %s: %w", k.number, incident, err)
		}
		all = append(all, told...)
	}
	for i := range all {
		all[i].Incident = incident
	}
	slices.SortFunc(all, func(a, b alerting.Delivery) int {
		return cmp.Or(a.PlannedAt.Compare(b.PlannedAt), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// incidents lists the ids that a choice keeps, in the order in which they
// opened.
func (d *disk) incidents(keep func(snapshot) bool) []string {
	var ids []string
	for id, s := range d.snapshots {
		if keep(s) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(d.events[a][0].seq, d.events[b][0].seq) })
	return ids
}

func (d *disk) histories(ids []string) ([]journal.History, error) {
	all := []journal.History{}
	for _, id := range ids {
		events, deliveries, err := d.get(id)
		if err != nil {
			return nil, err
		}
		all = append(all, journal.History{Events: events, Deliveries: deliveries})
	}
	return all, nil
}

func (d *disk) devices() []devices.Address {
	return slices.SortedFunc(maps.Keys(d.presses), func(a, b devices.Address) int {
		return cmp.Or(cmp.Compare(a.School, b.School), cmp.Compare(a.Device, b.Device))
	})
}
