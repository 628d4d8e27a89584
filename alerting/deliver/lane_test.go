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

// FarSide is the same for all, but where a message names a place.
func (s *scripted) FarSide(m deliver.Message) string { return m.Place.ID }

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

// slowBy answers after a while, every time, and is cut where it may take no longer.
func slowBy(took time.Duration) func(context.Context) (alerting.DeliveryState, error) {
	return func(ctx context.Context) (alerting.DeliveryState, error) {
		select {
		case <-time.After(took):
			return alerting.Handed, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func TestAFarSideThatIsSlowEveryTimeIsWaitedForTheNextTime(t *testing.T) {
	const first = 3 * time.Second
	for name, test := range map[string]struct {
		took, within time.Duration
		attempts     int
		said         string
	}{
		"as long as the first may take":  {2 * time.Second, 15 * time.Second, 1, "handed "},
		"twice as long, of a text":       {5 * time.Second, 15 * time.Second, 2, "handed "},
		"four times as long, of a call":  {9 * time.Second, 30 * time.Second, 3, "handed "},
		"longer than its message has":    {7 * time.Second, 10 * time.Second, 3, "failed context deadline exceeded"},
		"so long that nothing waits for": {time.Hour, 10 * time.Second, 3, "failed context deadline exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := slowBy(test.took)
			c := &scripted{send: func(ctx context.Context, _ deliver.Message, _ int) (alerting.DeliveryState, error) {
				return answer(ctx)
			}}
			cfg := deliver.LaneConfig{Attempt: first, Backoff: time.Millisecond, Jitter: func(_ deliver.Message, d time.Duration) time.Duration { return d }}
			run(t, cfg, c, func(l *deliver.Lane, r *reports) {
				l.Tell(message("a", test.within))
				pass(time.Hour)
				assert.Equal(t, []string{test.said}, r.of("a"))
				assert.Len(t, c.list(), test.attempts)
			})
		})
	}
}

func TestWhatFailedAtOnceIsGivenNoLongerTheNextTime(t *testing.T) {
	hung := slowBy(time.Hour)
	c := &scripted{send: func(ctx context.Context, _ deliver.Message, n int) (alerting.DeliveryState, error) {
		if n <= 3 {
			return "", errors.New("connection refused")
		}
		return hung(ctx)
	}}
	cfg := deliver.LaneConfig{Attempt: time.Second, Backoff: time.Millisecond, Jitter: func(_ deliver.Message, d time.Duration) time.Duration { return d }}
	run(t, cfg, c, func(l *deliver.Lane, _ *reports) {
		l.Tell(message("a", 6*time.Second))
		pass(time.Hour)
		require.Greater(t, len(c.pauses()), 3)
		assert.Equal(t, time.Second+8*time.Millisecond, c.pauses()[3], "a second, and then twice that")
		assert.Equal(t, 2*time.Second+16*time.Millisecond, c.pauses()[4])
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

// replaced has the lane's only recipient be told of something newer a second after
// the first message.
func replaced(t *testing.T, first func(context.Context) error, test func(r *reports, sent []string, took time.Duration)) {
	c := &scripted{send: func(ctx context.Context, m deliver.Message, _ int) (alerting.DeliveryState, error) {
		if m.Delivery == "older" {
			if err := first(ctx); err != nil {
				return "", err
			}
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{Attempt: time.Minute, Backoff: time.Minute}, c, func(l *deliver.Lane, r *reports) {
		l.Tell(update(message("older", time.Hour), "i", 1))
		time.Sleep(time.Second)
		began := time.Now()
		l.Tell(update(message("newer", time.Hour), "i", 2))
		pass(time.Hour)
		test(r, c.deliveries(), c.list()[len(c.list())-1].at.Sub(began))
		assert.Equal(t, []string{"handed "}, r.of("newer"))
	})
}

func TestNewerNewsTakesThePlaceOfWhatIsTriedAgain(t *testing.T) {
	for name, err := range map[string]error{"in its pause": errBusy, "as the far side asked": deliver.RetryAfter(errBusy, 20*time.Minute)} {
		replaced(t, func(context.Context) error { return err }, func(r *reports, sent []string, took time.Duration) {
			assert.Equal(t, []string{"older", "newer"}, sent, name)
			assert.Zero(t, took, "%s: at once", name)
			assert.Empty(t, r.of("older"), "%s: whoever planned it knows that it is superseded", name)
		})
	}
}

func TestNewerNewsGoesAfterTheAttemptThatIsOnItsWay(t *testing.T) {
	for name, tc := range map[string]struct {
		takes, waits time.Duration
		said         []string
	}{
		"accepted":     {takes: 1500 * time.Millisecond, waits: 500 * time.Millisecond, said: []string{"handed "}},
		"never in all": {takes: time.Hour, waits: time.Second},
	} {
		first := func(ctx context.Context) error {
			select {
			case <-time.After(tc.takes):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		replaced(t, first, func(r *reports, sent []string, took time.Duration) {
			assert.Equal(t, []string{"older", "newer"}, sent, name)
			assert.Equal(t, tc.waits, took, name)
			assert.Equal(t, tc.said, r.of("older"), name)
		})
	}
}

// What one recipient's newer news waits for is nobody else's to wait for, and
// takes no worker.
func TestOneRecipientsOrderHoldsUpNobodyElse(t *testing.T) {
	c := &scripted{send: func(ctx context.Context, m deliver.Message, _ int) (alerting.DeliveryState, error) {
		if m.Delivery == "hangs" {
			<-ctx.Done()
			return "", ctx.Err()
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{Workers: 2, Queue: 2, Attempt: time.Hour}, c, func(l *deliver.Lane, r *reports) {
		began := time.Now()
		l.Tell(update(message("hangs", time.Hour), "i", 1))
		synctest.Wait()
		for n := range int64(50) {
			l.Tell(update(message(fmt.Sprint("newer-", n), time.Hour), "i", n+2))
		}
		l.Tell(message("other", time.Hour))
		l.Tell(message("another", time.Hour))
		synctest.Wait()
		assert.Equal(t, []string{"handed "}, r.of("other"))
		assert.Equal(t, []string{"handed "}, r.of("another"), "there is room beside the ones that wait")
		assert.Equal(t, began, time.Now())
		pass(time.Second)
		assert.Equal(t, []string{"handed "}, r.of("newer-49"), "the latest of them")
		assert.Len(t, c.list(), 4, "and nothing else")
	})
}

func TestWithdrawnDeliveriesAreNotSent(t *testing.T) {
	gone := func(delivery string) alerting.Progress {
		return alerting.Progress{Incident: "i-" + delivery, Delivery: delivery, State: alerting.Expired, Reason: "no use"}
	}
	blocked(t, 3, func(l *deliver.Lane, r *reports, open func() []string) {
		for range 10 { // however often: there is room again
			for _, d := range []string{"a", "b", "c"} {
				l.Tell(message(d, time.Hour))
			}
			for _, d := range []string{"a", "b", "c"} {
				l.Withdraw(alerting.LegKey{}, gone(d))
			}
		}
		l.Tell(message("d", time.Hour))
		l.Tell(update(message("behind the first", time.Hour), "i-first", 2))
		l.Withdraw(alerting.LegKey{}, gone("behind the first"))
		l.Withdraw(alerting.LegKey{}, gone("unknown"))
		l.Cut(alerting.LegKey{}, "i-unknown", 2)
		assert.Equal(t, []string{"d"}, open())
		assert.Len(t, r.of("a"), 10)
		assert.Equal(t, []string{"expired no use"}, r.of("behind the first"))
		assert.Empty(t, r.of("unknown"))
		assert.Equal(t, []string{"handed "}, r.of("first"))
	})
}

// Newer news was taken back behind older news that is on its way; what makes both
// useless ends that too, and leaves alone what is newer than itself.
func TestWhatIsUselessIsCutWhicheverDeliveryItIsOf(t *testing.T) {
	var ended sync.Map
	c := &scripted{send: func(ctx context.Context, m deliver.Message, _ int) (alerting.DeliveryState, error) {
		<-ctx.Done()
		ended.Store(m.Delivery, true)
		return "", ctx.Err()
	}}
	run(t, deliver.LaneConfig{Attempt: time.Hour}, c, func(l *deliver.Lane, r *reports) {
		began := time.Now()
		older, newer := update(message("older", time.Hour), "i", 1), update(message("newer", time.Hour), "i", 2)
		l.Tell(older)
		synctest.Wait()
		l.Tell(newer)
		leg := alerting.LegKey{Recipient: older.Recipient}
		l.Withdraw(leg, alerting.Progress{Incident: "i", Delivery: "newer", State: alerting.Expired, Reason: "no use"})
		l.Tell(update(message("other", time.Hour), "another incident", 1))
		l.Cut(leg, "i", 3)
		synctest.Wait()
		l.Tell(update(message("latest", time.Hour), "i", 3))
		synctest.Wait()
		assert.Equal(t, began, time.Now(), "nothing waits for what is cut")
		assert.Empty(t, r.of("older"), "whoever told the newer has said what became of it")
		assert.Equal(t, []string{"expired no use"}, r.of("newer"))
		assert.Len(t, c.list(), 3, "the older, the other and the latest")
		l.Cut(leg, "i", 3)
		synctest.Wait()
		for delivery, is := range map[string]bool{"older": true, "other": false, "latest": false} {
			_, has := ended.Load(delivery)
			assert.Equal(t, is, has, delivery)
		}
	})
}

// An attempt that was accepted after all is told as accepted, and a refusal for
// good as what it is.
func TestWhatIsOnItsWayWhenItIsWithdrawnIsReportedAsItEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		cut  bool
		said string
	}{
		"accepted":         {said: "handed "},
		"refused for good": {err: deliver.Permanent(errBusy), said: "failed endpoint is busy"},
		"for now":          {err: errBusy, said: "expired no use"},
		"cut":              {cut: true, said: "expired no use"},
	} {
		c := &scripted{send: func(ctx context.Context, _ deliver.Message, _ int) (alerting.DeliveryState, error) {
			select {
			case <-time.After(10 * time.Second):
				return alerting.Handed, tc.err
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}}
		run(t, deliver.LaneConfig{Attempt: time.Minute}, c, func(l *deliver.Lane, r *reports) {
			l.Tell(message("a", time.Hour))
			pass(time.Second)
			l.Withdraw(alerting.LegKey{}, alerting.Progress{Delivery: "a", State: alerting.Expired, Reason: "no use"})
			if m := message("a", time.Hour); tc.cut {
				l.Cut(alerting.LegKey{Recipient: m.Recipient}, m.Incident, m.Number)
				synctest.Wait()
				assert.Empty(t, r.of("a"), "what is to be told goes on")
				l.Cut(alerting.LegKey{Recipient: m.Recipient}, m.Incident, m.Number+1)
			}
			synctest.Wait()
			assert.Len(t, r.of("a"), map[bool]int{true: 1}[tc.cut], name)
			pass(time.Hour)
			assert.Equal(t, []string{tc.said}, r.of("a"), name)
			assert.Len(t, c.list(), 1, name)
		})
	}
}

func TestALaterAttemptSaysHowOldTheNewsIsThen(t *testing.T) {
	c := &scripted{send: func(_ context.Context, _ deliver.Message, n int) (alerting.DeliveryState, error) {
		if n < 3 {
			return "", deliver.RetryAfter(errBusy, 5*time.Second)
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, _ *reports) {
		m := message("a", time.Minute)
		m.Made, m.Text.ZH = time.Now(), "已 0s"
		m.Aged = func(at time.Time) deliver.Message {
			out := m
			out.Text.ZH = "已 " + at.Sub(m.Made).String()
			return out
		}
		l.Tell(m)
		pass(time.Minute)
	})
	var said []string
	for _, a := range c.list() {
		said = append(said, a.message.Text.ZH)
	}
	assert.Equal(t, []string{"已 0s", "已 5s", "已 10s"}, said)
}
