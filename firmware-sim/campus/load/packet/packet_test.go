package packet

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func read(t *testing.T, b []byte) Packet {
	t.Helper()
	r := NewReader(bytes.NewReader(b), 16)
	p, err := r.Next()
	require.NoError(t, err)
	_, err = r.Next()
	require.ErrorIs(t, err, io.EOF, "one packet, and nothing after it")
	return p
}

func TestConnectHasTheBytesOfTheStandard(t *testing.T) {
	got := AppendConnect(nil, Login{ClientID: "c", Username: "s/d", Password: "pw", KeepAlive: 60})
	want := []byte{
		0x10, 22,
		0, 4, 'M', 'Q', 'T', 'T', 4, 0xc2, 0, 60,
		0, 1, 'c',
		0, 3, 's', '/', 'd',
		0, 2, 'p', 'w',
	}
	assert.Equal(t, want, got)
	assert.Equal(t, byte(0x02), AppendConnect(nil, Login{ClientID: "c"})[9], "without a user name only the clean session is asked for")
}

func TestMessagesComeBackAsTheyWent(t *testing.T) {
	for _, m := range []Message{
		{Topic: "campus/s/d/alarm", Payload: []byte(`{"id":"1"}`), QoS: 1, ID: 0xbeef},
		{Topic: "campus/s/d/reading", Payload: []byte("{}"), Retain: true},
		{Topic: "t", Payload: bytes.Repeat([]byte("x"), 20_000), QoS: 1, ID: 1, Duplicate: true},
		{Topic: "", Payload: []byte{}},
	} {
		got, err := read(t, AppendPublish(nil, m)).Message()
		require.NoError(t, err)
		assert.Equal(t, m, got)
	}
}

func TestAcknowledgementsNameTheirPacket(t *testing.T) {
	id, err := read(t, AppendPuback(nil, 513)).Acknowledged()
	require.NoError(t, err)
	assert.Equal(t, uint16(513), id)

	id, err = read(t, AppendSuback(nil, 7, 1)).Acknowledged()
	require.NoError(t, err)
	assert.Equal(t, uint16(7), id)

	_, err = read(t, AppendSuback(nil, 7, 0x80)).Acknowledged()
	require.EqualError(t, err, "subscription refused")

	require.NoError(t, read(t, AppendConnack(nil, 0)).Accepted())
	require.EqualError(t, read(t, AppendConnack(nil, 5)).Accepted(), "connection refused with code 5")
}

func TestSubscribeNamesItsFilter(t *testing.T) {
	p := read(t, AppendSubscribe(nil, 9, "campus/+/+/alarm", 1))
	assert.Equal(t, byte(0x02), p.Flags, "section 3.8.1 reserves these bits")
	id, filter, err := p.Subscription()
	require.NoError(t, err)
	assert.Equal(t, uint16(9), id)
	assert.Equal(t, "campus/+/+/alarm", filter)
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"cut in the length":  {[]byte{0x30}, io.ErrUnexpectedEOF},
		"cut in the body":    {[]byte{0x30, 5, 0, 1}, io.ErrUnexpectedEOF},
		"length of 5 bytes":  {[]byte{0x30, 0xff, 0xff, 0xff, 0xff, 1}, ErrMalformed},
		"256 MiB to come":    {[]byte{0x30, 0xff, 0xff, 0xff, 0x7f}, ErrTooLong},
		"nothing whatsoever": {nil, io.EOF},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewReader(bytes.NewReader(c.in), 16).Next()
			require.ErrorIs(t, err, c.want)
		})
	}
	for name, p := range map[string]Packet{
		"QoS 2":                {Type: Publish, Flags: 0x04, Body: []byte{0, 1, 't', 0, 1}},
		"no topic":             {Type: Publish, Body: []byte{0}},
		"topic longer than it": {Type: Publish, Body: []byte{0, 9, 't'}},
		"no identifier":        {Type: Publish, Flags: 0x02, Body: []byte{0, 1, 't', 0}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.Message()
			require.ErrorIs(t, err, ErrMalformed)
		})
	}
	_, _, err := Packet{Type: Subscribe, Body: []byte{0, 1, 0, 1, 't'}}.Subscription()
	require.ErrorIs(t, err, ErrMalformed, "a filter without its options byte")
}

func TestALongNameIsCutInsteadOfLyingAboutItsLength(t *testing.T) {
	p := read(t, AppendPublish(nil, Message{Topic: strings.Repeat("t", 100)}))
	m, err := p.Message()
	require.NoError(t, err)
	assert.Len(t, m.Topic, 100)
	assert.Len(t, appendString(nil, strings.Repeat("t", 1<<17)), 2+maxString)
}

// FuzzReader feeds any stream: it must end, never panic, and what reads as a
// message must encode to a packet that reads as the same message.
func FuzzReader(f *testing.F) {
	f.Add(AppendConnect(nil, Login{ClientID: "c", Username: "u", Password: "p"}))
	f.Add(AppendPublish(nil, Message{Topic: "a/b", Payload: []byte("x"), QoS: 1, ID: 3}))
	f.Add(AppendPuback(AppendSubscribe(nil, 1, "a/#", 1), 4))
	f.Add(AppendSuback(AppendConnack(nil, 2), 1, 0x80))
	f.Add(AppendEmpty(AppendEmpty(nil, Pingreq), Disconnect))
	f.Add([]byte{0x30, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, in []byte) {
		r := NewReader(bytes.NewReader(in), 16)
		for {
			p, err := r.Next()
			if err != nil {
				return
			}
			_, _ = p.Acknowledged()
			_, _, _ = p.Subscription()
			_ = p.Accepted()
			m, err := p.Message()
			if err != nil {
				continue
			}
			again, err := read(t, AppendPublish(nil, m)).Message()
			require.NoError(t, err)
			require.Equal(t, m, again)
		}
	})
}
