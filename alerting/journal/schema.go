package journal

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// busyTimeout is how long, in milliseconds, a connection waits for another
// process that holds the database, such as a backup.
const busyTimeout = 1000

// logKeep is the size, in bytes, to which the write-ahead log shrinks when it
// starts again from its beginning.
const logKeep = 64 << 20

// writerCache is the writer's page cache, in KiB. All pages that a batch
// changes have to fit: those that do not are written to the log twice.
const writerCache = 64 << 10

// source is the data source name of a connection to the journal. A writer's
// never creates the file: a journal that vanished while the hub runs must not
// be replaced by an empty one without anybody noticing.
func source(path string, writer bool) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("journal path %s: %w", path, err)
	}
	q := url.Values{
		"_busy_timeout": {strconv.Itoa(busyTimeout)},
		"_dqs":          {"0"},
	}
	if writer {
		q.Set("mode", "rw")
		q.Set("_defensive", "1")
		q.Set("_txlock", "immediate")
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "FULL")
		q["_pragma"] = []string{
			"wal_autocheckpoint(0)", // Run's own checkpoints keep a commit from ever paying for one
			"journal_size_limit(" + strconv.Itoa(logKeep) + ")",
			"cache_size(-" + strconv.Itoa(writerCache) + ")",
		}
	} else {
		q.Set("mode", "ro")
		q.Set("_query_only", "1")
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: abs, RawQuery: q.Encode()}
	return u.String(), nil
}

func openPool(path string, writer bool) (*sql.DB, error) {
	dsn, err := source(path, writer)
	if err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return sql.OpenDB(connector), nil
}

// create makes the file, readable by the hub alone, and brings its tables up
// to date.
func create(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("create journal: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("create journal %s: %w", path, err)
	}
	db, err := openPool(path, true)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	db.SetMaxOpenConns(1)
	if err := migrate(ctx, db); err != nil {
		return fmt.Errorf("migrate journal %s: %w", path, err)
	}
	return nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir,
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if err := known(ctx, p); err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// known refuses a file that a later hub has changed, and changes nothing of it: this one would write rows
// that the later does not expect, and read some that it does not know itself.
func known(ctx context.Context, p *goose.Provider) error {
	is, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	all := p.ListSources()
	if knows := all[len(all)-1].Version; is > knows {
		return fmt.Errorf("journal.db is of a later version %d, this hub knows %d: start the later hub, or restore the backup of before the update", is, knows)
	}
	return nil
}
