package broker

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/require"
)

// raw is a client that says exactly what a test wants said.
type raw struct {
	net.Conn
	t       testing.TB
	in      *bufio.Reader
	version byte
}

func (r *rig) dial() *raw {
	r.t.Helper()
	c, err := net.DialTimeout("tcp", r.address(), patience)
	require.NoError(r.t, err)
	return r.over(c)
}

func (r *rig) over(c net.Conn) *raw {
	r.t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(patience))
	return &raw{Conn: c, t: r.t, in: bufio.NewReaderSize(c, 16)}
}

// hello is a CONNECT to be bent before it is sent.
func hello(user string, version byte) packets.Packet {
	return packets.Packet{
		FixedHeader:     packets.FixedHeader{Type: packets.Connect},
		ProtocolVersion: version,
		Connect: packets.ConnectParams{
			ProtocolName: []byte("MQTT"), Clean: true, Keepalive: 60, ClientIdentifier: user,
			UsernameFlag: true, Username: []byte(user),
			PasswordFlag: true, Password: []byte("secret of " + user),
		},
	}
}

// login connects with a CONNECT and requires its acceptance.
func (r *rig) login(connect packets.Packet) *raw {
	r.t.Helper()
	c := r.dial()
	ack := c.hello(connect)
	require.Zero(r.t, ack.ReasonCode)
	return c
}

func (c *raw) hello(connect packets.Packet) packets.Packet {
	c.t.Helper()
	c.version = connect.ProtocolVersion
	var b bytes.Buffer
	require.NoError(c.t, connect.ConnectEncode(&b))
	c.send(b.Bytes())
	ack := c.read()
	require.Equal(c.t, packets.Connack, ack.FixedHeader.Type)
	return ack
}

func (c *raw) send(b []byte) {
	c.t.Helper()
	_, err := c.Write(b)
	require.NoError(c.t, err)
}

// read decodes the next packet with the library's own decoders.
func (c *raw) read() packets.Packet {
	c.t.Helper()
	pk, err := c.tryRead()
	require.NoError(c.t, err)
	return pk
}

func (c *raw) tryRead() (pk packets.Packet, err error) {
	first, err := c.in.ReadByte()
	if err != nil {
		return pk, err
	}
	if err := pk.FixedHeader.Decode(first); err != nil {
		return pk, err
	}
	if pk.FixedHeader.Remaining, _, err = packets.DecodeLength(c.in); err != nil {
		return pk, err
	}
	body := make([]byte, pk.FixedHeader.Remaining)
	if _, err := io.ReadFull(c.in, body); err != nil {
		return pk, err
	}
	pk.ProtocolVersion = c.version
	switch pk.FixedHeader.Type {
	case packets.Connack:
		err = pk.ConnackDecode(body)
	case packets.Publish:
		err = pk.PublishDecode(body)
	case packets.Puback:
		err = pk.PubackDecode(body)
	case packets.Pubrec:
		err = pk.PubrecDecode(body)
	case packets.Pubcomp:
		err = pk.PubcompDecode(body)
	case packets.Suback:
		err = pk.SubackDecode(body)
	case packets.Unsuback:
		err = pk.UnsubackDecode(body)
	case packets.Disconnect:
		err = pk.DisconnectDecode(body)
	}
	return pk, err
}

// closed requires that the broker ends the connection, whatever it says before.
func (c *raw) closed() {
	c.t.Helper()
	for {
		_, err := c.tryRead()
		if err == nil {
			continue
		}
		require.NotErrorIs(c.t, err, os.ErrDeadlineExceeded, "connection stayed open")
		return
	}
}

func (c *raw) publish(topic string, payload []byte, qos byte, id uint16) {
	c.t.Helper()
	pk := packets.Packet{
		FixedHeader:     packets.FixedHeader{Type: packets.Publish, Qos: qos},
		ProtocolVersion: c.version, TopicName: topic, Payload: payload, PacketID: id,
	}
	var b bytes.Buffer
	require.NoError(c.t, pk.PublishEncode(&b))
	c.send(b.Bytes())
}

// subscribe returns the SUBACK's codes.
func (c *raw) subscribe(qos byte, filters ...string) []byte {
	c.t.Helper()
	pk := packets.Packet{
		FixedHeader:     packets.FixedHeader{Type: packets.Subscribe, Qos: 1},
		ProtocolVersion: c.version, PacketID: 77,
	}
	for _, f := range filters {
		pk.Filters = append(pk.Filters, packets.Subscription{Filter: f, Qos: qos})
	}
	var b bytes.Buffer
	require.NoError(c.t, pk.SubscribeEncode(&b))
	c.send(b.Bytes())
	ack := c.read()
	require.Equal(c.t, packets.Suback, ack.FixedHeader.Type)
	return ack.ReasonCodes
}

func (c *raw) puback(id uint16) {
	c.t.Helper()
	c.send(binary.BigEndian.AppendUint16([]byte{typePuback << 4, 2}, id))
}

// ping proves that the connection is alive and everything before is handled.
func (c *raw) ping() {
	c.t.Helper()
	c.send([]byte{typePingreq << 4, 0})
	require.Equal(c.t, packets.Pingresp, c.read().FixedHeader.Type)
}

// takeOver connects, subscribes and goes, while others do the same under the
// same name: every step may find the connection closed.
func (r *rig) takeOver() {
	c := r.dial()
	defer c.Close()
	c.version = 4
	var b bytes.Buffer
	connect := hello("sunrise/b-1", 4)
	_ = connect.ConnectEncode(&b)
	subscribe := packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Subscribe, Qos: 1}, ProtocolVersion: 4, PacketID: 1,
		Filters: packets.Subscriptions{{Filter: command1, Qos: 1}},
	}
	_ = subscribe.SubscribeEncode(&b)
	if _, err := c.Write(b.Bytes()); err != nil {
		return
	}
	for range 2 { // CONNACK, SUBACK
		if _, err := c.tryRead(); err != nil {
			return
		}
	}
}

// encode is a CONNECT's bytes.
func encode(t testing.TB, connect packets.Packet) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, connect.ConnectEncode(&b))
	return b.Bytes()
}
