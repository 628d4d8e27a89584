package board_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/board"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// reports keeps what was reported, as "delivery state reason".
type reports struct {
	mu   sync.Mutex // guards the fields below
	all  []string
	last alerting.Progress
}

func (r *reports) Report(p alerting.Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = p
	r.all = append(r.all, p.Delivery+" "+string(p.State)+" "+p.Reason)
}

func (r *reports) take() []string {
	out := r.all
	r.all = nil
	return out
}

func message(delivery, account, incident string, number int64) deliver.Message {
	return deliver.Message{Delivery: delivery, Recipient: account, Incident: incident, Number: number, Channel: alerting.ChannelConsole}
}

func start() (*board.Board, *reports) {
	r := &reports{}
	return board.New(r), r
}

func TestAccountWithoutAPageIsNotConnected(t *testing.T) {
	b, r := start()
	b.Tell(message("d-1", "desk", "i", 1))
	assert.Equal(t, []string{"d-1 planned not connected"}, r.take())

	closed := b.Opened("desk")
	b.Tell(message("d-2", "desk", "i", 2))
	b.Tell(message("d-3", "office", "i", 2))
	assert.Equal(t, []string{"d-3 planned not connected"}, r.take(), "a page is its own account's")

	closed()
	b.Tell(message("d-4", "desk", "i", 3))
	assert.Equal(t, []string{"d-4 planned not connected"}, r.take())
}

func TestTwoPagesOfOneAccount(t *testing.T) {
	b, r := start()
	first, second := b.Opened("desk"), b.Opened("desk")
	first()
	first() // a page closes once, however often it says so
	b.Tell(message("d-1", "desk", "i", 1))
	assert.Empty(t, r.take(), "the other page is open")

	b.Sent("desk", "i", 1, noon)
	b.Sent("desk", "i", 1, noon.Add(time.Second))
	assert.Equal(t, []string{"d-1 handed ", "d-1 handed "}, r.take(), "each page's frame is reported; the first time stands")

	second()
	b.Tell(message("d-2", "desk", "i", 2))
	assert.Equal(t, []string{"d-2 planned not connected"}, r.take())
	b.Opened("desk")
	b.Tell(message("d-3", "desk", "i", 3))
	assert.Empty(t, r.take(), "the count did not fall below none")
}

func TestPageSaysHowFarAnUpdateGot(t *testing.T) {
	b, r := start()
	b.Opened("desk")
	b.Tell(message("d-1", "desk", "i", 4))
	b.Sent("desk", "i", 4, noon)
	assert.True(t, b.Confirm("desk", "i", 4, alerting.Received, noon.Add(time.Second)))
	assert.True(t, b.Confirm("desk", "i", 9, alerting.Read, noon.Add(2*time.Second)), "a newer update holds the older one")
	assert.Equal(t, []string{"d-1 handed ", "d-1 received ", "d-1 read "}, r.take())
	assert.Equal(t, alerting.Progress{Incident: "i", Delivery: "d-1", State: alerting.Read, At: noon.Add(2 * time.Second)}, r.last)
}

func TestOlderUpdateProvesNothing(t *testing.T) {
	b, r := start()
	b.Opened("desk")
	b.Tell(message("d-1", "desk", "i", 1))
	b.Tell(message("d-2", "desk", "i", 2))

	b.Sent("desk", "i", 1, noon)
	assert.True(t, b.Confirm("desk", "i", 1, alerting.Read, noon), "the account was told of that incident")
	assert.Empty(t, r.take())

	assert.True(t, b.Confirm("desk", "i", 2, alerting.Received, noon))
	assert.Equal(t, []string{"d-2 received "}, r.take(), "the latest delivery")
}

func TestDeliveryToldOutOfOrderDoesNotReplaceANewerOne(t *testing.T) {
	b, r := start()
	b.Opened("desk")
	b.Tell(message("d-2", "desk", "i", 2))
	b.Tell(message("d-1", "desk", "i", 1))

	b.Confirm("desk", "i", 1, alerting.Received, noon)
	assert.Empty(t, r.take())
	b.Confirm("desk", "i", 2, alerting.Received, noon)
	assert.Equal(t, []string{"d-2 received "}, r.take())
}

func TestWhoWasNotToldConfirmsNothing(t *testing.T) {
	b, r := start()
	b.Tell(message("d-1", "desk", "i", 1))
	r.take()
	assert.False(t, b.Confirm("office", "i", 1, alerting.Read, noon))
	assert.False(t, b.Confirm("desk", "another", 1, alerting.Read, noon))
	b.Sent("office", "i", 1, noon)
	assert.Empty(t, r.take())
}

func TestForgottenIncidentIsGoneForEverybody(t *testing.T) {
	b, r := start()
	for _, account := range []string{"desk", "office"} {
		b.Opened(account)
		b.Tell(message(account, account, "i", 1))
		b.Tell(message(account+"-2", account, "other", 1))
	}
	b.Forget("i")
	b.Forget("i")
	assert.False(t, b.Confirm("desk", "i", 1, alerting.Read, noon))
	assert.False(t, b.Confirm("office", "i", 1, alerting.Read, noon))
	assert.True(t, b.Confirm("desk", "other", 1, alerting.Read, noon))
	assert.Equal(t, []string{"desk-2 read "}, r.take())
}

func TestPagesComeAndGoWhileAlarmsAreTold(t *testing.T) {
	b, r := start()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				closed := b.Opened("desk")
				b.Tell(message("d", "desk", "i", 1))
				b.Sent("desk", "i", 1, noon)
				b.Forget("i")
				closed()
			}
		})
	}
	all.Wait()
	r.take()
	b.Tell(message("d", "desk", "i", 2))
	assert.Equal(t, []string{"d planned not connected"}, r.take(), "every page that came has gone")
	assert.False(t, b.Confirm("desk", "j", 2, alerting.Read, noon))
}
