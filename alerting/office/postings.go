package office

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

var _ notice.Book = (*Store)(nil)

const postingColumns = `notice, school, channel, total, handed, failed, start_ms, first_ms, most_ms, done_ms, ended`

// freezeAll takes the school's list, in the language that somebody chose who
// subscribed as well, and whoever subscribed and is not on it: each once.
const freezeAll = `WITH own (number, language) AS (
		SELECT number, language FROM subscribers JOIN subscriptions ON subscriber = id WHERE school = ?2),
	listed (channel, address, language, subscribed) AS (
		SELECT channel, address, coalesce(own.language, parents.language), 0
		FROM parents LEFT JOIN own ON channel = ?3 AND number = address WHERE school = ?2),
	everybody AS (
		SELECT * FROM listed UNION ALL
		SELECT ?3, number, language, 1 FROM own WHERE number NOT IN (SELECT address FROM listed WHERE channel = ?3))
	INSERT INTO posting_recipients (notice, school, channel, ord, address, language, subscribed)
	SELECT ?1, ?2, channel, row_number() OVER (PARTITION BY channel ORDER BY address), address, language, subscribed FROM everybody`

// OpenPostings freezes whom a notice goes to, once: the school's list, whoever
// subscribed, and whoever is named also. A second time it returns what became of
// it.
func (s *Store) OpenPostings(ctx context.Context, id, school string, also []people.Parent, start time.Time) ([]notice.Posting, error) {
	var out []notice.Posting
	err := s.within(ctx, func(tx *sql.Tx) error {
		known, err := postings(ctx, tx, id, school)
		if err != nil || len(known) > 0 {
			out = known
			return err
		}
		if _, err := tx.ExecContext(ctx, freezeAll, id, school, string(alerting.ChannelSMS)); err != nil {
			return err
		}
		if err := freeze(ctx, tx, id, school, also); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO postings (`+postingColumns+`)
			SELECT notice, school, channel, count(*), 0, 0, ?, 0, 0, 0, '' FROM posting_recipients
			WHERE notice = ? AND school = ? GROUP BY channel`, start.UnixMilli(), id, school); err != nil {
			return err
		}
		out, err = postings(ctx, tx, id, school)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open postings of %s: %w", id, err)
	}
	return out, nil
}

// freeze adds those who are on no list of the school's: each once.
func freeze(ctx context.Context, tx *sql.Tx, id, school string, also []people.Parent) error {
	for _, p := range also {
		if _, err := tx.ExecContext(ctx, `INSERT INTO posting_recipients (notice, school, channel, ord, address, language)
			SELECT ?1, ?2, ?3, 1 + coalesce(max(ord), 0), ?4, ?5 FROM posting_recipients WHERE notice = ?1 AND school = ?2 AND channel = ?3
			HAVING NOT EXISTS (SELECT 1 FROM posting_recipients WHERE notice = ?1 AND school = ?2 AND channel = ?3 AND address = ?4)`,
			id, school, string(p.Channel), p.Address, p.Language); err != nil {
			return err
		}
	}
	return nil
}

// Postings are those of a notice to a school; none where it was never opened.
func (s *Store) Postings(ctx context.Context, id, school string) ([]notice.Posting, error) {
	out, err := postings(ctx, s.db, id, school)
	if err != nil {
		return nil, fmt.Errorf("read postings of %s: %w", id, err)
	}
	return out, nil
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func postings(ctx context.Context, q querier, id, school string) ([]notice.Posting, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+postingColumns+` FROM postings WHERE notice = ? AND school = ? ORDER BY channel`, id, school)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []notice.Posting
	for rows.Next() {
		var p notice.Posting
		var channel string
		var start, first, most, done int64
		if err := rows.Scan(&p.Notice, &p.School, &channel, &p.Total, &p.Handed, &p.Failed, &start, &first, &most, &done, &p.Ended); err != nil {
			return nil, err
		}
		p.Channel = alerting.Channel(channel)
		p.Start, p.First, p.Most, p.Done = at(start), at(first), at(most), at(done)
		out = append(out, p)
	}
	return out, rows.Err()
}

func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Left lists whom a posting has not tried yet, in their order.
func (s *Store) Left(ctx context.Context, p notice.Posting) ([]notice.Addressee, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT address, language, subscribed FROM posting_recipients
		WHERE notice = ? AND school = ? AND channel = ? ORDER BY ord`, p.Notice, p.School, string(p.Channel))
	if err != nil {
		return nil, fmt.Errorf("read who is left of %s: %w", p.Notice, err)
	}
	defer rows.Close()
	var out []notice.Addressee
	for rows.Next() {
		var a notice.Addressee
		if err := rows.Scan(&a.Address, &a.Language, &a.Subscribed); err != nil {
			return nil, fmt.Errorf("read who is left of %s: %w", p.Notice, err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// Settle stores a posting's figures, and takes off whoever was tried; all of
// them where it is done.
func (s *Store) Settle(ctx context.Context, p notice.Posting, tried []release.Recipient) error {
	err := s.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE postings SET total = ?, handed = ?, failed = ?, first_ms = ?, most_ms = ?, done_ms = ?, ended = ?
			WHERE notice = ? AND school = ? AND channel = ?`, p.Total, p.Handed, p.Failed, millis(p.First), millis(p.Most), millis(p.Done), p.Ended,
			p.Notice, p.School, string(p.Channel)); err != nil {
			return err
		}
		if !p.Done.IsZero() {
			_, err := tx.ExecContext(ctx, `DELETE FROM posting_recipients WHERE notice = ? AND school = ? AND channel = ?`,
				p.Notice, p.School, string(p.Channel))
			return err
		}
		for _, r := range tried {
			if _, err := tx.ExecContext(ctx, `DELETE FROM posting_recipients WHERE notice = ? AND school = ? AND channel = ? AND address = ?`,
				p.Notice, p.School, string(p.Channel), r.Address); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("settle posting of %s: %w", p.Notice, err)
	}
	return nil
}
