package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/devices"
)

// The recorder's times.
const (
	// kept is how long a promised reading waits to be in the spool before it is
	// acknowledged. It is waited on the device's own connection; where the disk
	// is slower nobody waits again until it has caught up.
	kept = 20 * time.Millisecond
	// gather is how long a point that nobody waits for waits for others, so that
	// a storm of readings is a write every so often, and not one for each.
	gather = 10 * time.Millisecond
	// syncEvery is what a power cut may cost.
	syncEvery = 5 * time.Second
	// sampleEvery is how often the hub itself is recorded.
	sampleEvery = 10 * time.Second
	// againAfter is when a write to the spool that failed is tried again.
	againAfter = time.Second
	// seedPoints is how many of the latest readings tell, at a start, what has
	// been recorded already.
	seedPoints = 65_536
)

// RecorderDeps is what a recorder works with.
type RecorderDeps struct {
	Hub      string // its name
	Spool    *spool.Spool
	Where    func(devices.Address) Where
	Healthy  func() bool   // whether the journal takes what is told
	Vitals   func() Vitals // as they were last read; it may not block
	Log      *slog.Logger
	Registry prometheus.Registerer
}

// Recorder makes points and puts them into the spool.
type Recorder struct {
	deps    RecorderDeps
	log     *slog.Logger
	started time.Time
	points  *queue[[]byte]
	stages  *queue[Stage] // apart, so that nothing that reads or measures meets the alarm's way
	// patience is how long a promised reading waits for the spool.
	patience time.Duration
	// Of the writing goroutine alone.
	stamps memory // of stages
	pauses pauses
	before Vitals // when the hub was last recorded

	mu    sync.Mutex // guards what follows; held for moments only
	seen  memories
	names map[string]struct{}
	spent [][]byte // what readings were written in, for the next ones

	repeated prometheus.Counter
	unnamed  prometheus.Counter
}

// NewRecorder returns a recorder that knows what the spool holds already.
func NewRecorder(d RecorderDeps, now time.Time) (*Recorder, error) {
	r := &Recorder{
		deps: d, log: d.Log.With("component", "telemetry"), started: now, patience: kept,
		points: newQueue[[]byte](), stages: newQueue[Stage](), seen: memories{}, names: map[string]struct{}{},
	}
	return r, errors.Join(r.seed(), r.register())
}

func (r *Recorder) register() error {
	count := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: "campushub", Subsystem: "telemetry", Name: name, Help: help}
	}
	r.repeated = prometheus.NewCounter(count("readings_repeated_total", "Readings that arrived again and were recorded once."))
	r.unnamed = prometheus.NewCounter(count("values_unnamed_total", "Values that were left out because there are too many names already."))
	all := []prometheus.Collector{r.repeated, r.unnamed, spoolMetrics(r.deps.Spool)}
	for c, lost := range map[spool.Class]func() uint64{spool.Reading: r.points.lost, spool.Alarm: r.stages.lost} {
		opts := count("points_unspooled_total", "Points that did not fit before the spool, by class.")
		opts.ConstLabels = prometheus.Labels{"class": c.String()}
		all = append(all, prometheus.NewCounterFunc(opts, func() float64 { return float64(lost()) }))
	}
	return registerAll(r.deps.Registry, all)
}

// seed reads the latest of the spool.
func (r *Recorder) seed() error {
	s := r.deps.Spool
	reader := s.NewReader(spool.Reading)
	defer reader.Close()
	first, next := s.Bounds(spool.Reading)
	for at := max(first, next-min(next, seedPoints)); at < next; {
		b, err := reader.Read(at, next, seedPoints)
		if err != nil {
			return err
		}
		for _, one := range b.Records {
			if got, stamped, ok := readingOf(one); ok {
				m := r.seen.of(got.From)
				m.fresh(got)
				m.stamp(stamped)
			}
		}
		at = b.Next
	}
	return nil
}

// Reading records a reading. One that is promised an acknowledgement is in the
// spool when Reading returns, unless the disk is slow. One that the device
// counts is recorded once, however often it comes.
func (r *Recorder) Reading(in devices.Reading) {
	point, ok := r.reading(in)
	if !ok {
		return
	}
	if !in.Promised {
		r.points.put(point)
		return
	}
	written := r.points.putPromised(point)
	if written == nil {
		return
	}
	patience := time.NewTimer(r.patience)
	defer patience.Stop()
	select {
	case <-written:
	case <-patience.C:
		r.points.hold(true)
	}
}

func (r *Recorder) reading(in devices.Reading) (point []byte, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.seen.of(in.From)
	if !m.fresh(in) {
		r.repeated.Inc()
		return nil, false
	}
	at := m.stamp(in.ReceivedAt.Add(-in.Age))
	point = readingLine(r.room(), in, r.deps.Where(in.From), at, r.admit)
	return point, point != nil
}

