package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// blocked is a lane whose only worker is held up until open is called.
func blocked(t *testing.T, queue int, test func(l *deliver.Lane, r *reports, open func() []string)) {
	gate := make(chan struct{})
	c := &scripted{send: func(_ context.Context, m deliver.Message, _ int) (alerting.DeliveryState, error) {
		if m.Delivery == "first" {
			<-gate
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{Workers: 1, Queue: queue}, c, func(l *deliver.Lane, r *reports) {
		gate = make(chan struct{}) // of the bubble
		l.Tell(message("first", time.Hour))
		synctest.Wait()
		test(l, r, func() []string {
			synctest.Wait() // what no worker holds up has gone
			close(gate)
			synctest.Wait()
			return c.deliveries()[1:]
		})
	})
}

func again(m deliver.Message) deliver.Message { m.Again = true; return m }

func update(m deliver.Message, incident string, number int64) deliver.Message {
	m.Incident, m.Number = incident, number
	return m
}

func TestFullQueueRefusesAndSaysSo(t *testing.T) {
	blocked(t, 3, func(l *deliver.Lane, r *reports, open func() []string) {
		for n := range 5 {
			l.Tell(message(fmt.Sprint(n), time.Hour))
		}
		assert.Equal(t, []string{"failed queue full"}, r.of("3"))
		assert.Equal(t, []string{"failed queue full"}, r.of("4"))
		assert.Len(t, r.list(), 2)
		assert.Equal(t, []string{"0", "1", "2"}, open())
		assert.Equal(t, []string{"handed "}, r.of("0"))

		l.Tell(message("later", time.Hour))
		synctest.Wait()
		assert.Equal(t, []string{"handed "}, r.of("later"), "there is room again")
	})
}

func TestNewAlarmWaitsBehindNoBacklog(t *testing.T) {
	blocked(t, 10, func(l *deliver.Lane, _ *reports, open func() []string) {
		l.Tell(again(message("old-1", time.Hour)))
		l.Tell(again(message("old-2", time.Hour)))
		l.Tell(message("new-1", time.Hour))
		l.Tell(message("new-2", time.Hour))
		assert.Equal(t, []string{"new-1", "new-2", "old-1", "old-2"}, open())
	})
}

func TestBacklogMakesRoomForANewAlarm(t *testing.T) {
	blocked(t, 3, func(l *deliver.Lane, r *reports, open func() []string) {
		for n := range 4 {
			l.Tell(again(message(fmt.Sprintf("old-%d", n), time.Hour)))
		}
		assert.Equal(t, []string{"failed queue full"}, r.of("old-3"))
		l.Tell(message("new-1", time.Hour))
		l.Tell(message("new-2", time.Hour))
		assert.Equal(t, []string{"failed queue full"}, r.of("old-2"))
		assert.Equal(t, []string{"failed queue full"}, r.of("old-1"))
		assert.Equal(t, []string{"new-1", "new-2", "old-0"}, open())
	})
}

func TestNewerUpdateReplacesTheOneThatWaits(t *testing.T) {
	blocked(t, 4, func(l *deliver.Lane, r *reports, open func() []string) {
		l.Tell(update(message("a-1", time.Hour), "a", 1))
		l.Tell(update(message("b-1", time.Hour), "b", 1))
		l.Tell(update(message("a-2", time.Hour), "a", 2))
		elsewhere := update(message("a-1-elsewhere", time.Hour), "a", 1)
		elsewhere.Recipient = "another platform"
		l.Tell(elsewhere)
		assert.Equal(t, []string{"a-1-elsewhere", "a-2", "b-1"}, open(), "in its place, for its recipient")
		assert.Empty(t, r.of("a-1"), "whoever planned it knows that it is superseded")
	})
}

func TestNewsOfAnIncidentThatIsSentAgainIsNew(t *testing.T) {
	blocked(t, 4, func(l *deliver.Lane, _ *reports, open func() []string) {
		l.Tell(again(update(message("a-1", time.Hour), "a", 1)))
		l.Tell(again(update(message("b-1", time.Hour), "b", 1)))
		l.Tell(message("c-1", time.Hour))
		l.Tell(update(message("b-2", time.Hour), "b", 2))
		l.Tell(again(update(message("a-1", time.Hour), "a", 3)))
		assert.Equal(t, []string{"c-1", "b-2", "a-1"}, open(), "each once")
	})
}

func TestRouterFindsTheSinkOfAnAudienceAndChannel(t *testing.T) {
	r := &reports{}
	router := deliver.NewRouter(r)
	police, school := &kept{}, &kept{}
	router.Add(alerting.Police, alerting.ChannelWebhook, police)
	router.Add(alerting.School, alerting.ChannelWebhook, school)

	m := message("a", time.Hour)
	router.Tell(m)
	m.Audience, m.Delivery = alerting.School, "b"
	router.Tell(m)
	m.Channel, m.Delivery = alerting.ChannelMQTT, "c"
	router.Tell(m)

	assert.Equal(t, []string{"a"}, police.deliveries)
	assert.Equal(t, []string{"b"}, school.deliveries)
	assert.Equal(t, []string{"failed no such channel"}, r.of("c"), "nothing is dropped in silence")
	assert.Len(t, r.list(), 1)
}

type kept struct{ deliveries []string }

func (k *kept) Tell(m deliver.Message) { k.deliveries = append(k.deliveries, m.Delivery) }

func TestErrorsKeepTheirCause(t *testing.T) {
	cause := errors.New("cause")
	for _, err := range []error{deliver.Permanent(cause), deliver.RetryAfter(cause, time.Second)} {
		assert.Equal(t, "cause", err.Error())
		assert.ErrorIs(t, err, cause)
	}
	assert.True(t, deliver.IsPermanent(fmt.Errorf("x: %w", deliver.Permanent(cause))))
	assert.False(t, deliver.IsPermanent(cause))
	assert.False(t, deliver.IsPermanent(deliver.RetryAfter(cause, time.Second)))
	assert.Equal(t, time.Second, deliver.PauseOf(fmt.Errorf("x: %w", deliver.RetryAfter(cause, time.Second))))
	assert.Zero(t, deliver.PauseOf(cause))
}

func TestMessageReportsAboutItself(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	m := message("a", time.Hour)
	assert.Equal(t, alerting.Progress{Incident: "i-a", Delivery: "a", State: alerting.Failed, Reason: "why", At: at}, m.Progress(alerting.Failed, "why", at))
	for mode, urgent := range map[alerting.Mode]bool{"live": true, "drill": false, "test": false} {
		m.Mode = mode
		assert.Equal(t, urgent, m.Urgent(), mode)
	}
}
