package telemetry

import (
	"context"
	"log/slog"
	"math"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/dashboards/telemetry/spool"
)

// The writer's defaults.
const (
	defaultBatch    = 5000   // points; InfluxDB's own advice
	defaultLinger   = 1e9    // ns: how long points gather to a batch
	defaultFillRate = 20_000 // points/s that are filled in behind what is live
	// fillBatch is how many points are filled in at once at most: InfluxDB has
	// written them after some 7 ms, and not after 35, where a press comes in the
	// middle and both have the same processors.
	fillBatch = 1000
	// fillShare is how much of the time InfluxDB is at most kept busy by what is
	// filled in; the rest is for what is live, and for whoever asks it.
	fillShare = 0.8
	// sayAgain is after how many failures the log has them again: after half an
	// hour to an hour of longestPause.
	sayAgain = 120
	// behind is from how many batches on what waits is filled in, instead of
	// being sent before what is live.
	behind = 2
)

// WriterConfig says where to write to and how.
type WriterConfig struct {
	Target
	Aside    string // the file of rejected points
	Batch    int
	Linger   time.Duration
	FillRate float64 // points/s; no bound where it is infinite
	// LatestAlarm says when the latest alarm came, zero where there was none:
	// what waits is filled in when none is young. It is called often, from one
	// goroutine. Nil: there are no alarms.
	LatestAlarm func() time.Time
}

func (c WriterConfig) withDefaults() WriterConfig {
	if c.Batch == 0 {
		c.Batch = defaultBatch
	}
	if c.Linger == 0 {
		c.Linger = defaultLinger
	}
	if c.FillRate == 0 {
		c.FillRate = defaultFillRate
	}
	if c.LatestAlarm == nil {
		c.LatestAlarm = func() time.Time { return time.Time{} }
	}
	return c
}

// Writer brings what is in the spool to InfluxDB, in its order: of alarms
// first, then what is live, and behind these what an outage has left.
type Writer struct {
	config  WriterConfig
	spool   *spool.Spool
	log     *slog.Logger
	metrics *writerMetrics
	aside   aside

	// Of Run's goroutine alone.
	api              lineWriter
	alarm, live, gap *spool.Reader
	liveAt           time.Time // when what is live was last sent
	fillAt           time.Time // when the next batch may be filled in
	rest             rest
}

// NewWriter returns a writer.
func NewWriter(c WriterConfig, s *spool.Spool, log *slog.Logger, reg prometheus.Registerer) (*Writer, error) {
	m, err := newWriterMetrics(reg)
	return &Writer{
		config: c.withDefaults(), spool: s, log: log.With("component", "telemetry", "database", c.Database), metrics: m,
		aside: aside{filepath.Clean(c.Aside)},
	}, err
}

// Run writes until ctx ends. That InfluxDB is away is no error of the
// writer's.
func (w *Writer) Run(ctx context.Context) error {
	api, done := w.config.open()
	defer done()
	return w.run(ctx, api)
}

func (w *Writer) run(ctx context.Context, to lineWriter) error {
	w.api = to
	w.alarm, w.live, w.gap = w.spool.NewReader(spool.Alarm), w.spool.NewReader(spool.Reading), w.spool.NewReader(spool.Reading)
	defer func() { w.alarm.Close(); w.live.Close(); w.gap.Close() }()
	w.jump()
	for failures := 0; ctx.Err() == nil; {
		n, err := w.round(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			failures++
			w.failed(ctx, err, failures)
		default:
			if failures > 0 {
				w.log.Info("wrote to InfluxDB again", "failures", failures)
				failures = 0
				w.jump()
			}
			if n == 0 {
				w.idle(ctx)
			}
		}
	}
	return nil
}

// failed notes a failure and waits, longer each time.
func (w *Writer) failed(ctx context.Context, err error, failures int) {
	var asked time.Duration
	reason := reasonSpool
	if l, ok := asLater(err); ok {
		reason, asked = l.reason, l.wait
	}
	w.metrics.failures.WithLabelValues(reason).Inc()
	if failures%sayAgain == 1 {
		w.log.Warn("InfluxDB took no points; they wait in the spool", "failures", failures, "error", err)
	}
	sleep(ctx, pause(failures, asked, rand.Float64()))
}

// jump makes what waits a gap to be filled in, where it is much.
func (w *Writer) jump() {
	p := w.spool.Progress(spool.Reading)
	_, next := w.spool.Bounds(spool.Reading)
	if next-p.Live > behind*uint64(w.config.Batch) {
		w.note(spool.Reading, p.Jump(next))
	}
}

// round sends at most a batch of each kind and says how many points it sent.
func (w *Writer) round(ctx context.Context) (int, error) {
	alarms, err := w.sendAlarms(ctx)
	if err != nil {
		return alarms, err
	}
	live, err := w.sendLive(ctx, time.Now())
	if err != nil {
		return alarms + live, err
	}
	filled, err := w.fill(ctx, time.Now())
	return alarms + live + filled, err
}

