package deliver_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// to is a message to somebody by a far side.
func to(farSide, recipient string, n int) deliver.Message {
	m := message(fmt.Sprintf("%s-%s-%d", farSide, recipient, n), time.Hour)
	m.Recipient, m.Place.ID = recipient, farSide
	return m
}

// never accepts what hangs says, and all else at once.
func never(hangs func(m deliver.Message) bool) *scripted {
	return &scripted{send: func(ctx context.Context, m deliver.Message, _ int) (alerting.DeliveryState, error) {
		if hangs(m) {
			<-ctx.Done()
			return "", ctx.Err()
		}
		return alerting.Handed, nil
	}}
}

func atOnce(t *testing.T, cfg deliver.LaneConfig, c *scripted, test func(*deliver.Lane, *reports)) {
	t.Helper()
	cfg.Attempt = time.Hour
	run(t, cfg, c, func(l *deliver.Lane, r *reports) {
		began := time.Now()
		test(l, r)
		assert.Equal(t, began, time.Now())
	})
}

func TestFarSideThatHangsTakesItsOwnWorkersAndRoomOnly(t *testing.T) {
	c := never(func(m deliver.Message) bool { return m.Place.ID == "hangs" })
	atOnce(t, deliver.LaneConfig{Workers: 2, Queue: 3}, c, func(l *deliver.Lane, r *reports) {
		for n := range 6 {
			l.Tell(to("hangs", "a", n))
			synctest.Wait()
		}
		assert.Equal(t, 3, l.Waiting())
		assert.Len(t, c.list(), 2)
		assert.Equal(t, []string{"failed queue full"}, r.of("hangs-a-5"))
		for n := range 20 {
			l.Tell(to("well", "a", n))
			l.Tell(to("also well", "a", n))
			synctest.Wait()
		}
		assert.Len(t, r.list(), 41, "all of the others")
		assert.Equal(t, 3, l.Waiting())
	})
}

func TestFullFarSideRefusesItsOwnBacklogOnly(t *testing.T) {
	c := never(func(deliver.Message) bool { return true })
	atOnce(t, deliver.LaneConfig{Workers: 1, Queue: 1}, c, func(l *deliver.Lane, r *reports) {
		for n := range 2 {
			l.Tell(again(to("one", "a", n)))
			l.Tell(again(to("other", "a", n)))
			synctest.Wait()
		}
		l.Tell(to("one", "a", 9))
		assert.Equal(t, []string{"failed queue full"}, r.of("one-a-1"))
		assert.Empty(t, r.of("other-a-1"))
	})
}

// Behind one gateway, a recipient who hangs leaves a worker to all others.
func TestRecipientWhoHangsHoldsUpNoOtherOfTheSameFarSide(t *testing.T) {
	c := never(func(m deliver.Message) bool { return m.Recipient == "hangs" })
	atOnce(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, r *reports) {
		for n := range 8 {
			l.Tell(to("gateway", "hangs", n))
		}
		synctest.Wait()
		assert.Len(t, c.list(), 4)
		for n := range 8 {
			l.Tell(to("gateway", "a", n))
			l.Tell(to("gateway", "hangs", 8+n))
			l.Tell(to("gateway", "b", n))
		}
		synctest.Wait()
		assert.Len(t, r.list(), 16)
		assert.Len(t, c.list(), 4+16, "and it takes no more workers itself")
	})
}

// A contact may get another gateway while an incident is open.
func TestOneRecipientsOrderStaysOverFarSides(t *testing.T) {
	c := never(func(m deliver.Message) bool { return m.Delivery == "older" })
	run(t, deliver.LaneConfig{Workers: 1, Attempt: time.Hour}, c, func(l *deliver.Lane, r *reports) {
		moved := func(delivery, farSide, incident string, number int64) {
			m := update(message(delivery, time.Hour), incident, number)
			m.Place.ID = farSide
			l.Tell(m)
			synctest.Wait()
		}
		moved("older", "old", "i", 1)
		moved("waits", "old", "j", 1)
		moved("newer", "new", "i", 2)
		moved("instead", "new", "j", 2)
		assert.Equal(t, []string{"older", "instead"}, c.deliveries(), "what waited went by the new one, in its place")
		assert.Zero(t, l.Waiting())
		pass(time.Second)
		assert.Equal(t, []string{"older", "instead", "newer"}, c.deliveries())
		assert.Equal(t, []string{"handed "}, r.of("newer"))
		assert.Empty(t, r.of("waits"))
	})
}

func TestNewsThatWaitedForOlderNewsKeepsTheBoundOfItsFarSide(t *testing.T) {
	c := never(func(m deliver.Message) bool { return m.Delivery == "older" || m.Delivery == "new-platform-1" })
	run(t, deliver.LaneConfig{Workers: 1, Attempt: time.Minute}, c, func(l *deliver.Lane, _ *reports) {
		l.Tell(update(message("older", time.Hour), "i", 1))
		synctest.Wait()
		newer := update(message("newer", time.Hour), "i", 2)
		newer.Place.ID = "new"
		l.Tell(newer)
		l.Tell(to("elsewhere", "platform", 1))
		l.Tell(to("new", "platform", 1))
		pass(30 * time.Second)
		assert.ElementsMatch(t, []string{"older", "elsewhere-platform-1", "new-platform-1"}, c.deliveries())
		assert.Equal(t, 1, l.Waiting())
	})
}
