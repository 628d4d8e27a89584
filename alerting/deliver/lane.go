package deliver

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting"
)

// LaneConfig sizes a lane. Zero fields take the defaults.
type LaneConfig struct {
	Queue   int           // waiting messages; default 256
	Workers int           // messages under way at once; default 4
	Attempt time.Duration // longest single attempt; default 1 s
	Backoff time.Duration // first pause between attempts; default 100 ms, doubling to 2 s
}

func (c LaneConfig) withDefaults() LaneConfig {
	if c.Queue == 0 {
		c.Queue = 256
	}
	if c.Workers == 0 {
		c.Workers = 4
	}
	if c.Attempt == 0 {
		c.Attempt = time.Second
	}
	if c.Backoff == 0 {
		c.Backoff = 100 * time.Millisecond
	}
	return c
}

const maxBackoff = 2 * time.Second

// Lane carries the messages of one audience over one blocking channel.
// It is a Sink.
type Lane struct {
	cfg     LaneConfig
	channel Channel
	report  Reporter
	log     *slog.Logger
	// queue overflow: refuse. The delivery is reported failed with its reason,
	// which is visible on the incident; it is tried again after a restart.
	queue chan Message
}

// NewLane returns the lane of one audience over the channel. Nothing is sent
// before Run.
func NewLane(cfg LaneConfig, audience alerting.Audience, c Channel, r Reporter, log *slog.Logger) *Lane {
	cfg = cfg.withDefaults()
	return &Lane{
		cfg: cfg, channel: c, report: r,
		log:   log.With("component", "lane", "audience", audience, "channel", c.Name()),
		queue: make(chan Message, cfg.Queue),
	}
}

// Tell queues the message, or reports it failed when the queue is full.
func (l *Lane) Tell(m Message) {
	select {
	case l.queue <- m:
	default:
		l.report.Report(m.Progress(alerting.Failed, "queue full", time.Now()))
	}
}

// Run works until ctx ends.
func (l *Lane) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for range l.cfg.Workers {
		g.Go(func() error {
			for {
				select {
				case m := <-l.queue:
					l.carry(ctx, m)
				case <-ctx.Done():
					return nil
				}
			}
		})
	}
	return g.Wait()
}

// carry tries until the message is accepted, refused for good, or its
// deadline has passed.
func (l *Lane) carry(ctx context.Context, m Message) {
	ctx, cancel := context.WithDeadline(ctx, m.Deadline)
	defer cancel()
	pause := l.cfg.Backoff
	for {
		state, err := l.attempt(ctx, m)
		if err == nil {
			l.report.Report(m.Progress(state, "", time.Now()))
			return
		}
		if IsPermanent(err) || !wait(ctx, max(jittered(pause), pauseOf(err))) {
			l.log.Warn("delivery failed", "delivery", m.Delivery, "incident", m.Incident, "error", err)
			l.report.Report(m.Progress(alerting.Failed, err.Error(), time.Now()))
			return
		}
		pause = min(2*pause, maxBackoff)
	}
}

func (l *Lane) attempt(ctx context.Context, m Message) (alerting.DeliveryState, error) {
	ctx, cancel := context.WithTimeout(ctx, l.cfg.Attempt)
	defer cancel()
	return l.channel.Send(ctx, m)
}

// wait pauses for d; false where that leaves no time for another attempt.
func wait(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// jittered spreads a pause over half to one and a half of itself, so that
// many deliveries to one endpoint do not come back in step.
func jittered(d time.Duration) time.Duration {
	return d/2 + rand.N(d)
}