func (w *Writer) sendAlarms(ctx context.Context) (int, error) {
	p := w.spool.Progress(spool.Alarm)
	b, err := w.send(ctx, spool.Alarm, w.alarm, p.Live, math.MaxUint64, w.config.Batch)
	if err == nil && b.Next != p.Live {
		p.Live = b.Next
		w.note(spool.Alarm, p)
	}
	return len(b.Records), err
}

func (w *Writer) sendLive(ctx context.Context, now time.Time) (int, error) {
	p := w.spool.Progress(spool.Reading)
	_, next := w.spool.Bounds(spool.Reading)
	if next == p.Live || next-p.Live < uint64(w.config.Batch) && now.Sub(w.liveAt) < w.config.Linger {
		return 0, nil
	}
	b, err := w.send(ctx, spool.Reading, w.live, p.Live, math.MaxUint64, w.config.Batch)
	if err == nil && b.Next != p.Live {
		p.Live, w.liveAt = b.Next, now
		w.note(spool.Reading, p)
	}
	return len(b.Records), err
}

// fill sends a batch of the gap, and says when the next may go. While an alarm
// is young it sends none, or few.
func (w *Writer) fill(ctx context.Context, now time.Time) (int, error) {
	p := w.spool.Progress(spool.Reading)
	if !p.Filling() || now.Before(w.fillAt) {
		return 0, nil
	}
	points, wait := w.mayFill(now)
	if points == 0 {
		w.fillAt = now.Add(wait)
		return 0, nil
	}
	b, err := w.send(ctx, spool.Reading, w.gap, p.Fill, p.FillEnd, points)
	if err != nil {
		return 0, err
	}
	took := time.Since(now)
	w.fillAt = now.Add(max(wait, time.Duration(float64(took)/fillShare), time.Duration(float64(len(b.Records))/w.config.FillRate*float64(time.Second))))
	p.Fill = b.Next
	w.note(spool.Reading, p)
	w.metrics.filled.Add(float64(len(b.Records)))
	return len(b.Records), nil
}

// mayFill asks whether an alarm is young, and counts when one brings filling
// in to rest.
func (w *Writer) mayFill(now time.Time) (points int, wait time.Duration) {
	before := w.rest.since
	points, wait = w.rest.look(now, w.config.LatestAlarm(), min(w.config.Batch, fillBatch))
	if since := w.rest.since; !since.IsZero() && !since.Equal(before) {
		w.metrics.rests.Inc()
	}
	return points, wait
}

// send brings one batch to InfluxDB. When it returns nil each point of it is
// in, or set aside.
func (w *Writer) send(ctx context.Context, c spool.Class, r *spool.Reader, from, before uint64, most int) (spool.Batch, error) {
	b, err := r.Read(from, before, most)
	if err != nil {
		return spool.Batch{}, err
	}
	w.metrics.damaged.Add(float64(b.Damaged))
	if len(b.Records) == 0 {
		return b, nil
	}
	began := time.Now()
	out, err := deliver(ctx, w.api, b.Records, w.config.timeout())
	if err != nil {
		return spool.Batch{}, err
	}
	w.metrics.seconds.Observe(time.Since(began).Seconds())
	w.setAside(out)
	w.metrics.written.WithLabelValues(c.String()).Add(float64(len(b.Records) - out.points()))
	return b, nil
}

// setAside keeps and counts what was rejected. What cannot even be kept is
// counted all the same.
func (w *Writer) setAside(out rejections) {
	for _, r := range out {
		w.metrics.rejected.WithLabelValues(r.reason).Add(float64(len(r.points)))
		if err := w.aside.put(r.points, r.detail); err != nil {
			w.log.Error("rejected points were not kept", "error", err)
		}
	}
	if n := out.points(); n > 0 {
		w.log.Warn("InfluxDB rejected points; they were set aside", "points", n, "file", w.aside.path, "first", out[0].detail)
	}
}

func (w *Writer) note(c spool.Class, p spool.Progress) {
	if err := w.spool.SetProgress(c, p, true); err != nil {
		w.log.Warn("progress was not kept; points may be sent again", "error", err)
	}
}

// idle waits until there may be something to send: a batch, or what has waited
// for long enough.
func (w *Writer) idle(ctx context.Context) {
	if w.spool.Progress(spool.Reading).Filling() {
		sleep(ctx, min(time.Until(w.fillAt), w.config.Linger))
		return
	}
	waiting := w.spool.Stats().Waiting
	var lingered <-chan time.Time
	if waiting != [2]uint64{} {
		t := time.NewTimer(w.config.Linger)
		defer t.Stop()
		lingered = t.C
	}
	for waiting[spool.Reading] < uint64(w.config.Batch) {
		select {
		case <-w.spool.Grown():
			if lingered == nil {
				return
			}
			waiting = w.spool.Stats().Waiting
		case <-lingered:
			return
		case <-ctx.Done():
			return
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
