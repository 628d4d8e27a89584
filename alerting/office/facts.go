package office

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// Schema is the version of the tables that this hub writes.
func Schema() int64 {
	names, _ := fs.Glob(migrations, "migrations/*.sql") // the pattern is good
	number, _, _ := strings.Cut(path.Base(names[len(names)-1]), "_")
	version, _ := strconv.ParseInt(number, 10, 64)
	return version
}

// SchemaOf is the version of the tables of the database at path, which is read
// and not changed.
func SchemaOf(ctx context.Context, path string) (version int64, err error) {
	err = reading(path, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version)
	})
	if err != nil {
		return 0, fmt.Errorf("read version of %s: %w", path, err)
	}
	return version, nil
}

// EndSessions signs everybody out of the database at path, which no hub has
// open, and says how many sessions there were.
func EndSessions(ctx context.Context, path string) (ended int64, err error) {
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return 0, fmt.Errorf("open office database %s: %w", path, err)
	}
	defer db.Close() //nolint:errcheck // what was done is durable, or said to have failed
	for _, table := range []string{"sessions", "subscriber_sessions"} {
		n, err := empty(ctx, db, table)
		if err != nil {
			return ended, fmt.Errorf("end sessions of %s: %w", path, err)
		}
		ended += n
	}
	return ended, nil
}

// empty removes the rows of a table, if there is one: a copy may be of before.
func empty(ctx context.Context, db *sql.DB, table string) (rows int64, err error) {
	var there int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = ?`, table).Scan(&there)
	if err != nil || there == 0 {
		return 0, err
	}
	done, err := db.ExecContext(ctx, `DELETE FROM `+table)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// reading opens the database at path for reading alone.
func reading(path string, read func(db *sql.DB) error) error {
	q := url.Values{"mode": {"ro"}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds())}}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // it was only read
	return read(db)
}

// Integrity has SQLite look at every page of the database at path, and says what
// is wrong: none where it is sound. It may run beside the hub.
func Integrity(ctx context.Context, path string) (said []string, err error) {
	err = reading(path, func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, `PRAGMA integrity_check(20)`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			if s != "ok" {
				said = append(said, s)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("check integrity of %s: %w", path, err)
	}
	return said, nil
}
