package journal

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.org/campushub/alerting"
)

// store is the writer's own connection, with its statements and the ends of
// the audit chains. After any error it is closed and opened anew, so that
// nothing half-done survives in memory.
type store struct {
	db     *sql.DB
	conn   *sql.Conn
	stmts  statements
	chains map[string]chain
	starts int64  // how often the journal was opened for writing, this time included
	yield  func() // Config.Yield
}

type statements struct {
	begin, commit, event, press, incident, telling, stamp, probe, chain, digest *sql.Stmt
	all                                                                         []*sql.Stmt
}

// openStore opens the database and makes everything that it finds durable: a
// log that a crash or a failed fsync left behind may be whole to look at and
// yet not on the disk.
func openStore(ctx context.Context, path string, yield func()) (_ *store, err error) {
	db, err := openPool(path, true)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &store{db: db, chains: map[string]chain{}, yield: yield}
	defer func() {
		if err != nil {
			_ = s.close()
		}
	}()
	if s.conn, err = db.Conn(ctx); err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if err = s.checkModes(ctx); err != nil {
		return nil, err
	}
	if err = s.settle(ctx); err != nil {
		return nil, fmt.Errorf("make durable what was found: %w", err)
	}
	if err = s.loadChains(ctx); err != nil {
		return nil, fmt.Errorf("load audit chains: %w", err)
	}
	if err = s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("prepare statements: %w", err)
	}
	return s, nil
}

// checkModes makes sure that a commit means what the journal promises: SQLite
// answers a mode that it cannot have with another one, not with an error.
func (s *store) checkModes(ctx context.Context) error {
	var mode string
	if err := s.conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return fmt.Errorf("read journal mode: %w", err)
	}
	var synchronous int
	if err := s.conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return fmt.Errorf("read synchronous: %w", err)
	}
	if mode != "wal" || synchronous != 2 {
		return fmt.Errorf("journal mode is %s with synchronous %d, not wal with 2", mode, synchronous)
	}
	return nil
}

// settle copies the log into the database, which writes the pages anew and
// syncs them, empties the log, and makes one durable commit of its own. After
// that what is there is on the disk, and what is not there can no longer come
// back: without the last step a crash could revive the frames of a commit
// that had failed.
func (s *store) settle(ctx context.Context) error {
	if _, err := checkpoint(ctx, s.conn, "TRUNCATE"); err != nil {
		return err
	}
	if err := s.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&s.starts); err != nil {
		return err
	}
	s.starts++
	_, err := s.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", s.starts))
	return err
}

func (s *store) loadChains(ctx context.Context) error {
	rows, err := s.conn.QueryContext(ctx, "SELECT school, seq, length, head FROM chains")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var school string
		var c chain
		if err := rows.Scan(&school, &c.seq, &c.length, &c.head); err != nil {
			return err
		}
		s.chains[school] = c
	}
	return rows.Err()
}

