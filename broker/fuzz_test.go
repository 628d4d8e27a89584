package broker

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

// seeds are packets of every type that a client sends, whole and bent.
func seeds(add func(version byte, stream []byte)) {
	for _, version := range []byte{4, 5} {
		add(version, []byte{0x82, 7, 0, 1, 0, 0, 1, 'a', 1})
		add(version, []byte{0x82, 6, 0, 1, 0, 0, 1, 'a'})
		add(version, []byte{0x82, 9, 0, 1, 2, 0x0b, 5, 0, 1, 'a', 1})
		add(version, []byte{0xa2, 6, 0, 1, 0, 0, 1, 'a'})
		add(version, []byte{0x32, 6, 0, 1, 'a', 0, 7, 0})
		add(version, []byte{0x34, 9, 0, 1, 'a', 0, 7, 3, 0x23, 0, 1})
		add(version, []byte{0x40, 2, 0, 7})
		add(version, []byte{0x40, 6, 0, 7, 0, 2, 0x1f, 0})
		add(version, []byte{0x62, 2, 0, 7, 0xc0, 0})
		add(version, []byte{0xe0, 2, 4, 0})
		add(version, []byte{0xf0, 2, 0x18, 0})
		add(version, []byte("\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc"))
		add(version, []byte{0x10, 0xff, 0xff, 0xff, 0x7f})
		add(version, []byte{0x30, 0x80, 0x80, 0x80, 0x80, 1})
	}
}

// FuzzFrames feeds a stream to the frame reader, in pieces, and what it lets
// through to the library's own decoders: neither may panic, and what comes
// out is what went in, packet by packet.
func FuzzFrames(f *testing.F) {
	seeds(func(version byte, stream []byte) { f.Add(version, byte(3), stream) })
	m, err := newMetrics(prometheus.NewRegistry())
	require.NoError(f, err)
	limits := Limits{FrameAfter: 4096}.WithDefaults()
	f.Fuzz(func(t *testing.T, version, step byte, stream []byte) {
		reader := newFramed(&source{data: stream, step: int(step)%7 + 1}, nil, limits, m)
		reader.begun = true
		reader.version.Store(uint32(version))
		reader.admitted.Store(true)
		var through []byte
		for {
			frame, err := nextWhole(reader)
			through = append(through, frame...)
			if err != nil {
				break
			}
			decode(frame, version)
		}
		if !bytes.HasPrefix(stream, through) {
			t.Fatalf("%x became %x", stream, through)
		}
	})
}

// nextWhole reads one packet as the library does: a little, then the rest.
func nextWhole(f *framed) (frame []byte, err error) {
	if _, err := f.Read(nil); err != nil && f.whole == 0 {
		return nil, err
	}
	frame = make([]byte, f.whole)
	_, err = io.ReadFull(f, frame)
	return frame, err
}

// decode runs the library's decoder and validator of the packet's type.
func decode(frame []byte, version byte) {
	pk := packets.Packet{ProtocolVersion: version}
	if pk.FixedHeader.Decode(frame[0]) != nil {
		return
	}
	header, total, _ := frameSize(frame)
	body := frame[header:]
	pk.FixedHeader.Remaining = total - header
	var err error
	switch pk.FixedHeader.Type {
	case packets.Connect:
		if err = pk.ConnectDecode(body); err == nil {
			_ = pk.ConnectValidate()
		}
	case packets.Publish:
		if err = pk.PublishDecode(body); err == nil {
			_ = pk.PublishValidate(0)
		}
	case packets.Puback:
		err = pk.PubackDecode(body)
	case packets.Pubrec:
		err = pk.PubrecDecode(body)
	case packets.Pubrel:
		err = pk.PubrelDecode(body)
	case packets.Pubcomp:
		err = pk.PubcompDecode(body)
	case packets.Subscribe:
		if err = pk.SubscribeDecode(body); err == nil {
			_ = pk.SubscribeValidate()
		}
	case packets.Unsubscribe:
		if err = pk.UnsubscribeDecode(body); err == nil {
			_ = pk.UnsubscribeValidate()
		}
	case packets.Disconnect:
		err = pk.DisconnectDecode(body)
	case packets.Auth:
		if err = pk.AuthDecode(body); err == nil {
			_ = pk.AuthValidate()
		}
	}
	_ = err // a packet may be refused; it must not panic
}

// source is a connection that gives a few bytes at a time and then ends.
type source struct {
	net.Conn
	data []byte
	step int
}

func (s *source) Read(p []byte) (int, error) {
	if len(s.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.data[:min(s.step, len(s.data))])
	s.data = s.data[n:]
	return n, nil
}

func (s *source) Close() error { return nil }

// FuzzConnection plays a stream to a whole broker: as a stranger, and as a
// client that has authenticated. Nothing may panic, and the broker must
// still serve.
func FuzzConnection(f *testing.F) {
	seeds(func(version byte, stream []byte) { f.Add(version, stream) })
	running := start(f, Limits{})
	f.Fuzz(func(t *testing.T, version byte, stream []byte) {
		r := *running
		r.t = t
		version = 4 + version%2
		for _, known := range []bool{false, true} {
			play(t, &r, known, version, stream)
		}
		if got := r.count("panics_recovered_total", ""); got != 0 {
			t.Fatalf("a packet made the broker panic: %s", r.log.String())
		}
	})
}

// play sends the stream and half-closes, so that the broker ends when it has
// read everything.
func play(t *testing.T, r *rig, known bool, version byte, stream []byte) {
	c, err := net.Dial("tcp", r.address())
	require.NoError(t, err)
	defer c.Close()
	if known {
		stream = append(encode(t, hello("sunrise/b-1", version)), stream...)
	}
	_, _ = c.Write(stream)
	_ = c.(*net.TCPConn).CloseWrite()
	if _, err := io.Copy(io.Discard, c); errors.Is(err, net.ErrClosed) {
		t.Fatal(err)
	}
	drain(r.hub)
}

// drain empties what the recorder has noted.
func drain(h *recorder) {
	for {
		select {
		case <-h.presses:
		case <-h.checkIns:
		case <-h.readings:
		case <-h.states:
		case <-h.confirms:
		case <-h.presence:
		default:
			return
		}
	}
}

// FuzzPublish holds the hand-written PUBLISH against the library's decoder.
func FuzzPublish(f *testing.F) {
	f.Add("alert/police/desk-1", []byte("{}"), uint16(7), true, 0)
	f.Add("t", make([]byte, 200), uint16(0), false, 300)
	f.Fuzz(func(t *testing.T, topic string, payload []byte, id uint16, five bool, subscription int) {
		version := byte(4)
		if five {
			version = 5
		}
		if subscription < 0 || subscription > 268_435_455 || len(topic) > 0xffff {
			return
		}
		frame := appendPublish(nil, topic, payload, id, version, subscription)
		header, total, err := frameSize(frame)
		require.NoError(t, err)
		require.Len(t, frame, total)
		pk := packets.Packet{ProtocolVersion: version}
		require.NoError(t, pk.FixedHeader.Decode(frame[0]))
		if pk.PublishDecode(frame[header:]) != nil {
			return // a topic that is no UTF-8
		}
		require.Equal(t, topic, pk.TopicName)
		require.Equal(t, id, pk.PacketID)
		require.True(t, bytes.Equal(payload, pk.Payload))
		if five && subscription > 0 {
			require.Equal(t, []int{subscription}, pk.Properties.SubscriptionIdentifier)
		}
	})
}
