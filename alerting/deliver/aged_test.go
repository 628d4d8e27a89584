package deliver_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// What ages is the age and the texts. A message that was given another delivery
// since it was made, as what is told again after a start is, keeps it.
func TestALaterAttemptKeepsItsDelivery(t *testing.T) {
	c := &scripted{send: func(_ context.Context, _ deliver.Message, n int) (alerting.DeliveryState, error) {
		if n < 2 {
			return "", deliver.RetryAfter(errBusy, 5*time.Second)
		}
		return alerting.Handed, nil
	}}
	run(t, deliver.LaneConfig{}, c, func(l *deliver.Lane, _ *reports) {
		m := message("a", time.Minute)
		m.Made, m.Press = time.Now(), "p-1"
		made := m
		m.Aged = func(at time.Time) deliver.Message {
			out := made
			out.Age, out.Text.ZH, out.Shorter = at.Sub(made.Made), "later", []alerting.Text{{ZH: "l"}}
			return out
		}
		m.Delivery, m.Press = "known before the start", ""
		l.Tell(m)
		pass(time.Minute)
	})
	sent := c.list()
	assert.Len(t, sent, 2)
	for _, a := range sent {
		assert.Equal(t, "known before the start", a.message.Delivery)
		assert.Empty(t, a.message.Press)
	}
	later := sent[1].message
	assert.Equal(t, []any{5 * time.Second, "later", []alerting.Text{{ZH: "l"}}}, []any{later.Age, later.Text.ZH, later.Shorter})
}