func (s *store) prepare(ctx context.Context) error {
	st := &s.stmts
	for _, p := range []struct {
		into **sql.Stmt
		text string
	}{
		{&st.begin, `BEGIN IMMEDIATE`},
		{&st.commit, `COMMIT`},
		{&st.event, `INSERT INTO events (seq, school, incident, at, type, command, salt, digest, chain, payload)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&st.press, `INSERT INTO presses (school, device, seq, id, incident) VALUES (?, ?, ?, ?, ?)`},
		{&st.incident, `INSERT INTO incidents (id, school, state, confidential, opened_at, resolved_at, last_seq, snapshot)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET state = excluded.state, confidential = excluded.confidential,
				opened_at = excluded.opened_at, resolved_at = excluded.resolved_at,
				last_seq = excluded.last_seq, snapshot = excluded.snapshot`},
		{&st.telling, `INSERT INTO tellings (incident, number, payload) VALUES (?, ?, ?)
			ON CONFLICT (incident, number) DO UPDATE SET payload = excluded.payload`},
		{&st.stamp, `INSERT INTO stamps (seq, at) VALUES (?, ?) ON CONFLICT (seq) DO NOTHING`},
		{&st.probe, writeProbe},
		{&st.chain, `INSERT INTO chains (school, seq, length, head) VALUES (?, ?, ?, ?)
			ON CONFLICT (school) DO UPDATE SET seq = excluded.seq, length = excluded.length, head = excluded.head`},
		{&st.digest, `SELECT digest FROM events WHERE seq = ?`},
	} {
		var err error
		if *p.into, err = s.conn.PrepareContext(ctx, p.text); err != nil { //nolint:sqlclosecheck // the store closes all its statements
			return err
		}
		st.all = append(st.all, *p.into)
	}
	return nil
}

func (s *store) lastSeq(ctx context.Context) (int64, error) {
	var seq sql.NullInt64
	if err := s.conn.QueryRowContext(ctx, "SELECT max(seq) FROM events").Scan(&seq); err != nil {
		return 0, fmt.Errorf("read last sequence: %w", err)
	}
	return seq.Int64, nil
}

// errForeign says that a sequence number is taken by another event.
var errForeign = errors.New("sequence number is taken by another event")

// holds reports whether the event is in the database.
func (s *store) holds(ctx context.Context, e *eventRow) (bool, error) {
	var digest []byte
	switch err := s.stmts.digest.QueryRowContext(ctx, e.seq).Scan(&digest); {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look for event %d: %w", e.seq, err)
	case !bytes.Equal(digest, e.digest):
		return false, fmt.Errorf("event %d: %w", e.seq, errForeign)
	}
	return true, nil
}

// write commits a batch. After an error the store is of no further use.
func (s *store) write(ctx context.Context, b *batch, fault func(Stage) error) error {
	if err := fault(StageBegin); err != nil {
		return err
	}
	if err := s.exec(ctx, s.stmts.begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := s.fill(ctx, b); err != nil {
		return err
	}
	if err := fault(StageCommit); err != nil {
		return err
	}
	if err := s.exec(ctx, s.stmts.commit); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return fault(StageCommitted)
}

// exec runs one of the writer's statements.
func (s *store) exec(ctx context.Context, stmt *sql.Stmt, args ...any) error {
	_, err := stmt.ExecContext(ctx, args...)
	s.yield()
	return err
}

func (s *store) fill(ctx context.Context, b *batch) error {
	touched := map[string]chain{}
	for _, it := range b.events {
		if err := s.writeEvent(ctx, it, touched); err != nil {
			return fmt.Errorf("write event %d: %w", it.event.seq, err)
		}
	}
	for _, r := range b.incidents {
		if err := s.exec(ctx, s.stmts.incident, r.id, r.school, r.state, r.confidential, r.openedAt, r.resolvedAt, r.lastSeq, r.snapshot); err != nil {
			return fmt.Errorf("write incident %s: %w", r.id, err)
		}
	}
	for _, r := range b.tellings {
		if err := s.exec(ctx, s.stmts.telling, r.incident, r.number, r.payload); err != nil {
			return fmt.Errorf("write telling %d of incident %s: %w", r.number, r.incident, err)
		}
	}
	for _, r := range b.stamps {
		if err := s.exec(ctx, s.stmts.stamp, r.Seq, timeText(r.At)); err != nil {
			return fmt.Errorf("write stamp of event %d: %w", r.Seq, err)
		}
	}
	if err := s.writeProbes(ctx, b.probes); err != nil {
		return err
	}
	for school, c := range touched {
		if err := s.exec(ctx, s.stmts.chain, school, c.seq, c.length, c.head); err != nil {
			return fmt.Errorf("write audit chain of %s: %w", school, err)
		}
		s.chains[school] = c
	}
	return nil
}

func (s *store) writeEvent(ctx context.Context, it *item, touched map[string]chain) error {
	e := it.event
	c, ok := touched[e.school]
	if !ok {
		c = s.chains[e.school]
	}
	c, head := c.append(e)
	touched[e.school] = c
	if err := s.exec(ctx, s.stmts.event, e.seq, e.school, e.incident, e.at, e.kind, e.command, e.salt, e.digest, head, e.payload); err != nil {
		return err
	}
	if p := it.Event.Press; p != nil && it.Event.Type != alerting.EventPressAgain {
		if err := s.exec(ctx, s.stmts.press, e.school, it.Incident.Device, e.seq, p.ID, e.incident); err != nil {
			return err
		}
	}
	return nil
}

// close ends the connection, and with it a transaction that failed. The
// statements go first: with one of them open SQLite would keep the connection,
// and its locks, without saying so.
func (s *store) close() error {
	for _, stmt := range s.stmts.all {
		_ = stmt.Close()
	}
	if s.conn != nil {
		_ = s.conn.Close() // hands the connection back to the pool, which the next line empties
	}
	return s.db.Close()
}
