package journal

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"example.org/campushub/alerting/evidence"
)

// Facts is what a journal's file says of itself.
type Facts struct {
	Schema  int64   `json:"schema"`   // version of its tables
	LastSeq int64   `json:"last_seq"` // of the last event, 0 where there is none
	Starts  int64   `json:"starts"`   // how often it was opened for writing
	Chains  []Chain `json:"chains"`   // by school
}

// Chain is the end of one school's audit chain.
type Chain struct {
	School string `json:"school"`
	evidence.Head
}

// Facts reads them in one transaction.
func (r *Reader) Facts(ctx context.Context) (f Facts, err error) {
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return f, fmt.Errorf("read facts of the journal: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was changed
	for query, into := range map[string]*int64{
		`SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`: &f.Schema,
		`SELECT coalesce(max(seq), 0) FROM events`:                                   &f.LastSeq,
		`PRAGMA user_version`: &f.Starts,
	} {
		if err := tx.QueryRowContext(ctx, query).Scan(into); err != nil {
			return f, fmt.Errorf("read facts of the journal: %w", err)
		}
	}
	f.Chains, err = collect(ctx, tx, func(rows *sql.Rows) (c Chain, err error) {
		err = rows.Scan(&c.School, &c.Seq, &c.Length, (*[]byte)(&c.Chain))
		return c, err
	}, `SELECT school, seq, length, head FROM chains ORDER BY school`)
	if err != nil {
		return f, fmt.Errorf("read audit chains: %w", err)
	}
	return f, nil
}

// Schema is the version of the tables that this hub writes.
func Schema() int64 {
	names, _ := fs.Glob(migrations, "migrations/*.sql") // the pattern is good
	number, _, _ := strings.Cut(path.Base(names[len(names)-1]), "_")
	version, _ := strconv.ParseInt(number, 10, 64)
	return version
}

// Lock keeps every hub away from the journal at path until it is closed, as an
// open journal does. It fails where one has it.
func Lock(path string) (*os.File, error) { return acquire(path) }
