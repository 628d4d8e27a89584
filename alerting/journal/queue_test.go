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
		for _, t := range it.Tellings {
			out = append(out, t.Deliveries[0].State)
		}
	}
	return out
}

func update(number int64, s alerting.DeliveryState) Telling {
	return Telling{Incident: "i", Number: number, Deliveries: []alerting.Delivery{{ID: "d", State: s}}}
}

func reported(number int64, s alerting.DeliveryState) Entry {
	return Entry{Lazy: true, Tellings: []Telling{update(number, s)}}
}

func TestTellingsThatWaitAreWrittenOnce(t *testing.T) {
	now := time.Now()
	var q queue
	both := Entry{Lazy: true, Tellings: []Telling{update(1, alerting.Planned), update(2, alerting.Planned)}}
	assert.True(t, q.put(newItem(both), now))
	assert.False(t, q.put(newItem(reported(1, alerting.Handed)), now), "it went into the older one's place")
	assert.False(t, q.put(newItem(reported(1, alerting.Received)), now))
	assert.True(t, q.put(newItem(reported(3, alerting.Planned)), now))
	assert.False(t, q.put(newItem(Entry{Lazy: true, Stamps: []Stamp{{Seq: 7, At: now}}}), now), "a stamp goes with the last")
	assert.Empty(t, q.take(now.Add(lazyWait-1), false))
	items := q.take(now.Add(lazyWait), false)
	assert.Equal(t, []alerting.DeliveryState{alerting.Received, alerting.Planned, alerting.Planned}, states(items))
	assert.Equal(t, int64(7), items[1].Stamps[0].Seq)
	assert.True(t, q.empty())
}

func TestNewerStateStaysBehindAnUrgentOne(t *testing.T) {
	now := time.Now()
	var q queue
	urgent := reported(1, alerting.Expired)
	urgent.Lazy = false
	q.put(newItem(reported(1, alerting.Planned)), now)
	q.put(newItem(urgent), now)
	assert.True(t, q.put(newItem(reported(1, alerting.Received)), now), "not in the place of the one before the urgent one")
	assert.Equal(t, []alerting.DeliveryState{alerting.Planned, alerting.Expired, alerting.Received}, states(q.take(now, false)))
}

func TestDrainedQueueIsInOrder(t *testing.T) {
	now := time.Now()
	var q queue
	for n := range 10 {
		e := Entry{Lazy: n%2 == 0, Tellings: []Telling{{Incident: "i", Number: int64(n)}}}
		q.put(newItem(e), now)
	}
	for n, it := range q.drain() {
		assert.Equal(t, int64(n), it.Tellings[0].Number)
	}
	assert.True(t, q.empty())
}
