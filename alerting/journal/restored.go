package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
)

// EventRestored says in a school's audit chain that the journal goes on from a
// backup. It is of no incident.
const EventRestored alerting.EventType = "restored"

// After a restore nothing may be numbered as something was that the lost journal
// had. How much that was nobody knows, but not more than so many a second of the
// time since restoreEpoch, and each restore is later than the one before it,
// also of the same backup. Where the clock says nothing of use, the numbers skip
// by what no hub does in the days between two backups.
var restoreEpoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	restoreStarts = 1_000     // starts of the hub, one a second
	restoreSeqs   = 1_000_000 // events, one a millisecond
)

// Restoration is what the audit chains say of a restore.
type Restoration struct {
	At      time.Time     `json:"at"`
	Moment  time.Time     `json:"moment"`   // of the backup: what came after it is not there
	Backup  evidence.Hash `json:"backup"`   // SHA-256 of its manifest
	LastSeq int64         `json:"last_seq"` // the last event that the backup has
	Schools []string      `json:"-"`        // whose chains say so, beside those that there are
}

// Restore prepares a journal that was copied back, which no hub has open: its
// events and its starts go on behind whatever the lost journal had numbered, and
// each school's chain says from when on. It brings the tables up to date.
func Restore(ctx context.Context, path string, r Restoration) (f Facts, err error) {
	if err := create(ctx, path); err != nil {
		return f, err
	}
	s, err := openStore(ctx, path, func() {})
	if err != nil {
		return f, fmt.Errorf("restore journal %s: %w", path, err)
	}
	err = s.restore(ctx, r)
	if err = errors.Join(err, s.close()); err != nil {
		return f, fmt.Errorf("restore journal %s: %w", path, err)
	}
	reader, err := OpenReader(ctx, path)
	if err != nil {
		return f, err
	}
	f, err = reader.Facts(ctx)
	return f, errors.Join(err, reader.Close())
}

func (s *store) restore(ctx context.Context, r Restoration) error {
	last, err := s.lastSeq(ctx)
	if err != nil {
		return err
	}
	since := r.At.Sub(restoreEpoch)
	seq := max(last+restoreSeqs, since.Milliseconds())
	starts := max(s.starts+restoreStarts, int64(since.Seconds()))
	for _, school := range r.Schools {
		if _, ok := s.chains[school]; !ok {
			s.chains[school] = chain{}
		}
	}
	b := &batch{}
	r.LastSeq = last
	for school := range s.chains {
		seq++
		it, err := restored(r, school, seq)
		if err != nil {
			return err
		}
		b.events = append(b.events, it)
	}
	if err := s.exec(ctx, s.stmts.begin); err != nil {
		return err
	}
	if err := s.fill(ctx, b); err != nil {
		return err
	}
	if _, err := s.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", starts)); err != nil {
		return err
	}
	return s.exec(ctx, s.stmts.commit)
}

// restored is the event of one school.
func restored(r Restoration, school string, seq int64) (*item, error) {
	payload, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode restoration: %w", err)
	}
	e := alerting.Event{
		Seq: seq, Type: EventRestored, School: school, At: r.At, Actor: alerting.Actor{Name: alerting.ActorHub},
		Beside: &alerting.Beside{Of: "restore", Payload: payload, Said: alerting.Text{
			ZH: fmt.Sprintf("系统已从备份恢复，%s 之后的记录不在其中", r.Moment.UTC().Format(time.RFC3339)),
			EN: fmt.Sprintf("Restored from a backup; what came after %s is not there", r.Moment.UTC().Format(time.RFC3339)),
		}},
	}
	it := newItem(Entry{Event: &e, Incident: &alerting.Incident{}})
	return it, it.encode()
}

// Restorations lists what a school's chain says of restores, in their order.
func (r *Reader) Restorations(ctx context.Context, school string) (out []Restoration, err error) {
	rows, err := collect(ctx, r.db, scanBytes, `SELECT payload FROM events WHERE incident = '' AND school = ? AND type = ? AND payload IS NOT NULL ORDER BY seq`, school, string(EventRestored))
	if err != nil {
		return nil, fmt.Errorf("list restores of %s: %w", school, err)
	}
	for _, payload := range rows {
		var e alerting.Event
		var said Restoration
		if err := json.Unmarshal(payload, &e); err != nil || e.Beside == nil {
			return nil, fmt.Errorf("decode a restore of %s: %w", school, err)
		}
		if err := json.Unmarshal(e.Beside.Payload, &said); err != nil {
			return nil, fmt.Errorf("decode a restore of %s: %w", school, err)
		}
		out = append(out, said)
	}
	return out, nil
}
