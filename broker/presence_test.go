package broker

import (
	"os"
	"testing"
	"time"

	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const command1 = "campus/sunrise/b-1/command"

func TestPresenceFollowsTheSubscription(t *testing.T) {
	r := start(t, Limits{})
	c := r.connect(r.options("sunrise/b-1"))
	require.Empty(t, r.hub.presence, "connected is not subscribed")
	hear(t, c, command1, 1)
	r.expect("up sunrise/b-1")
	done(t, c.Unsubscribe(command1))
	r.expect("down sunrise/b-1")
	hear(t, c, command1, 1)
	r.expect("up sunrise/b-1")
	c.Disconnect(0)
	r.expect("down sunrise/b-1")
}

func TestSubscribingAgainIsDownAndUp(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("sunrise/b-1", 4))
	c.subscribe(1, command1)
	r.expect("up sunrise/b-1")
	c.subscribe(1, command1)
	r.expect("down sunrise/b-1", "up sunrise/b-1")
	require.NoError(t, r.Send(command1, []byte("{}"), nil))
	assert.Equal(t, packets.Publish, c.read().FixedHeader.Type)
	c.ping() // once, not twice
}

func TestAbruptCloseIsDown(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("sunrise/b-1", 4))
	c.subscribe(1, command1)
	r.expect("up sunrise/b-1")
	require.NoError(t, c.Close())
	r.expect("down sunrise/b-1")
}

func TestHalfOpenSocketIsDown(t *testing.T) {
	r := start(t, Limits{})
	connect := hello("sunrise/b-1", 4)
	connect.Connect.Keepalive = 1
	c := r.login(connect)
	c.subscribe(1, command1)
	r.expect("up sunrise/b-1")
	r.expect("down sunrise/b-1") // it says no more, and does not close
	c.closed()
}

func TestTakeoverIsDownThenUpAndNothingLater(t *testing.T) {
	for _, version := range []byte{4, 5} {
		r := start(t, Limits{})
		connect := hello("sunrise/b-1", version)
		connect.Connect.WillFlag, connect.Connect.WillTopic = true, "campus/sunrise/b-1/state"
		connect.Connect.WillPayload = []byte(`{"status":"offline"}`)
		old := r.login(connect)
		old.subscribe(1, command1)
		r.expect("up sunrise/b-1")

		present := r.login(connect)
		if version == 5 {
			goodbye := old.read()
			assert.Equal(t, packets.Disconnect, goodbye.FixedHeader.Type)
			assert.Equal(t, packets.ErrSessionTakenOver.Code, goodbye.ReasonCode)
		}
		_, err := old.tryRead() // in MQTT 3.1.1 a server has no DISCONNECT
		require.Error(t, err)
		require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
		present.subscribe(1, command1)
		r.expect("down sunrise/b-1", "up sunrise/b-1")
		eventually(t, func() bool { return r.count("connections", "") == 1 }, "the old connection has ended")
		assert.Empty(t, r.hub.presence)
		assert.Empty(t, r.hub.states, "a replaced connection's will is nothing")
		require.NoError(t, r.Send(command1, []byte("{}"), nil))
		assert.Equal(t, packets.Publish, present.read().FixedHeader.Type)
	}
}

func TestWillIsNeverPublished(t *testing.T) {
	r := start(t, Limits{})
	o := r.options("sunrise/b-1").SetWill("campus/sunrise/b-1/state", `{"status":"offline"}`, 1, true)
	hear(t, r.connect(o), command1, 1)
	r.expect("up sunrise/b-1")
	r.Disconnect("sunrise/b-1")
	r.expect("down sunrise/b-1")
	eventually(t, func() bool { return r.count("connections", "") == 0 }, "ended")
	assert.Empty(t, r.hub.states)
	assert.InDelta(t, 1, r.refusedCount(ReasonRevoked), 0)
}

func TestSeveralConnectionsOfOneIdentity(t *testing.T) {
	r := start(t, Limits{})
	connect := func(id string) *raw {
		h := hello("police/desk-1", 4)
		h.Connect.ClientIdentifier = id
		c := r.login(h)
		c.subscribe(1, desk1)
		return c
	}
	first := connect("one")
	r.expect("up police/desk-1")
	second := connect("two")
	r.expect("down police/desk-1", "up police/desk-1") // what is unresolved is sent again

	acked := make(chan time.Time, 2)
	require.NoError(t, r.Send(desk1, []byte("alert"), func(at time.Time, _ error) { acked <- at }))
	second.puback(second.read().PacketID)
	receive(t, acked)
	first.puback(first.read().PacketID)
	first.ping()
	assert.Empty(t, acked, "once")

	require.NoError(t, second.Close())
	eventually(t, func() bool { return r.count("connections", "") == 1 }, "ended")
	assert.Empty(t, r.hub.presence, "the other is still there")
	require.NoError(t, r.Send(desk1, []byte("alert"), nil))
	assert.Equal(t, packets.Publish, first.read().FixedHeader.Type)
	require.NoError(t, first.Close())
	r.expect("down police/desk-1")
}

func TestTheOldestConnectionOfAnIdentityYields(t *testing.T) {
	r := start(t, Limits{Connections: 2})
	var all []*raw
	for _, id := range []string{"one", "two", "three"} {
		h := hello("police/desk-1", 4)
		h.Connect.ClientIdentifier = id
		all = append(all, r.login(h))
	}
	all[0].closed()
	all[1].ping()
	all[2].ping()
	assert.InDelta(t, 1, r.refusedCount(ReasonConnections), 0)
}

func TestPresenceAlternatesUnderManyTakeovers(t *testing.T) {
	r := start(t, Limits{})
	const clients, rounds = 8, 20
	finished := make(chan struct{})
	for range clients {
		go func() {
			defer func() { finished <- struct{}{} }()
			for range rounds {
				r.takeOver()
			}
		}()
	}
	for range clients {
		receive(t, finished)
	}
	eventually(t, func() bool { return r.count("connections", "") == 0 }, "all ended")
	last := "down sunrise/b-1"
	for len(r.hub.presence) > 0 {
		next := <-r.hub.presence
		require.NotEqual(t, last, next)
		last = next
	}
	assert.Equal(t, "down sunrise/b-1", last)
	require.ErrorIs(t, r.Send(command1, nil, nil), ErrNotConnected)
	assert.Empty(t, r.registry.users)
	assert.Empty(t, r.registry.clients)
}

// A signed-in client that vanishes without a FIN, its cable cut, leaves a
// half-open connection: the hub hears that it is gone after one and a half of
// its keep-alives, and the reason is counted. One that talks stays.
func TestAClientThatVanishesIsGone(t *testing.T) {
	r := start(t, Limits{})
	quiet, talking := hello("sunrise/b-1", 4), hello("sunrise/b-2", 4)
	quiet.Connect.Keepalive = 1
	at := time.Now() // before its last packet, from which the hub counts
	gone, stays := r.login(quiet), r.login(talking)
	gone.subscribe(1, "campus/sunrise/b-1/command")
	r.expect("up sunrise/b-1")

	r.expect("down sunrise/b-1") // and the socket is still open on the client's side

	assert.GreaterOrEqual(t, time.Since(at), time.Second, "not before its time")
	eventually(t, func() bool { return r.refusedCount(ReasonSilent) == 1 }, "counted")
	eventually(t, func() bool { return r.count("connections", "") == 1 }, "one is left")
	stays.ping()
	assert.Zero(t, r.refusedCount(ReasonConnectTimeout))
}
