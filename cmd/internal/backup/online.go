package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
)

// stepPages is how many pages are copied between two rests; with pages of 4 KiB
// that is a megabyte, a few milliseconds.
const stepPages = 256

// snapshot is a database as it was at one moment, while whoever writes goes on:
// a read transaction of a connection of its own. In write-ahead mode it stands
// in nobody's way; the log grows until it is closed.
type snapshot struct {
	db   *sql.DB
	conn *sql.Conn
}

// openSnapshot has everything that was committed when it was called.
func openSnapshot(ctx context.Context, path string) (_ *snapshot, err error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	source, err := address(path, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)"}})
	if err != nil {
		return nil, err
	}
	s := &snapshot{}
	if s.db, err = sql.Open("sqlite", source); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	var pages int64 // the transaction begins with the first read
	if _, err = s.conn.ExecContext(ctx, "BEGIN"); err == nil {
		err = s.conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&pages)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return s, nil
}

func address(path string, q url.Values) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("path %s: %w", path, err)
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: abs, RawQuery: q.Encode()}
	return u.String(), nil
}

// copyTo writes the snapshot to a new file by SQLite's online backup, in steps
// with rests between them, and syncs as it goes: a long sync at the end could
// hold up the journal's on the same disk.
func (s *snapshot) copyTo(ctx context.Context, path string, p *pace) error {
	target, err := address(path, url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)", "cache_size(-4096)"}})
	if err != nil {
		return err
	}
	made, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("copy records: %w", err)
	}
	err = s.conn.Raw(func(driver any) error {
		b, err := driver.(interface {
			NewBackup(target string) (*sqlite.Backup, error)
		}).NewBackup(target)
		if err != nil {
			return err
		}
		for more := true; more && err == nil; {
			began := time.Now()
			if more, err = b.Step(stepPages); err == nil {
				err = errors.Join(p.sync(made), p.rest(ctx, began))
			}
		}
		return errors.Join(err, b.Finish())
	})
	// Only now: with a file that is closed go the locks that SQLite has on it.
	if err = errors.Join(err, made.Close()); err != nil {
		return fmt.Errorf("copy records to %s: %w", path, err)
	}
	return nil
}

// close ends the snapshot; closing it twice does nothing.
func (s *snapshot) close() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
	_ = s.db.Close()
}
