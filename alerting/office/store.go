package office

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// How the store behaves where nobody says otherwise.
const (
	busyTimeout = 5 * time.Second // a second process on the file: the backup
	pruneEvery  = time.Hour
	connections = 4
)

// Store is an open office.db.
type Store struct {
	db    *sql.DB
	log   *slog.Logger
	given given
}

// Open opens the database at path, makes it where it is missing (readable by
// its owner alone) and brings it up to date.
func Open(ctx context.Context, path string, log *slog.Logger) (*Store, error) {
	if err := touch(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open office database %s: %w", path, err)
	}
	db.SetMaxOpenConns(connections)
	if err := migrate(ctx, db); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("migrate office database %s: %w", path, err)
	}
	s := &Store{db: db, log: log.With("component", "office")}
	if err := s.given.open(ctx, db, time.Now()); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open office database %s: %w", path, err)
	}
	return s, nil
}

// touch makes the file before SQLite does: its log files take over the mode.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open office database: %w", err)
	}
	return f.Close()
}

func dsn(path string) string {
	q := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
			"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		},
		"_txlock": {"immediate"},
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files)
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
		return fmt.Errorf("office.db is of a later version %d, this hub knows %d: start the later hub, or restore the backup of before the update", is, knows)
	}
	return nil
}

// Run removes what has expired, once an hour, until the context ends.
func (s *Store) Run(ctx context.Context) error {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		if err := s.Prune(ctx, time.Now()); err != nil && ctx.Err() == nil {
			s.log.Error("pruning sessions failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Close closes the database. Nothing may be under way.
func (s *Store) Close() error { return s.db.Close() }
