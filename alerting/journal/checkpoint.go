package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Committed pages have to move from the write-ahead log into the database at
// some time, which takes longer than a commit and ends with an fsync of its
// own. SQLite would do it within the commit that fills the log. Here a second
// connection does it beside the writer, which a passive checkpoint neither
// blocks nor waits for; the log starts again from its beginning at the first
// commit that finds everything moved. Under commits without a pause that
// moment may never come: once the log has squeezePages pages the writer
// itself moves the little that is left, between two batches.
const (
	checkpointEvery = time.Second
	squeezePages    = 16_384 // 64 MiB
)

var errBusy = errors.New("busy")

// progress is how far a checkpoint came, in pages.
type progress struct{ log, moved int }

func (p progress) complete() bool { return p.moved >= p.log }

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// checkpoint moves pages from the log into the database. A passive one that
// could not move them all is no error.
func checkpoint(ctx context.Context, q querier, mode string) (progress, error) {
	var busy int
	var p progress
	err := q.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &p.log, &p.moved)
	if err != nil {
		return p, fmt.Errorf("checkpoint: %w", err)
	}
	if busy != 0 && mode != "PASSIVE" {
		return p, fmt.Errorf("checkpoint: %w", errBusy)
	}
	return p, nil
}

// runCheckpoints moves what has been committed, a second later and so at most
// once a second, until the context ends. What fails here is tried again; if the disk is broken the
// writer finds out by itself. It is work for the background: at 600
// presses a second on two processors, a checkpoint that competed with them had
// the p99 at the police terminal at about twice what it is so, in three pairs
// of runs.
func (j *Journal) runCheckpoints(ctx context.Context, db *sql.DB) {
	background()
	for {
		select {
		case <-ctx.Done():
			return
		case <-j.progress: // while nothing is committed nobody wakes
		}
		rest := time.NewTimer(checkpointEvery)
		select {
		case <-ctx.Done():
			rest.Stop()
			return
		case <-rest.C:
		}
		select {
		case <-j.progress:
		default: // what was committed meanwhile is moved with it
		}
		j.moveBeside(ctx, db)
	}
}

func (j *Journal) moveBeside(ctx context.Context, db *sql.DB) {
	began := time.Now()
	p, err := checkpoint(ctx, db, "PASSIVE")
	j.metrics.checkpointSeconds.Observe(time.Since(began).Seconds())
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		j.metrics.checkpointErrors.Inc()
		wake(j.progress)
	case !p.complete():
		wake(j.progress)
		j.squeeze.Store(p.log > squeezePages)
	}
}

// moveRest is the writer's part, when the log has grown too long.
func (j *Journal) moveRest(ctx context.Context) {
	if !j.squeeze.CompareAndSwap(true, false) {
		return
	}
	if _, err := checkpoint(ctx, j.store.conn, "PASSIVE"); err != nil {
		j.metrics.checkpointErrors.Inc()
	}
}
