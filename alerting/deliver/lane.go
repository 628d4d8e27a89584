package deliver

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"example.org/campushub/alerting"
)

// LaneConfig sizes a lane. Zero fields take the defaults.
type LaneConfig struct {
	Queue int // messages that wait for one far side; default 1024
	// Workers is how many messages are under way to one far side at once; default
	// 4. One more may be, to a recipient who has none under way: whoever hangs behind
	// a gateway does not take all of it.
	Workers int
	// Attempt is how long the first attempt may take; default 1 s. After one that
	// took all of it the next may take twice as long: what hangs now and then is
	// tried again soon, and what is slow every time is waited for.
	Attempt time.Duration
	Backoff time.Duration // first pause between attempts; default 100 ms, doubling to 2 s
	// Jitter spreads a pause of a message; by default over half to one and a half of
	// itself, at random.
	Jitter func(m Message, pause time.Duration) time.Duration
}

func (c LaneConfig) withDefaults() LaneConfig {
	if c.Queue <= 0 {
		c.Queue = 1024
	}
	if c.Workers <= 0 {
		c.Workers = 4
	}
	if c.Attempt <= 0 {
		c.Attempt = time.Second
	}
	if c.Backoff <= 0 {
		c.Backoff = 100 * time.Millisecond
	}
	if c.Jitter == nil {
		c.Jitter = jittered
	}
	return c
}

const maxBackoff = 2 * time.Second

// errTooLate says that a message waited for longer than it had.
var errTooLate = errors.New(alerting.TooLate)

// Lane carries the messages of one audience over one blocking channel, each far
// side's apart from the others'. It is a Sink.
type Lane struct {
	cfg     LaneConfig
	channel Channel
	report  Reporter
	log     *slog.Logger
	// queue overflow: refuse, what is sent again before what is new. The
	// delivery is reported failed with its reason, which is visible on the
	// incident; it is tried again after a restart.
	queue *queue
}

// NewLane returns the lane of one audience over the channel. Nothing is sent
// before Run.
func NewLane(cfg LaneConfig, audience alerting.Audience, c Channel, r Reporter, log *slog.Logger) *Lane {
	cfg = cfg.withDefaults()
	return &Lane{
		cfg: cfg, channel: c, report: r, queue: newQueue(cfg.Queue, cfg.Workers),
		log: log.With("component", "lane", "audience", audience, "channel", c.Name()),
	}
}

// Tell queues the message, or reports failed what there is no room for.
func (l *Lane) Tell(m Message) {
	if refused, full := l.queue.put(m, l.channel.FarSide(m)); full {
		l.report.Report(refused.Failed(alerting.QueueFull, alerting.WhyOverloaded, time.Now()))
	}
}

// Withdraw ends the retries of a delivery, and takes it back where it waits.
func (l *Lane) Withdraw(_ alerting.LegKey, p alerting.Progress) {
	if l.queue.withdraw(p) {
		l.report.Report(p)
	}
}

// Cut ends the attempt that is on its way to a leg's recipient with old news.
func (l *Lane) Cut(leg alerting.LegKey, incident string, before int64) {
	l.queue.cut(thread{incident, leg.Recipient}, before)
}

// Waiting is how many messages wait for a worker.
func (l *Lane) Waiting() int { return l.queue.waits() }

// Run works until ctx ends, with a goroutine for each message under way. What is
// under way or waits then is not reported: it stays planned and is told again
// after the next start.
func (l *Lane) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	for {
		select {
		case <-l.queue.ready:
			for c, limited := range l.queue.take(ctx) {
				workers.Go(func() {
					l.carry(ctx, limited, c)
					l.queue.end(c)
				})
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// carry tries until the message is accepted, refused for good or withdrawn, or
// its deadline has passed.
func (l *Lane) carry(ctx, limited context.Context, c *carriage) {
	m, pause, longest, err := c.message, l.cfg.Backoff, l.cfg.Attempt, errTooLate
	for limited.Err() == nil {
		var state alerting.DeliveryState
		began := time.Now()
		if state, err = l.attempt(limited, longest, m.asOf(began)); err == nil {
			l.report.Report(m.Progress(state, reason(state), time.Now()))
			return
		}
		if time.Since(began) >= longest {
			longest *= 2
		}
		if IsPermanent(err) || !c.wait(limited, max(l.cfg.Jitter(m, pause), PauseOf(err))) {
			break
		}
		pause = min(2*pause, maxBackoff)
	}
	switch {
	case ctx.Err() != nil:
	case c.tried() || IsPermanent(err):
		l.log.Warn("delivery failed", "delivery", m.Delivery, "incident", m.Incident, "error", err)
		l.report.Report(m.Failed(err.Error(), why(err), time.Now()))
	default:
		if said := l.queue.reportOf(c); said != nil {
			l.report.Report(*said)
		}
	}
}

// reason is why a channel that did not err has sent nothing: newer news has.
func reason(s alerting.DeliveryState) string {
	if s == alerting.Expired {
		return alerting.Superseded
	}
	return ""
}

func why(err error) alerting.Why {
	switch {
	case IsPermanent(err):
		return alerting.WhyRefused
	case errors.Is(err, errTooLate):
		return alerting.WhyOverloaded
	}
	return alerting.WhyUnanswered
}

func (l *Lane) attempt(ctx context.Context, longest time.Duration, m Message) (alerting.DeliveryState, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	return l.channel.Send(ctx, m)
}

// wait pauses for d; false where that leaves no time for another attempt, or it
// is to be tried no more.
func (c *carriage) wait(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return c.tried()
	case <-c.over:
		return false
	case <-ctx.Done():
		return false
	}
}

// jittered spreads a pause over half to one and a half of itself, so that
// many deliveries to one endpoint do not come back in step.
func jittered(_ Message, d time.Duration) time.Duration {
	return d/2 + rand.N(d)
}
