package office

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/rules"
)

// mutesKept is for how long it can be read who muted what: a school year, and
// some.
const mutesKept = 400 * 24 * time.Hour

const muteColumns = `SELECT school, id, device, rule, from_ms, until_ms, actor, reason, lifted_ms, lifted_by FROM rule_mutes `

// SaveMute adds a mute. It fails with alerting.ErrConflict where there is one of
// that id.
func (s *Store) SaveMute(ctx context.Context, m rules.Mute) error {
	done, err := s.db.ExecContext(ctx, `INSERT INTO rule_mutes VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '') ON CONFLICT DO NOTHING`,
		m.School, m.ID, m.Device, m.Rule, m.From.UnixMilli(), m.Until.UnixMilli(), m.By, m.Reason)
	if err != nil {
		return fmt.Errorf("store mute %s: %w", m.ID, err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("%w: there was a mute %s already", alerting.ErrConflict, m.ID)
	}
	return nil
}

// LiftMute notes who ended a mute, and when; once.
func (s *Store) LiftMute(ctx context.Context, m rules.Mute) error {
	_, err := s.db.ExecContext(ctx, `UPDATE rule_mutes SET lifted_ms = ?, lifted_by = ? WHERE school = ? AND id = ? AND lifted_ms = 0`,
		m.Lifted.UnixMilli(), m.LiftedBy, m.School, m.ID)
	if err != nil {
		return fmt.Errorf("store end of mute %s: %w", m.ID, err)
	}
	return nil
}

// Mutes lists a school's latest mutes, the latest first.
func (s *Store) Mutes(ctx context.Context, school string, limit int) ([]rules.Mute, error) {
	return s.mutes(ctx, muteColumns+`WHERE school = ? ORDER BY from_ms DESC, id LIMIT ?`, school, limit)
}

// HeldMutes lists the mutes of every school that hold at a time.
func (s *Store) HeldMutes(ctx context.Context, now time.Time) ([]rules.Mute, error) {
	return s.mutes(ctx, muteColumns+`WHERE until_ms > ? AND lifted_ms = 0 ORDER BY from_ms, id`, now.UnixMilli())
}

func (s *Store) mutes(ctx context.Context, query string, args ...any) ([]rules.Mute, error) {
	out := []rules.Mute{}
	err := s.rows(ctx, query, func(rows *sql.Rows) error {
		var m rules.Mute
		var from, until, lifted int64
		if err := rows.Scan(&m.School, &m.ID, &m.Device, &m.Rule, &from, &until, &m.By, &m.Reason, &lifted, &m.LiftedBy); err != nil {
			return err
		}
		m.From, m.Until, m.Lifted = at(from), at(until), at(lifted)
		out = append(out, m)
		return nil
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("read mutes: %w", err)
	}
	return out, nil
}

func (s *Store) pruneMutes(ctx context.Context, now time.Time) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM rule_mutes WHERE until_ms < ?`, now.Add(-mutesKept).UnixMilli()); err != nil {
		return fmt.Errorf("prune mutes: %w", err)
	}
	return nil
}
