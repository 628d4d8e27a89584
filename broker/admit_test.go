package broker

import (
	"bytes"
	"sync/atomic"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConnectIsRefusedWithAReason(t *testing.T) {
	will := func(topic string) func(*packets.Packet) {
		return func(pk *packets.Packet) {
			pk.Connect.WillFlag, pk.Connect.WillTopic = true, topic
			pk.Connect.WillPayload = []byte(`{"status":"offline"}`)
		}
	}
	id := func(s string) func(*packets.Packet) {
		return func(pk *packets.Packet) { pk.Connect.ClientIdentifier = s }
	}
	keepAlive := func(s uint16) func(*packets.Packet) {
		return func(pk *packets.Packet) { pk.Connect.Keepalive = s }
	}
	for name, c := range map[string]struct {
		user   string
		bend   func(*packets.Packet)
		reason Reason
		v3, v5 byte
	}{
		"wrong password": {"sunrise/b-1", func(pk *packets.Packet) { pk.Connect.Password = []byte("guess") }, ReasonCredentials, 5, 0x86},
		"unknown user":   {"nobody", func(*packets.Packet) {}, ReasonCredentials, 5, 0x86},
		"no user": {"sunrise/b-1", func(pk *packets.Packet) {
			pk.Connect.UsernameFlag, pk.Connect.Username = false, nil
			pk.Connect.PasswordFlag, pk.Connect.Password = false, nil
		}, ReasonCredentials, 5, 0x86},
		"another device's name":       {"sunrise/b-1", id("sunrise/b-2"), ReasonClientID, 2, 0x85},
		"a terminal's name":           {"sunrise/b-1", id("police/desk-1"), ReasonClientID, 2, 0x85},
		"a device's name, terminal":   {"police/desk-1", id("sunrise/b-1"), ReasonClientID, 2, 0x85},
		"no keep-alive":               {"sunrise/b-1", keepAlive(0), ReasonKeepAlive, 5, 0x83},
		"keep-alive too long":         {"sunrise/b-1", keepAlive(601), ReasonKeepAlive, 5, 0x83},
		"keep-alive that overflows":   {"sunrise/b-1", keepAlive(0xffff), ReasonKeepAlive, 5, 0x83},
		"will on another's state":     {"sunrise/b-1", will("campus/sunrise/b-2/state"), ReasonWill, 5, 0x87},
		"will on the own alarm":       {"sunrise/b-1", will("campus/sunrise/b-1/alarm"), ReasonWill, 5, 0x87},
		"will on a terminal's alerts": {"sunrise/b-1", will("alert/police/desk-1"), ReasonWill, 5, 0x87},
		"a terminal's will":           {"police/desk-1", will("campus/police/desk-1/state"), ReasonWill, 5, 0x87},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, Limits{})
			for version, code := range map[byte]byte{4: c.v3, 5: c.v5} {
				connect := hello(c.user, version)
				c.bend(&connect)
				conn := r.dial()
				assert.Equal(t, code, conn.hello(connect).ReasonCode)
				conn.closed()
			}
			assert.InDelta(t, 2, r.refusedCount(c.reason), 0)
			assert.Zero(t, r.count("connections", ""))
			assert.Empty(t, r.registry.clients)
		})
	}
}

func TestExtendedAuthenticationIsRefused(t *testing.T) {
	r := start(t, Limits{})
	connect := hello("sunrise/b-1", 5)
	connect.Properties.AuthenticationMethod = "SCRAM-SHA-256"
	assert.EqualValues(t, 0x8c, r.dial().hello(connect).ReasonCode)
	assert.InDelta(t, 1, r.refusedCount(ReasonAuthMethod), 0)
}

func TestKeepAliveBounds(t *testing.T) {
	r := start(t, Limits{})
	for _, seconds := range []uint16{1, 600} {
		connect := hello("sunrise/b-1", 4)
		connect.Connect.Keepalive = seconds
		r.login(connect).ping()
	}
}

