package office

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
	"example.org/campushub/alerting/people"
)

// Owner reads whose a row of the sessions is; session is false for a browser
// that is remembered and signs nobody in. account is "" where nobody can say.
type Owner = func(data []byte) (account string, session bool)

// SignedIn notes that somebody signed in.
func (s *Store) SignedIn(ctx context.Context, account string, now time.Time) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO sign_ins (account, at_ms) VALUES (?, ?)
		ON CONFLICT (account) DO UPDATE SET at_ms = excluded.at_ms`, account, now.UnixMilli())
	if err != nil {
		return fmt.Errorf("note sign-in of %s: %w", account, err)
	}
	return nil
}

// SignIns is when each account signed in last.
func (s *Store) SignIns(ctx context.Context) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := s.rows(ctx, `SELECT account, at_ms FROM sign_ins`, func(rows *sql.Rows) error {
		var account string
		var ms int64
		err := rows.Scan(&account, &ms)
		out[account] = at(ms)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	return out, nil
}

// OpenSessions counts the sessions of each account that have not expired.
func (s *Store) OpenSessions(ctx context.Context, now time.Time, owner Owner) (map[string]int, error) {
	out := map[string]int{}
	err := s.rows(ctx, `SELECT data FROM sessions WHERE expires_ms > ?`, func(rows *sql.Rows) error {
		var data []byte
		err := rows.Scan(&data)
		if account, session := owner(data); session {
			out[account]++
		}
		return err
	}, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("count sessions: %w", err)
	}
	return out, nil
}

// ChangeAccount writes a change into the audit chain of the accounts and does
// what goes with it, both or neither: a deed that signs out ends the account's
// sessions and forgets its browsers, a suspension holds until it is restored or
// enabled, and what is set counts until the configuration says something else. It
// fails with alerting.ErrConflict where the account is suspended already, or is not
// and is to be restored, or is to be added and is there, and with what permit says. c.Seq is
// given here.
func (s *Store) ChangeAccount(ctx context.Context, c people.AccountChange, owner Owner, permit Permit) (ended int, err error) {
	err = s.inTx(ctx, "change account "+c.Account, func(tx *sql.Tx) error {
		before, err := readKept(ctx, tx)
		if err != nil {
			return err
		}
		if ended, err = change(ctx, tx, c, owner); err != nil {
			return err
		}
		after, err := readKept(ctx, tx)
		if err != nil {
			return err
		}
		return permit(before, after)
	})
	return ended, err
}

func change(ctx context.Context, tx *sql.Tx, c people.AccountChange, owner Owner) (ended int, err error) {
	if c.SignsOut() {
		if ended, err = signOut(ctx, tx, c.Account, owner); err != nil {
			return 0, err
		}
	}
	seq, err := chainAccount(ctx, tx, c)
	if err != nil {
		return 0, err
	}
	if err := setPassword(ctx, tx, c, seq); err != nil {
		return 0, err
	}
	if err := set(ctx, tx, c, seq); err != nil {
		return 0, err
	}
	return ended, suspend(ctx, tx, c, seq)
}

func suspend(ctx context.Context, tx *sql.Tx, c people.AccountChange, seq int64) error {
	var done sql.Result
	var err error
	switch c.Did {
	case people.AccountSuspended:
		done, err = tx.ExecContext(ctx, `INSERT INTO suspensions (account, seq) VALUES (?, ?) ON CONFLICT DO NOTHING`, c.Account, seq)
	case people.AccountRestored, people.AccountEnabled:
		done, err = tx.ExecContext(ctx, `DELETE FROM suspensions WHERE account = ?`, c.Account)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 && c.Did != people.AccountEnabled {
		return fmt.Errorf("%w: %s is so already", alerting.ErrConflict, c.Account)
	}
	return err
}

func signOut(ctx context.Context, tx *sql.Tx, account string, owner Owner) (ended int, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT token_hash, data FROM sessions`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var gone [][]byte
	for rows.Next() {
		var hash, data []byte
		if err := rows.Scan(&hash, &data); err != nil {
			return 0, err
		}
		if of, session := owner(data); of == account {
			gone = append(gone, hash)
			if session {
				ended++
			}
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return 0, err
	}
	for _, hash := range gone {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE token_hash = ?`, hash); err != nil {
			return 0, err
		}
	}
	return ended, nil
}

// TakeUp compares what a configuration says of its accounts with what the hub
// read last, and writes what came, was altered or went into the audit chain. What
// was set on pages of an account that the configuration has otherwise since is
// forgotten.
func (s *Store) TakeUp(ctx context.Context, all []people.Account, now time.Time) error {
	return s.inTx(ctx, "take accounts up", func(tx *sql.Tx) error {
		if err := supersede(ctx, tx, all, now); err != nil {
			return err
		}
		known, err := knownFacts(ctx, tx)
		if err != nil {
			return err
		}
		unread, err := names(ctx, tx, unreadDisabled)
		if err != nil {
			return err
		}
		for _, a := range all {
			facts, before := a.Facts(), known[a.Name]
			delete(known, a.Name)
			c := people.AccountChange{At: now, Account: a.Name, Did: people.AccountCame, By: people.ByConfiguration}
			if before != nil {
				c.Did, c.Of = people.AccountAltered, differ(before, facts)
			}
			if len(c.Of) == 0 && a.Off == "" && before != nil && slices.Contains(unread, a.Name) {
				c.Of = []string{people.FactDisabled} // the command line disabled it, and a hand took that back
			}
			if before != nil && len(c.Of) == 0 {
				continue
			}
			if err := know(ctx, tx, a.Name, facts); err != nil {
				return err
			}
			if _, err := chainAccount(ctx, tx, c); err != nil {
				return err
			}
		}
		return forget(ctx, tx, slices.Sorted(maps.Keys(known)), now)
	})
}

func knownFacts(ctx context.Context, tx *sql.Tx) (map[string]map[string]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT account, facts FROM accounts_known`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]map[string]string{}
	for rows.Next() {
		var account string
		var raw []byte
		if err := rows.Scan(&account, &raw); err != nil {
			return nil, err
		}
		facts := map[string]string{}
		if err := json.Unmarshal(raw, &facts); err != nil {
			return nil, fmt.Errorf("facts of %s: %w", account, err)
		}
		out[account] = facts
	}
	return out, rows.Err()
}

