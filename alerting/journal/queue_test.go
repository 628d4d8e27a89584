package journal

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
)

func states(items []*item) []alerting.DeliveryState {
	var out []alerting.DeliveryState
	for _, it := range items {
		for _, d := range it.Deliveries {
			out = append(out, d.State)
		}
	}
	return out
}

func reported(id string, s alerting.DeliveryState) Entry {
	return Entry{Lazy: true, Deliveries: []alerting.Delivery{{ID: id, Incident: "i", State: s}}}
}

func TestDeliveriesThatWaitAreWrittenOnce(t *testing.T) {
	now := time.Now()
	var q queue
	both := Entry{Lazy: true, Deliveries: []alerting.Delivery{
		{ID: "a", Incident: "i", State: alerting.Planned}, {ID: "b", Incident: "i", State: alerting.Planned},
	}}
	assert.True(t, q.put(newItem(both), now))
	assert.False(t, q.put(newItem(reported("a", alerting.Handed)), now), "it went into the older one's place")
	assert.False(t, q.put(newItem(reported("a", alerting.Received)), now))
	assert.True(t, q.put(newItem(reported("c", alerting.Planned)), now))
	assert.Empty(t, q.take(now.Add(lazyWait-1), false))
	assert.Equal(t, []alerting.DeliveryState{alerting.Received, alerting.Planned, alerting.Planned}, states(q.take(now.Add(lazyWait), false)))
	assert.True(t, q.empty())
}

func TestNewerStateStaysBehindAnUrgentOne(t *testing.T) {
	now := time.Now()
	var q queue
	urgent := reported("a", alerting.Expired)
	urgent.Lazy = false
	q.put(newItem(reported("a", alerting.Planned)), now)
	q.put(newItem(urgent), now)
	assert.True(t, q.put(newItem(reported("a", alerting.Received)), now), "not in the place of the one before the urgent one")
	assert.Equal(t, []alerting.DeliveryState{alerting.Planned, alerting.Expired, alerting.Received}, states(q.take(now, false)))
}

func TestDrainedQueueIsInOrder(t *testing.T) {
	now := time.Now()
	var q queue
	for n := range 10 {
		e := Entry{Lazy: n%2 == 0, Deliveries: []alerting.Delivery{{ID: string(rune('a' + n)), Incident: "i", Number: int64(n)}}}
		q.put(newItem(e), now)
	}
	for n, it := range q.drain() {
		assert.Equal(t, int64(n), it.Deliveries[0].Number)
	}
	assert.True(t, q.empty())
}
