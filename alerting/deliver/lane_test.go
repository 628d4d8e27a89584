package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errBusy = errors.New("endpoint is busy")

// attempt is one Send as the scripted channel saw it.
type attempt struct {
	message deliver.Message
	at      time.Time
}

// scripted is a channel that does as it is told and keeps every attempt.
type scripted struct {
	send func(ctx context.Context, m deliver.Message, n int) (alerting.DeliveryState, error)

	mu       sync.Mutex // guards attempts
	attempts []attempt
}

func (s *scripted) Name() alerting.Channel { return alerting.ChannelWebhook }

func (s *scripted) Send(ctx context.Context, m deliver.Message) (alerting.DeliveryState, error) {
	s.mu.Lock()
	s.attempts = append(s.attempts, attempt{m, time.Now()})
	n := len(s.attempts)
	s.mu.Unlock()
	return s.send(ctx, m, n)
}

func (s *scripted) list() []attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.attempts)
}

func (s *scripted) pauses() []time.Duration {
	var out []time.Duration
	all := s.list()
	for i := 1; i < len(all); i++ {
		out = append(out, all[i].at.Sub(all[i-1].at))
	}
	return out
}

func (s *scripted) deliveries() []string {
	var out []string
	for _, a := range s.list() {
		out = append(out, a.message.Delivery)
	}
	return out
}

// reports keeps what was reported.
type reports struct {
	mu  sync.Mutex // guards all
	all []alerting.Progress
}

func (r *reports) Report(p alerting.Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, p)
}

func (r *reports) list() []alerting.Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

// of lists what was reported of a delivery, as "state reason".
func (r *reports) of(delivery string) []string {
	var out []string
	for _, p := range r.list() {
		if p.Delivery == delivery {
			out = append(out, string(p.State)+" "+p.Reason)
		}
	}
	return out
}

// run lets a lane run in a synctest bubble until test returns.
func run(t *testing.T, cfg deliver.LaneConfig, c *scripted, test func(*deliver.Lane, *reports)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &reports{}
		lane := deliver.NewLane(cfg, alerting.Police, c, r, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { assert.NoError(t, lane.Run(ctx)) })
		test(lane, r)
		cancel()
		running.Wait()
	})
}

// message is one of its own incident.
func message(id string, within time.Duration) deliver.Message {
	return deliver.Message{
		Delivery: id, Incident: "i-" + id, Number: 1, Recipient: "platform", Audience: alerting.Police,
		Channel: alerting.ChannelWebhook, Deadline: time.Now().Add(within),
	}
}

func accept(context.Context, deliver.Message, int) (alerting.DeliveryState, error) {
	return alerting.Handed, nil
}

func TestLaneReportsSuccessOnce(t *testing.T) {
	c := &scripted{send: accept}
	run(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, r *reports) {
		began := time.Now()
		l.Tell(message("a", time.Minute))
		pass(time.Hour)
		assert.Equal(t, []alerting.Progress{{Incident: "i-a", Delivery: "a", State: alerting.Handed, At: began}}, r.list())
		assert.Len(t, c.list(), 1)
	})
}

func TestLaneReportsHowFarItGot(t *testing.T) {
	c := &scripted{send: func(context.Context, deliver.Message, int) (alerting.DeliveryState, error) {
		return alerting.Received, nil
	}}
	run(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, r *reports) {
		l.Tell(message("a", time.Minute))
		synctest.Wait()
		assert.Equal(t, []string{"received "}, r.of("a"))
	})
}

func TestLaneSaysWhyNothingWasSent(t *testing.T) {
	c := &scripted{send: func(context.Context, deliver.Message, int) (alerting.DeliveryState, error) {
		return alerting.Expired, nil
	}}
	run(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, r *reports) {
		l.Tell(message("a", time.Minute))
		synctest.Wait()
		assert.Equal(t, []string{"expired " + alerting.Superseded}, r.of("a"))
	})
}