// room is where the next reading is written. It is called with mu held.
func (r *Recorder) room() []byte {
	last := len(r.spent) - 1
	if last < 0 {
		return make([]byte, 0, lineSize)
	}
	b := r.spent[last]
	r.spent = r.spent[:last]
	return b
}

// reuse keeps points that are in the spool for the next readings: a storm of
// them would leave the heap a buffer each.
func (r *Recorder) reuse(points [][]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range points[:min(len(points), spareLimit-len(r.spent))] {
		if cap(b) <= 2*lineSize {
			r.spent = append(r.spent, b)
		}
	}
}

// admit says whether a name of a value is recorded. It is called with mu held.
func (r *Recorder) admit(name string) bool {
	if _, known := r.names[name]; known {
		return true
	}
	if len(r.names) >= MaxValueNames {
		r.unnamed.Inc()
		return false
	}
	r.names[name] = struct{}{}
	return true
}

// State records a device's health. It does not wait.
func (r *Recorder) State(s devices.State) {
	r.mu.Lock()
	at := r.seen.of(s.From).stamp(s.ReceivedAt)
	r.mu.Unlock()
	r.points.put(stateLine(s, r.deps.Where(s.From), at))
}

// Stage records how far a delivery got. It is called on the alarm's own way:
// it puts the stage into its queue and returns.
func (r *Recorder) Stage(s Stage) { r.stages.put(s) }

// Run writes to the spool until ctx ends, and then what is left.
func (r *Recorder) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return r.write(ctx) })
	g.Go(func() error { return r.sync(ctx) })
	return g.Wait()
}

func (r *Recorder) write(ctx context.Context) error {
	sample := time.NewTicker(sampleEvery)
	defer sample.Stop()
	gathered := time.NewTimer(time.Hour)
	defer gathered.Stop()
	for {
		select {
		case <-r.stages.began:
			gathered.Reset(gather)
		case <-r.points.began:
			gathered.Reset(gather)
		case <-gathered.C:
			r.flush(ctx)
		case <-r.points.hurried:
			r.flush(ctx)
		case now := <-sample.C:
			r.sample(now)
		case <-ctx.Done():
			if err := r.flushAll(); err != nil {
				r.log.Error("the last points were not recorded", "error", err)
			}
			return nil
		}
	}
}

// flush writes what waits. Where the disk takes nothing it is not asked again
// at once.
func (r *Recorder) flush(ctx context.Context) {
	err := r.flushAll()
	if err == nil {
		return
	}
	r.log.Error("spool took no points; they wait", "error", err)
	select {
	case <-time.After(againAfter):
		signal(r.points.hurried)
	case <-ctx.Done():
	}
}

func (r *Recorder) flushAll() error { return errors.Join(r.flushStages(), r.flushPoints()) }

func (r *Recorder) flushPoints() error {
	points, written := r.points.take()
	err := r.deps.Spool.Append(spool.Reading, points, time.Now())
	r.points.hold(err != nil)
	if err != nil {
		r.points.giveBack(points)
		return err
	}
	close(written)
	r.reuse(points)
	r.points.reuse(points)
	return nil
}

func (r *Recorder) flushStages() error {
	stages, written := r.stages.take()
	points := make([][]byte, len(stages))
	for i, s := range stages {
		points[i] = stageLine(s, r.stamps.stamp(s.At))
	}
	err := r.deps.Spool.Append(spool.Alarm, points, time.Now())
	if err != nil {
		r.stages.giveBack(stages)
		return err
	}
	close(written)
	r.stages.reuse(stages)
	return nil
}

func (r *Recorder) sample(now time.Time) {
	r.deps.Spool.Expire(now)
	stats := r.deps.Spool.Stats()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	i := Internals{
		Uptime: now.Sub(r.started), Goroutines: runtime.NumGoroutine(), Heap: heap[0].Value.Uint64(), GCPause: r.pauses.longest(),
		JournalHealthy: r.deps.Healthy(), Vitals: r.deps.Vitals(), Spool: stats.Bytes,
	}
	if took, some := i.CommitSince(r.before); some {
		i.Commit = &took
	}
	r.before = i.Vitals
	for _, c := range spool.Classes() {
		i.Waiting += stats.Waiting[c]
		i.Dropped += stats.Dropped[c]
	}
	i.Dropped += r.points.lost() + r.stages.lost()
	r.points.put(hubLine(r.deps.Hub, i, now))
}

// sync has a goroutine of its own: it may take as long as the disk likes.
func (r *Recorder) sync(ctx context.Context) error {
	every := time.NewTicker(syncEvery)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			if err := r.deps.Spool.Sync(); err != nil {
				r.log.Error("spool was not synced", "error", err)
			}
		case <-ctx.Done():
			return nil
		}
	}
}
