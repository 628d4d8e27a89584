package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// DefaultMaxPending is how many entries may be not yet durable.
const DefaultMaxPending = 65_536

// Errors of Append.
var (
	// ErrFull refuses an entry because too many are not yet durable. The caller
	// decides what that means; the journal drops nothing to make room.
	ErrFull = errors.New("journal is full")
	// ErrClosed refuses an entry because the writer has ended.
	ErrClosed = errors.New("journal is closed")
	// ErrOrder refuses an event whose sequence number does not grow.
	ErrOrder = errors.New("journal sequence does not grow")
)

// Stage names a moment of a transaction, for Config.Fault.
type Stage string

// The stages at which a fault may be injected.
const (
	StageOpen      Stage = "open"      // before the database is opened again
	StageBegin     Stage = "begin"     // before the transaction
	StageCommit    Stage = "commit"    // rows written, before the commit
	StageCommitted Stage = "committed" // durable, but about to be reported as failed
)

// Config says where the journal is and how much it may hold in memory.
type Config struct {
	// Path is the database file. Its folder must exist.
	Path string
	// MaxPending bounds the entries that are not yet durable, waiting or kept
	// while the disk is broken: the lazy ones, and the others. 0 is
	// DefaultMaxPending.
	MaxPending int
	// Yield, where set, offers the processor to whoever waits for it. The writer
	// calls it between two statements: a commit computes for longer than an alarm
	// should wait, and nobody waits for one that may not wait a little more.
	Yield func()
	// Fault, in tests, makes a stage of the writer fail. It runs on the
	// writer's goroutine.
	Fault func(Stage) error
}

// Journal is the hub's memory on disk. Append may be called from any
// goroutine, Run from one.
type Journal struct {
	*Reader
	cfg     Config
	log     *slog.Logger
	metrics *metrics
	lock    *os.File
	lastSeq int64
	starts  int64

	healthy  atomic.Bool
	urgent   chan struct{} // holds one token while an urgent entry waits
	lazy     chan struct{} // holds one token when the first lazy entry has come
	progress chan struct{} // holds one token while commits wait for a checkpoint
	squeeze  atomic.Bool   // the log has grown too long for the checkpoints beside the writer

	mu      sync.Mutex // guards the fields below
	queue   queue
	pending pending
	newest  int64
	closed  bool

	// Of the writer's goroutine alone.
	store    *store
	retained []*item // in order; what a broken disk has not taken
}

// Open opens the journal, brings its tables up to date and makes sure that
// everything it finds is durable. Either Run or Close releases it.
func Open(ctx context.Context, cfg Config, log *slog.Logger, reg prometheus.Registerer) (_ *Journal, err error) {
	if cfg.MaxPending == 0 {
		cfg.MaxPending = DefaultMaxPending
	}
	if cfg.Yield == nil {
		cfg.Yield = func() {}
	}
	lock, err := acquire(cfg.Path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = lock.Close()
		}
	}()
	if err := create(ctx, cfg.Path); err != nil {
		return nil, err
	}
	st, err := openStore(ctx, cfg.Path, cfg.Yield)
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", cfg.Path, err)
	}
	last, err := st.lastSeq(ctx)
	if err != nil {
		_ = st.close()
		return nil, fmt.Errorf("open journal %s: %w", cfg.Path, err)
	}
	reader, err := OpenReader(ctx, cfg.Path)
	if err != nil {
		_ = st.close()
		return nil, err
	}
	j := &Journal{
		Reader: reader, cfg: cfg, log: log.With("component", "journal"), metrics: newMetrics(reg), lock: lock, lastSeq: last, starts: st.starts,
		urgent: make(chan struct{}, 1), lazy: make(chan struct{}, 1), progress: make(chan struct{}, 1),
		newest: last, store: st,
	}
	j.setHealthy(true)
	return j, nil
}

// Append hands an entry to the writer and returns at once. Entries become
// durable in the order in which they were appended. The journal keeps copies:
// the caller may change what the entry points to, but not what the slices of
// the event and the incident hold.
func (j *Journal) Append(e Entry) error {
	if err := e.check(); err != nil {
		return fmt.Errorf("append to journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.closed:
		return ErrClosed
	case j.pending.of(e.Lazy) >= j.cfg.MaxPending:
		return ErrFull
	case e.Event != nil && e.Event.Seq <= j.newest:
		return fmt.Errorf("%w: %d after %d", ErrOrder, e.Event.Seq, j.newest)
	}
	if e.Event != nil {
		j.newest = e.Event.Seq
	}
	if j.queue.put(newItem(e), time.Now()) {
		j.count(e.Lazy, 1)
	}
	if e.Lazy && !j.queue.crowded() {
		wake(j.lazy)
	} else {
		wake(j.urgent)
	}
	return nil
}

// LastSeq is the last sequence number that Open found, 0 in a new journal.
func (j *Journal) LastSeq() int64 { return j.lastSeq }

// Starts is how often this journal was opened for writing before and with
// Open; it grows with every start of the hub, and may skip.
func (j *Journal) Starts() int64 { return j.starts }

// Healthy is false from a failed commit until the next success.
func (j *Journal) Healthy() bool { return j.healthy.Load() }

// Close releases a journal that was never run.
func (j *Journal) Close() error {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	return j.release()
}

// release closes the readers first, so that the writer is the last to leave
// and moves the log into the database.
func (j *Journal) release() error {
	err := j.Reader.Close()
	if j.store != nil {
		err = errors.Join(err, j.store.close())
		j.store = nil
	}
	return errors.Join(err, j.lock.Close())
}

func (j *Journal) setHealthy(ok bool) {
	j.healthy.Store(ok)
	if ok {
		j.metrics.healthy.Set(1)
	} else {
		j.metrics.healthy.Set(0)
	}
}

// pending counts the entries that are queued, being written or retained. The
// lazy ones are counted apart, so that they never take an alarm's room.
type pending struct{ urgent, lazy int }

func (p pending) of(lazy bool) int {
	if lazy {
		return p.lazy
	}
	return p.urgent
}

// count notes that there are more, or fewer. j.mu is held.
func (j *Journal) count(lazy bool, by int) {
	if lazy {
		j.pending.lazy += by
	} else {
		j.pending.urgent += by
	}
	j.metrics.pending.Set(float64(j.pending.urgent + j.pending.lazy))
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