func TestLaneRetriesWithGrowingJitteredPauses(t *testing.T) {
	c := &scripted{send: func(_ context.Context, _ deliver.Message, n int) (alerting.DeliveryState, error) {
		if n < 9 {
			return "", errBusy
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{Backoff: 100 * time.Millisecond}, c, func(l *deliver.Lane, r *reports) {
		l.Tell(message("a", time.Hour))
		pass(time.Hour)
		assert.Equal(t, []string{"handed "}, r.of("a"), "what passes is not reported")
	})
	pauses := c.pauses()
	require.Len(t, pauses, 8)
	base := 100 * time.Millisecond
	for n, p := range pauses {
		assert.GreaterOrEqual(t, p, base/2, "pause %d", n)
		assert.Less(t, p, base*3/2, "pause %d", n)
		base = min(2*base, 2*time.Second)
	}
}

func TestPausesOfManyDeliveriesDiffer(t *testing.T) {
	c := &scripted{send: func(context.Context, deliver.Message, int) (alerting.DeliveryState, error) { return "", errBusy }}
	again := map[time.Duration]bool{}
	run(t, deliver.LaneConfig{Workers: 50, Backoff: time.Second}, c, func(l *deliver.Lane, _ *reports) {
		began := time.Now()
		for n := range 50 {
			l.Tell(message(fmt.Sprint(n), 1600*time.Millisecond))
		}
		pass(time.Minute)
		for _, a := range c.list()[50:] {
			again[a.at.Sub(began)] = true
		}
	})
	assert.Greater(t, len(again), 25, "they do not come back in step")
}

func TestLaneKeepsTheDeadline(t *testing.T) {
	c := &scripted{send: func(context.Context, deliver.Message, int) (alerting.DeliveryState, error) { return "", errBusy }}
	run(t, deliver.LaneConfig{Backoff: 100 * time.Millisecond}, c, func(l *deliver.Lane, r *reports) {
		deadline := time.Now().Add(2 * time.Second)
		l.Tell(message("a", 2*time.Second))
		pass(time.Hour)
		assert.Equal(t, []string{"failed endpoint is busy"}, r.of("a"))
		assert.False(t, r.list()[0].At.After(deadline))
		assert.Greater(t, len(c.list()), 3)
		for _, a := range c.list() {
			assert.True(t, a.at.Before(deadline))
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	c := &scripted{send: func(_ context.Context, _ deliver.Message, n int) (alerting.DeliveryState, error) {
		if n == 1 {
			return "", fmt.Errorf("wrapped: %w", deliver.RetryAfter(errBusy, 7*time.Second))
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, r *reports) {
		l.Tell(message("a", 8*time.Second))
		pass(time.Hour)
		assert.Equal(t, []string{"handed "}, r.of("a"))
		assert.Equal(t, []time.Duration{7 * time.Second}, c.pauses())
	})
}

func TestRetryAfterBehindTheDeadlineEndsAtOnce(t *testing.T) {
	c := &scripted{send: func(context.Context, deliver.Message, int) (alerting.DeliveryState, error) {
		return "", deliver.RetryAfter(errBusy, 8*time.Second)
	}}
	run(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, r *reports) {
		began := time.Now()
		l.Tell(message("a", 8*time.Second))
		synctest.Wait()
		assert.Equal(t, []string{"failed endpoint is busy"}, r.of("a"))
		assert.Equal(t, began, r.list()[0].At, "a failure that is certain is said at once")
	})
}

func TestShortRetryAfterDoesNotShortenTheBackoff(t *testing.T) {
	c := &scripted{send: func(_ context.Context, _ deliver.Message, n int) (alerting.DeliveryState, error) {
		if n == 1 {
			return "", deliver.RetryAfter(errBusy, time.Nanosecond)
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{Backoff: time.Second}, c, func(l *deliver.Lane, _ *reports) {
		l.Tell(message("a", time.Minute))
		pass(time.Hour)
	})
	require.Len(t, c.pauses(), 1)
	assert.GreaterOrEqual(t, c.pauses()[0], time.Second/2)
}

func TestPermanentErrorStops(t *testing.T) {
	c := &scripted{send: func(context.Context, deliver.Message, int) (alerting.DeliveryState, error) {
		return "", fmt.Errorf("post: %w", deliver.Permanent(errBusy))
	}}
	run(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, r *reports) {
		l.Tell(message("a", time.Hour))
		pass(time.Hour)
		assert.Equal(t, []string{"failed post: endpoint is busy"}, r.of("a"))
		assert.Len(t, c.list(), 1)
	})
}

func TestHangingAttemptIsCut(t *testing.T) {
	c := &scripted{send: func(ctx context.Context, _ deliver.Message, n int) (alerting.DeliveryState, error) {
		if n == 1 {
			<-ctx.Done()
			return "", ctx.Err()
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{Attempt: time.Second, Backoff: time.Millisecond}, c, func(l *deliver.Lane, r *reports) {
		l.Tell(message("a", time.Minute))
		pass(time.Hour)
		assert.Equal(t, []string{"handed "}, r.of("a"))
		require.Len(t, c.pauses(), 1)
		assert.GreaterOrEqual(t, c.pauses()[0], time.Second)
		assert.Less(t, c.pauses()[0], time.Second+2*time.Millisecond)
	})
}

func TestHangingEndpointHoldsUpItsOwnWorkerOnly(t *testing.T) {
	c := &scripted{send: func(ctx context.Context, m deliver.Message, _ int) (alerting.DeliveryState, error) {
		if m.Delivery == "hangs" {
			<-ctx.Done()
			return "", ctx.Err()
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{Workers: 2, Attempt: time.Hour}, c, func(l *deliver.Lane, r *reports) {
		began := time.Now()
		l.Tell(message("hangs", 2*time.Second))
		synctest.Wait()
		for n := range 20 {
			l.Tell(message(fmt.Sprint(n), time.Minute))
		}
		synctest.Wait()
		assert.Len(t, r.list(), 20, "the other worker carried all of them")
		assert.Equal(t, began, time.Now())
		pass(time.Minute)
		assert.Equal(t, []string{"failed context deadline exceeded"}, r.of("hangs"))
		assert.Equal(t, began.Add(2*time.Second), r.list()[20].At, "cut by its own deadline")
	})
}

func TestMessageThatWaitedTooLongIsNotSent(t *testing.T) {
	c := &scripted{send: func(ctx context.Context, m deliver.Message, _ int) (alerting.DeliveryState, error) {
		if m.Delivery == "hangs" {
			<-ctx.Done()
		}
		return "", ctx.Err()
	}}
	run(t, deliver.LaneConfig{Workers: 1, Attempt: time.Hour}, c, func(l *deliver.Lane, r *reports) {
		l.Tell(message("hangs", 2*time.Second))
		synctest.Wait()
		l.Tell(message("waits", time.Second))
		pass(time.Minute)
		assert.Equal(t, []string{"failed deadline passed in the queue"}, r.of("waits"))
		assert.NotContains(t, c.deliveries(), "waits")
	})
}

func TestStoppingReportsNothing(t *testing.T) {
	hangs := &scripted{send: func(ctx context.Context, _ deliver.Message, _ int) (alerting.DeliveryState, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}}
	retries := &scripted{send: func(context.Context, deliver.Message, int) (alerting.DeliveryState, error) { return "", errBusy }}
	for name, c := range map[string]*scripted{"in an attempt": hangs, "in a pause": retries} {
		var after *reports
		run(t, deliver.LaneConfig{Workers: 1, Attempt: time.Hour, Backoff: time.Hour}, c, func(l *deliver.Lane, r *reports) {
			l.Tell(message("under way", 24*time.Hour))
			l.Tell(message("waits", 24*time.Hour))
			synctest.Wait()
			after = r
		})
		assert.Empty(t, after.list(), "%s: it stays planned and is told again after the next start", name)
		assert.Len(t, c.list(), 1, name)
	}
}

// pass lets virtual time go by and whatever that woke come to rest.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
