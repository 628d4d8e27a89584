package office

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/alerting/subscribe"
)

var _ subscribe.Book = (*Store)(nil)

// SubscriptionCode is the school's; false where none is good.
func (s *Store) SubscriptionCode(ctx context.Context, school string) (subscribe.Code, bool, error) {
	c := subscribe.Code{School: school}
	var made int64
	err := s.db.QueryRowContext(ctx, `SELECT secret, made_ms, made_by FROM subscription_codes WHERE school = ?`, school).Scan(&c.Secret, &made, &c.By)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, false, nil
	case err != nil:
		return c, false, fmt.Errorf("read subscription code of %s: %w", school, err)
	}
	c.Made = at(made)
	return c, true, nil
}

// IssueSubscriptionCode puts a code in place of the school's last one.
func (s *Store) IssueSubscriptionCode(ctx context.Context, c subscribe.Code) error {
	return s.inTx(ctx, "issue subscription code of "+c.School, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO subscription_codes (school, secret, made_ms, made_by) VALUES (?, ?, ?, ?)
			ON CONFLICT (school) DO UPDATE SET secret = excluded.secret, made_ms = excluded.made_ms, made_by = excluded.made_by`,
			c.School, c.Secret, c.Made.UnixMilli(), c.By)
		if err != nil {
			return err
		}
		return chainParents(ctx, tx, c.School, people.AccountChange{At: c.Made, Did: people.CodeIssued, By: c.By})
	})
}

// RevokeSubscriptionCode fails with alerting.ErrConflict where none is good.
func (s *Store) RevokeSubscriptionCode(ctx context.Context, school, by, why string, now time.Time) error {
	return s.inTx(ctx, "revoke subscription code of "+school, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `DELETE FROM subscription_codes WHERE school = ?`, school)
		if err := once(done, err, school+" has no code"); err != nil {
			return err
		}
		return chainParents(ctx, tx, school, people.AccountChange{At: now, Did: people.CodeRevoked, By: by, Why: why})
	})
}

// Subscriber finds whose a number is.
func (s *Store) Subscriber(ctx context.Context, number string) (subscribe.Subscriber, bool, error) {
	out, found, err := subscriber(ctx, s.db, `number = ?`, number)
	if err != nil {
		return out, false, fmt.Errorf("read a subscriber: %w", err)
	}
	return out, found, nil
}

type reader interface {
	querier
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func subscriber(ctx context.Context, q reader, where string, args ...any) (out subscribe.Subscriber, found bool, err error) {
	var since int64
	err = q.QueryRowContext(ctx, `SELECT id, number, language, since_ms FROM subscribers WHERE `+where, args...).Scan(&out.ID, &out.Number, &out.Language, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return out, false, nil
	}
	if err != nil {
		return out, false, err
	}
	out.Since = at(since)
	out.Schools, err = schoolsOf(ctx, q, out.ID)
	return out, err == nil, err
}

func schoolsOf(ctx context.Context, q querier, id string) (out []string, err error) {
	rows, err := q.QueryContext(ctx, `SELECT school FROM subscriptions WHERE subscriber = ? ORDER BY school`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var school string
		if err := rows.Scan(&school); err != nil {
			return nil, err
		}
		out = append(out, school)
	}
	return out, rows.Err()
}

// Subscribe adds the school, "" for none, to what the number has, and has it
// written to in a language. Without a school a number that has nothing yet fails
// with alerting.ErrNotFound; where a school has as many as can be told, it fails
// with alerting.ErrConflict.
func (s *Store) Subscribe(ctx context.Context, w subscribe.Wish, now time.Time) (out subscribe.Subscriber, err error) {
	err = s.inTx(ctx, "subscribe", func(tx *sql.Tx) error {
		var found bool
		if out, found, err = subscriber(ctx, tx, `number = ?`, w.Number); err != nil {
			return err
		}
		if !found {
			if w.School == "" {
				return fmt.Errorf("%w: nobody has that number", alerting.ErrNotFound)
			}
			out = subscribe.Subscriber{ID: rand.Text(), Number: w.Number, Language: w.Language, Since: at(now.UnixMilli())}
			if _, err := tx.ExecContext(ctx, `INSERT INTO subscribers (id, number, language, since_ms) VALUES (?, ?, ?, ?)`,
				out.ID, out.Number, out.Language, now.UnixMilli()); err != nil {
				return err
			}
		}
		if err := speak(ctx, tx, &out, w.Language, now); err != nil {
			return err
		}
		if w.School != "" {
			if err := subscribed(ctx, tx, out.ID, w.School, now); err != nil {
				return err
			}
		}
		out.Schools, err = schoolsOf(ctx, tx, out.ID)
		return err
	})
	return out, err
}

// speak has a subscriber written to in a language.
func speak(ctx context.Context, tx *sql.Tx, s *subscribe.Subscriber, language string, now time.Time) error {
	if s.Language == language {
		return nil
	}
	s.Language = language
	if _, err := tx.ExecContext(ctx, `UPDATE subscribers SET language = ? WHERE id = ?`, language, s.ID); err != nil {
		return err
	}
	for _, school := range s.Schools {
		if err := chainParents(ctx, tx, school, people.AccountChange{At: now, Did: people.ParentLanguage, By: people.SubscriberOf(s.ID)}); err != nil {
			return err
		}
	}
	return nil
}

// subscribed adds a school, once.
func subscribed(ctx context.Context, tx *sql.Tx, id, school string, now time.Time) error {
	done, err := tx.ExecContext(ctx, `INSERT INTO subscriptions (school, subscriber, since_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		school, id, now.UnixMilli())
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := tellable(ctx, tx, school); err != nil {
		return err
	}
	return chainParents(ctx, tx, school, people.AccountChange{At: now, Did: people.ParentSubscribed, By: people.SubscriberOf(id)})
}

// tellable refuses more ways to a school's parents than one notice can go: it
// would go to none of them.
func tellable(ctx context.Context, tx *sql.Tx, school string) error {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM subscriptions WHERE school = ?1)
		+ (SELECT count(*) FROM parents WHERE school = ?1 AND channel = ?2)`, school, string(alerting.ChannelSMS)).Scan(&n)
	if err == nil && n > release.MaxRecipients {
		return fmt.Errorf("%w: %s would have more than %d ways to parents", alerting.ErrConflict, school, release.MaxRecipients)
	}
	return err
}

// Unsubscribe takes one school off, or all of them for "". Where none is left,
// nothing is: neither number nor session.
func (s *Store) Unsubscribe(ctx context.Context, id, school string, now time.Time) error {
	return s.inTx(ctx, "unsubscribe", func(tx *sql.Tx) error {
		had, err := schoolsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		left := len(had)
		for _, one := range had {
			if school != "" && one != school {
				continue
			}
			left--
			if _, err := tx.ExecContext(ctx, `DELETE FROM subscriptions WHERE subscriber = ? AND school = ?`, id, one); err != nil {
				return err
			}
			if err := chainParents(ctx, tx, one, people.AccountChange{At: now, Did: people.ParentUnsubscribed, By: people.SubscriberOf(id)}); err != nil {
				return err
			}
		}
		if left == 0 {
			_, err = tx.ExecContext(ctx, `DELETE FROM subscribers WHERE id = ?`, id) // its sessions go with it
		}
		return err
	})
}

// Subscribes reports whether a number is subscribed to a school's notices.
func (s *Store) Subscribes(ctx context.Context, school, number string) (yes bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM subscriptions JOIN subscribers ON id = subscriber
		WHERE number = ? AND school = ?)`, number, school).Scan(&yes)
	if err != nil {
		return false, fmt.Errorf("read whether a parent of %s is subscribed: %w", school, err)
	}
	return yes, nil
}

