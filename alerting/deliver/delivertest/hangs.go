package delivertest

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// alarms is how many are told at once: more than a far side has workers.
const alarms = 8

// another is a message for Another.
func (h Harness) another() deliver.Message {
	m := h.Message
	m.Recipient, m.Delivery = Another, "another-delivery"
	return m
}

// hangs lets one far side of a lane take what it is sent and never answer: the
// other one has all of its own while not a moment passes, but for the first, which
// it does not answer either.
func (h Harness) hangs(t *testing.T) {
	for name, first := range map[string][]deliver.Message{
		"side by side":        nil,
		"while it hangs long": h.several(h.Message, "earlier"),
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { h.hangsBeside(t, first) }) })
	}
}

func (h Harness) several(m deliver.Message, name string) (all []deliver.Message) {
	for n := range alarms {
		m.Incident = fmt.Sprintf("%s-%d", name, n)
		m.Delivery = "of-" + m.Recipient + "-" + m.Incident
		all = append(all, m)
	}
	return all
}

func (h Harness) hangsBeside(t *testing.T, first []deliver.Message) {
	p, q := newPipesAt(t, "127.0.0.1:1"), newPipesAt(t, "127.0.0.1:2")
	stuck, well := h.doubleOn(t, p, Silent), h.doubleOn(t, q, Silent, Accepts)
	told := make(reports, 4*alarms)
	lane := deliver.NewLane(deliver.LaneConfig{Attempt: time.Hour}, h.Message.Audience,
		h.Two(t, stuck.Address(), well.Address(), []byte(secret), apart(p, q)), told, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = lane.Run(ctx) })
	defer running.Wait()
	defer cancel()
	tell := func(m deliver.Message) {
		m.Deadline = time.Now().Add(time.Hour)
		lane.Tell(m)
	}
	for _, m := range first {
		tell(m)
	}
	synctest.Wait()
	began := time.Now()
	one, another := h.several(h.Message, "incident"), h.several(h.another(), "incident")
	for n := range one {
		tell(one[n])
		tell(another[n])
	}
	synctest.Wait()

	assert.Equal(t, began, time.Now())
	assert.Len(t, well.Arrived(), alarms)
	assert.NotEmpty(t, stuck.Arrived(), "the one that hangs has been sent something")
	assert.Len(t, told, alarms-1, "and nothing has become of what the other one was sent")
	for range len(told) {
		p := <-told
		assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, p.State, p.Reason)
		assert.Contains(t, p.Delivery, Another)
	}
}