func differ(before, now map[string]string) (out []string) {
	for _, f := range people.AccountFacts() {
		if before[f] != now[f] {
			out = append(out, f)
		}
	}
	return out
}

func know(ctx context.Context, tx *sql.Tx, account string, facts map[string]string) error {
	raw, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO accounts_known (account, facts) VALUES (?, ?)
		ON CONFLICT (account) DO UPDATE SET facts = excluded.facts`, account, string(raw))
	return err
}

func forget(ctx context.Context, tx *sql.Tx, gone []string, now time.Time) error {
	for _, account := range gone {
		if _, err := tx.ExecContext(ctx, `DELETE FROM accounts_known WHERE account = ?`, account); err != nil {
			return err
		}
		c := people.AccountChange{At: now, Account: account, Did: people.AccountWent, By: people.ByConfiguration}
		if _, err := chainAccount(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// AccountChanges lists what was done with an account, or with all of them where
// that is "", before a sequence number (0: the end), the latest first. Of all of
// them it leaves out what parents did for themselves, who are many.
func (s *Store) AccountChanges(ctx context.Context, account string, before int64, limit int) ([]people.AccountChange, error) {
	out := []people.AccountChange{}
	err := s.rows(ctx, `SELECT seq, account, at, did, payload FROM account_changes
		WHERE (?1 = '' AND did NOT IN (?4, ?5, ?6) OR account = ?1) AND (?2 = 0 OR seq < ?2) ORDER BY seq DESC LIMIT ?3`, func(rows *sql.Rows) error {
		var c people.AccountChange
		var when string
		var payload []byte
		if err := rows.Scan(&c.Seq, &c.Account, &when, &c.Did, &payload); err != nil {
			return err
		}
		if c.At, _ = time.Parse(changeTime, when); len(payload) > 0 {
			if err := json.Unmarshal(payload, &c); err != nil {
				return fmt.Errorf("change %d: %w", c.Seq, err)
			}
		}
		out = append(out, c)
		return nil
	}, account, before, limit, string(people.ParentSubscribed), string(people.ParentUnsubscribed), string(people.ParentLanguage))
	if err != nil {
		return nil, fmt.Errorf("read changes of accounts: %w", err)
	}
	return out, nil
}

// changeTime is how the time of a change is written: of fixed width.
const changeTime = "2006-01-02T15:04:05.000000000Z"

const changeSalt = 16 // bytes

// chainAccount appends a change to the accounts' audit chain.
func chainAccount(ctx context.Context, tx *sql.Tx, c people.AccountChange) (seq int64, err error) {
	var head []byte
	err = tx.QueryRowContext(ctx, `SELECT length, head FROM account_chain`).Scan(&seq, &head)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	seq++
	c.Seq, c.At = seq, c.At.UTC()
	payload, err := json.Marshal(c)
	if err != nil {
		return 0, err
	}
	salt := make([]byte, changeSalt)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the process instead
	row := changeRow(seq, c.Account, c.At.Format(changeTime), string(c.Did), evidence.Digest(salt, payload))
	link := evidence.Link(head, row)
	_, err = tx.ExecContext(ctx, `INSERT INTO account_changes (seq, account, at, did, salt, digest, payload, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		seq, row.Incident, row.At, row.Type, salt, []byte(row.Digest), payload, link)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO account_chain (one, length, head) VALUES (1, ?, ?)
		ON CONFLICT (one) DO UPDATE SET length = excluded.length, head = excluded.head`, seq, link)
	return seq, err
}

// changeRow is what the chain hashes of a change: the account stands where the
// chain of a school has the incident.
func changeRow(seq int64, account, when, did string, digest []byte) evidence.Row {
	return evidence.Row{Seq: seq, Incident: account, At: when, Type: did, Digest: digest}
}