// CountSubscribers says how many a school has.
func (s *Store) CountSubscribers(ctx context.Context, school string) (n int, err error) {
	if err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM subscriptions WHERE school = ?`, school).Scan(&n); err != nil {
		return 0, fmt.Errorf("count subscribers of %s: %w", school, err)
	}
	return n, nil
}

// StartSession begins one, or gives one that is running another end.
func (s *Store) StartSession(ctx context.Context, kept subscribe.TokenHash, id string, until time.Time) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO subscriber_sessions (token_hash, subscriber, until_ms) VALUES (?, ?, ?)
		ON CONFLICT (token_hash) DO UPDATE SET until_ms = excluded.until_ms`, kept[:], id, until.UnixMilli())
	if err != nil {
		return fmt.Errorf("start a parent's session: %w", err)
	}
	return nil
}

// Session finds whose one is that has not ended, and until when.
func (s *Store) Session(ctx context.Context, kept subscribe.TokenHash, now time.Time) (out subscribe.Subscriber, until time.Time, found bool, err error) {
	var id string
	var ms int64
	err = s.db.QueryRowContext(ctx, `SELECT subscriber, until_ms FROM subscriber_sessions WHERE token_hash = ? AND until_ms > ?`,
		kept[:], now.UnixMilli()).Scan(&id, &ms)
	if err == nil {
		out, found, err = subscriber(ctx, s.db, `id = ?`, id)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return out, until, false, fmt.Errorf("find a parent's session: %w", err)
	}
	return out, at(ms), found, nil
}

// EndSession ends one; that there is none is no error.
func (s *Store) EndSession(ctx context.Context, kept subscribe.TokenHash) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM subscriber_sessions WHERE token_hash = ?`, kept[:]); err != nil {
		return fmt.Errorf("end a parent's session: %w", err)
	}
	return nil
}

func (s *Store) pruneSubscribers(ctx context.Context, now time.Time) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM subscriber_sessions WHERE until_ms <= ?`, now.UnixMilli()); err != nil {
		return fmt.Errorf("prune parents' sessions: %w", err)
	}
	return nil
}

// chainParents writes what concerns a school's subscriptions into the accounts'
// audit chain.
func chainParents(ctx context.Context, tx *sql.Tx, school string, c people.AccountChange) error {
	c.Account = people.ParentsOf(school)
	_, err := chainAccount(ctx, tx, c)
	return err
}
