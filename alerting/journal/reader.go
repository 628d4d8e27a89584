package journal

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
)

// Rows are read in pages and decoded afterwards, so that no read transaction
// is longer than about 20 ms: a longer one would keep the log from starting
// again.
const (
	pageRows    = 500
	readerConns = 4
)

// Reader reads a journal, also one that a running hub writes.
type Reader struct {
	db *sql.DB
}

// OpenReader opens a journal that exists, for reading alone.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	db, err := openPool(path, false)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readerConns)
	db.SetMaxIdleConns(readerConns)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	return &Reader{db: db}, nil
}

// Close ends the reader's connections.
func (r *Reader) Close() error { return r.db.Close() }

// History is what has to be folded to go on with one incident.
type History struct {
	Events     []alerting.Event // in order
	Deliveries []alerting.Delivery
}

// Unresolved reads every incident that is not resolved, in the order in which
// they opened. It does not touch the resolved ones.
func (r *Reader) Unresolved(ctx context.Context) ([]History, error) {
	ids, err := collect(ctx, r.db, scanText, `SELECT id FROM incidents WHERE state <> 'resolved'`)
	if err != nil {
		return nil, fmt.Errorf("list unresolved incidents: %w", err)
	}
	return r.histories(ctx, ids)
}

// Resolved reads the incidents that were resolved after a moment, the latest
// first chosen, at most limit of them, in the order in which they opened.
func (r *Reader) Resolved(ctx context.Context, after time.Time, limit int) ([]History, error) {
	ids, err := collect(ctx, r.db, scanText, `SELECT id FROM incidents
		WHERE resolved_at <> '' AND resolved_at > ? ORDER BY resolved_at DESC LIMIT ?`, timeText(after), limit)
	if err != nil {
		return nil, fmt.Errorf("list resolved incidents: %w", err)
	}
	return r.histories(ctx, ids)
}

func (r *Reader) histories(ctx context.Context, ids []string) ([]History, error) {
	all := make([]History, 0, len(ids))
	for _, id := range ids {
		events, deliveries, err := r.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, History{Events: events, Deliveries: deliveries})
	}
	slices.SortFunc(all, func(a, b History) int { return cmp.Compare(a.Events[0].Seq, b.Events[0].Seq) })
	return all, nil
}

// Get reads one incident's events in order, and its deliveries. The error is
// alerting.ErrNotFound where there is no such incident.
func (r *Reader) Get(ctx context.Context, incident string) ([]alerting.Event, []alerting.Delivery, error) {
	events, err := r.events(ctx, incident)
	if err != nil {
		return nil, nil, fmt.Errorf("read incident %s: %w", incident, err)
	}
	if len(events) == 0 {
		return nil, nil, fmt.Errorf("read incident %s: %w", incident, alerting.ErrNotFound)
	}
	deliveries, err := r.deliveries(ctx, incident)
	if err != nil {
		return nil, nil, fmt.Errorf("read deliveries of incident %s: %w", incident, err)
	}
	return events, deliveries, nil
}

// events reads page by page: events are only ever added, so that the pages of
// several transactions make one whole.
func (r *Reader) events(ctx context.Context, incident string) ([]alerting.Event, error) {
	var events []alerting.Event
	after := int64(-1)
	for {
		rows, err := collect(ctx, r.db, scanEvent, `SELECT e.seq, school, incident, e.at, type, command, payload, coalesce(s.at, '')
			FROM events AS e LEFT JOIN stamps AS s ON s.seq = e.seq
			WHERE incident = ? AND e.seq > ? ORDER BY e.seq LIMIT ?`, incident, after, pageRows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			e, err := row.decode()
			if err != nil {
				return nil, err
			}
			e.StoredAt, _ = time.Parse(time.RFC3339Nano, row.storedAt) // zero where nobody wrote it down
			events = append(events, e)
			after = row.seq
		}
		if len(rows) < pageRows {
			return events, nil
		}
	}
}

func (r *Reader) deliveries(ctx context.Context, incident string) ([]alerting.Delivery, error) {
	rows, err := collect(ctx, r.db, scanBytes, `SELECT payload FROM tellings WHERE incident = ?`, incident)
	if err != nil {
		return nil, err
	}
	var all []alerting.Delivery
	for _, payload := range rows {
		var told []alerting.Delivery
		if err := json.Unmarshal(payload, &told); err != nil {
			return nil, fmt.Errorf("decode telling: %w", err)
		}
		all = append(all, told...)
	}
	for i := range all {
		all[i].Incident = incident
	}
	slices.SortStableFunc(all, func(a, b alerting.Delivery) int {
		if c := a.PlannedAt.Compare(b.PlannedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, nil
}

// decode rebuilds the event. One whose payload was erased keeps what its
// columns say.
func (e eventRow) decode() (alerting.Event, error) {
	if e.payload == nil {
		at, err := time.Parse(time.RFC3339Nano, e.at)
		if err != nil {
			return alerting.Event{}, fmt.Errorf("decode time of event %d: %w", e.seq, err)
		}
		return alerting.Event{
			Seq: e.seq, Type: alerting.EventType(e.kind), Incident: e.incident, School: e.school, At: at, Command: e.command,
		}, nil
	}
	var event alerting.Event
	if err := json.Unmarshal(e.payload, &event); err != nil {
		return alerting.Event{}, fmt.Errorf("decode event %d: %w", e.seq, err)
	}
	return event, nil
}

// PressRef says which incident a press went into.
type PressRef struct {
	School, Device, Press, Incident string
}

// RecentPresses reads the newest presses of every device, at most perDevice of
// each, the oldest first: a press that is sent again after its incident was
// resolved is known by them.
func (r *Reader) RecentPresses(ctx context.Context, perDevice int) ([]PressRef, error) {
	var all []PressRef
	var school, device string
	for {
		next, err := collect(ctx, r.db, scanDevice, `SELECT school, device FROM presses
			WHERE (school, device) > (?, ?) ORDER BY school, device LIMIT 1`, school, device)
		if err != nil {
			return nil, fmt.Errorf("list devices: %w", err)
		}
		if len(next) == 0 {
			return all, nil
		}
		school, device = next[0].School, next[0].Device
		refs, err := collect(ctx, r.db, scanPress, `SELECT school, device, id, incident FROM presses
			WHERE school = ? AND device = ? ORDER BY seq DESC LIMIT ?`, school, device, perDevice)
		if err != nil {
			return nil, fmt.Errorf("list presses of %s/%s: %w", school, device, err)
		}
		slices.Reverse(refs)
		all = append(all, refs...)
	}
}
