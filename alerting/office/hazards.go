package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard"
)

const hazardColumns = `SELECT h.id, h.school, h.at_ms, h.actor, h.place, h.post, h.zh, h.en, h.grade, h.text, h.state, coalesce(p.size, 0), p.sent
	FROM hazards h LEFT JOIN hazard_photos p ON p.hazard = h.id `

// SaveHazard adds a report. It fails with alerting.ErrConflict where there is one
// of its id, and hazard.ErrFull where its school has so many that are not done.
func (s *Store) SaveHazard(ctx context.Context, r hazard.Report, most int) error {
	return s.inTx(ctx, "store hazard "+r.ID, func(tx *sql.Tx) error {
		var same, open int
		if err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM hazards WHERE id = ?), (SELECT count(*) FROM hazards WHERE school = ? AND state <> ?)`,
			r.ID, r.School, string(hazard.Done)).Scan(&same, &open); err != nil {
			return err
		}
		switch {
		case same > 0:
			return fmt.Errorf("%w: there was one already", alerting.ErrConflict)
		case open >= most:
			return hazard.ErrFull
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO hazards VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.ID, r.School, r.At.UnixMilli(), r.By, r.Where.Place, r.Where.Post, r.Where.Name.ZH, r.Where.Name.EN, string(r.Grade), r.Text, string(r.State), r.At.UnixMilli())
		return err
	})
}

// MoveHazard adds a step as the n-th, from 0. It fails with alerting.ErrConflict
// where the report has that one, or has not those before it.
func (s *Store) MoveHazard(ctx context.Context, id string, n int, step hazard.Step) error {
	return s.inTx(ctx, "store step of hazard "+id, func(tx *sql.Tx) error {
		var has int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM hazard_steps WHERE hazard = ?`, id).Scan(&has); err != nil {
			return err
		}
		if has != n {
			return fmt.Errorf("%w: it has %d steps", alerting.ErrConflict, has)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO hazard_steps VALUES (?, ?, ?, ?, ?, ?)`,
			id, n, step.At.UnixMilli(), step.By, string(step.To), step.Reason); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE hazards SET state = ?, changed_ms = ? WHERE id = ?`, string(step.To), step.At.UnixMilli(), id)
		return err
	})
}

// Hazard reads a report with its steps; alerting.ErrNotFound where there is none.
func (s *Store) Hazard(ctx context.Context, id string) (hazard.Report, error) {
	all, err := s.hazards(ctx, hazardColumns+`WHERE h.id = ?`, id)
	if err != nil {
		return hazard.Report{}, err
	}
	if len(all) == 0 {
		return hazard.Report{}, fmt.Errorf("%w: hazard %s", alerting.ErrNotFound, id)
	}
	return all[0], nil
}

// Hazards lists the reports of a school, those of one account where it is named:
// all that are not done, and so many of the latest that are, the latest first.
func (s *Store) Hazards(ctx context.Context, school, by string, done int) ([]hazard.Report, error) {
	const of = `WHERE h.school = ? AND (? = '' OR h.actor = ?) AND h.state `
	open, err := s.hazards(ctx, hazardColumns+of+`<> ? ORDER BY h.at_ms DESC, h.id`, school, by, by, string(hazard.Done))
	if err != nil {
		return nil, err
	}
	past, err := s.hazards(ctx, hazardColumns+of+`= ? ORDER BY h.changed_ms DESC, h.id LIMIT ?`, school, by, by, string(hazard.Done), done)
	return append(open, past...), err
}

func (s *Store) hazards(ctx context.Context, query string, args ...any) ([]hazard.Report, error) {
	out := []hazard.Report{}
	err := s.rows(ctx, query, func(rows *sql.Rows) error {
		var r hazard.Report
		var ms int64
		if err := rows.Scan(&r.ID, &r.School, &ms, &r.By, &r.Where.Place, &r.Where.Post, &r.Where.Name.ZH, &r.Where.Name.EN, &r.Grade, &r.Text, &r.State, &r.Photo.Size, &r.Photo.Sent); err != nil {
			return err
		}
		r.At = at(ms)
		out = append(out, r)
		return nil
	}, args...)
	for i := range out {
		if err == nil {
			out[i].Steps, err = s.hazardSteps(ctx, out[i].ID)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read hazards: %w", err)
	}
	return out, nil
}

func (s *Store) hazardSteps(ctx context.Context, id string) (out []hazard.Step, err error) {
	err = s.rows(ctx, `SELECT at_ms, actor, state, reason FROM hazard_steps WHERE hazard = ? ORDER BY n`, func(rows *sql.Rows) error {
		var step hazard.Step
		var ms int64
		if err := rows.Scan(&ms, &step.By, &step.To, &step.Reason); err != nil {
			return err
		}
		step.At = at(ms)
		out = append(out, step)
		return nil
	}, id)
	return out, err
}

// SaveHazardPhoto adds the photo of a report; alerting.ErrConflict where it has
// one.
func (s *Store) SaveHazardPhoto(ctx context.Context, id string, jpeg, sent []byte) error {
	done, err := s.db.ExecContext(ctx, `INSERT INTO hazard_photos VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, id, len(jpeg), sent, jpeg)
	if err != nil {
		return fmt.Errorf("store photo of hazard %s: %w", id, err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("%w: hazard %s has a photo", alerting.ErrConflict, id)
	}
	return nil
}

// HazardPhoto reads the photo of a report; alerting.ErrNotFound where it has none.
func (s *Store) HazardPhoto(ctx context.Context, id string) (jpeg []byte, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT jpeg FROM hazard_photos WHERE hazard = ?`, id).Scan(&jpeg)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w: photo of hazard %s", alerting.ErrNotFound, id)
	}
	if err != nil {
		return nil, fmt.Errorf("read photo of hazard %s: %w", id, err)
	}
	return jpeg, nil
}

// HazardPhotos counts all photos, and their bytes.
func (s *Store) HazardPhotos(ctx context.Context) (number int, bytes int64, err error) {
	if err := s.db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(size), 0) FROM hazard_photos`).Scan(&number, &bytes); err != nil {
		return 0, 0, fmt.Errorf("count photos of hazards: %w", err)
	}
	return number, bytes, nil
}

// pruneHazards removes what was done long ago; what is not done stays.
func (s *Store) pruneHazards(ctx context.Context, now time.Time) error {
	const done = `(SELECT id FROM hazards WHERE state = ? AND changed_ms < ?)`
	_, err := s.db.ExecContext(ctx, `DELETE FROM hazard_photos WHERE hazard IN `+done, string(hazard.Done), now.Add(-hazard.PhotosKept).UnixMilli())
	if err == nil {
		_, err = s.db.ExecContext(ctx, `DELETE FROM hazards WHERE id IN `+done, string(hazard.Done), now.Add(-hazard.ReportsKept).UnixMilli())
	}
	if err != nil {
		return fmt.Errorf("prune hazards: %w", err)
	}
	return nil
}