func TestClientIDInUseByAnotherIdentityIsRefused(t *testing.T) {
	r := start(t, Limits{})
	connect := hello("sunrise/b-1", 4)
	connect.Connect.ClientIdentifier = "shared"
	owner := r.login(connect)

	connect = hello("sunrise/b-2", 4)
	connect.Connect.ClientIdentifier = "shared"
	assert.EqualValues(t, 2, r.dial().hello(connect).ReasonCode)
	owner.ping()

	require.NoError(t, owner.Close())
	eventually(t, func() bool { return r.count("connections", "") == 0 }, "ended")
	r.login(connect).ping()
}

func TestSessionsAreNeverKept(t *testing.T) {
	for _, version := range []byte{4, 5} {
		r := start(t, Limits{})
		connect := hello("police/desk-1", version)
		connect.Connect.Clean = false
		if version == 5 {
			connect.Properties.SessionExpiryInterval, connect.Properties.SessionExpiryIntervalFlag = 3600, true
		}
		c := r.dial()
		assert.False(t, c.hello(connect).SessionPresent)
		c.subscribe(1, desk1)
		r.expect("up police/desk-1")
		require.NoError(t, c.Close())
		r.expect("down police/desk-1")
		require.ErrorIs(t, r.Send(desk1, []byte("alert"), nil), ErrNotConnected)

		c = r.dial()
		assert.False(t, c.hello(connect).SessionPresent, "it must subscribe again, and is told so")
		c.ping() // nothing is subscribed, nothing is sent
		require.ErrorIs(t, r.Send(desk1, []byte("alert"), nil), ErrNotConnected)
	}
}

func TestMQTT5ClientIsToldTheBounds(t *testing.T) {
	r := start(t, Limits{})
	connect := hello("police/desk-1", 5)
	connect.Properties.SessionExpiryInterval, connect.Properties.SessionExpiryIntervalFlag = 3600, true
	told := r.dial().hello(connect).Properties
	assert.True(t, told.SessionExpiryIntervalFlag)
	assert.Zero(t, told.SessionExpiryInterval)
	assert.EqualValues(t, 64<<10, told.MaximumPacketSize)
	assert.True(t, told.WildcardSubAvailableFlag)
	assert.Zero(t, told.WildcardSubAvailable)
	assert.Zero(t, told.TopicAliasMaximum)
}

func TestWrongPasswordWithARealClient(t *testing.T) {
	r := start(t, Limits{})
	c := paho.NewClient(r.options("sunrise/b-1").SetPassword("guess"))
	token := c.Connect()
	require.True(t, token.WaitTimeout(patience))
	require.Error(t, token.Error())
}

func TestPasswordsAreNotLogged(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("sunrise/b-1", 5))
	var again bytes.Buffer
	connect := hello("sunrise/b-1", 5)
	require.NoError(t, connect.ConnectEncode(&again))
	c.send(again.Bytes()) // a second CONNECT: the library logs the packet
	c.closed()
	eventually(t, func() bool { return r.refusedCount(ReasonProtocol) == 1 }, "counted")
	assert.Contains(t, r.log.String(), "second connect packet")
	assert.NotContains(t, r.log.String(), "Password")
}

// revoking is a directory in which an identity is revoked between the check
// of its password and the beginning of its session.
type revoking struct {
	accounts
	broker  *Broker
	revoked atomic.Bool
}

func (d *revoking) Authenticate(user string, password []byte) (Principal, bool) {
	if d.revoked.Load() {
		return Principal{}, false
	}
	p, ok := d.accounts.Authenticate(user, password)
	d.revoked.Store(true)
	d.broker.Disconnect(user)
	return p, ok
}

func TestRevokedWhileConnecting(t *testing.T) {
	r := start(t, Limits{}, func(b *Broker, _ *recorder) { b.dir = &revoking{broker: b} })
	assert.EqualValues(t, 5, r.dial().hello(hello("sunrise/b-1", 4)).ReasonCode)
	assert.Empty(t, r.registry.clients)
	assert.Empty(t, r.registry.users)
}
