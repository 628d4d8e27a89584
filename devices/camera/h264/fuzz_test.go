package h264_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera/h264"
)

func FuzzParseFormat(f *testing.F) {
	f.Add(sps, pps)
	f.Add(unhex("67640028acd940780227a9b011000003000100000300320f183196"), pps)
	f.Add(unhex("677a001eb6cd940a02ff89c044000003000400000300c83c58b658"), pps)
	f.Add(unhex("674d401eeca05a126c0440000003004000000c87c50a6580"), pps)
	f.Fuzz(func(t *testing.T, sps, pps []byte) {
		format, err := h264.ParseFormat(sps, pps)
		if err != nil {
			return
		}
		require.Positive(t, format.Width)
		require.Positive(t, format.Height)
		require.LessOrEqual(t, max(format.Width, format.Height), 8192)
	})
}

// FuzzAssembler pushes packets that are written one behind the other: length,
// what is added to the sequence number and to the timestamp, marker, payload.
func FuzzAssembler(f *testing.F) {
	packet := func(b []byte, payload []byte) []byte {
		return append(append(b, byte(len(payload)), 1, 40, 1), payload...)
	}
	var seed []byte
	for _, payload := range append(fuA(idr, 2), stapA(sps, pps), p1, p2, b1, sei) {
		seed = packet(seed, payload)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		a := h264.NewAssembler(sps, pps)
		var p rtp.Packet
		var before time.Time
		now := noon
		for len(data) >= 4 {
			n := min(int(data[0]), len(data)-4)
			p.SequenceNumber += uint16(data[1])
			p.Timestamp += uint32(data[2]) * 90
			p.Marker = data[3]&1 != 0
			p.SSRC = uint32(data[3] >> 7)
			p.Payload = data[4 : 4+n]
			data = data[4+n:]
			now = now.Add(10 * time.Millisecond)
			units, _ := a.Push(&p, now)
			for _, u := range units {
				require.True(t, u.At.After(before))
				before = u.At
				require.NotNil(t, u.Format)
				requireUnits(t, u.Data)
			}
		}
	})
}

// requireUnits walks over the NAL units of a unit.
func requireUnits(t *testing.T, data []byte) {
	t.Helper()
	require.NotEmpty(t, data)
	for len(data) > 0 {
		n := int(binary.BigEndian.Uint32(data))
		require.Positive(t, n)
		require.LessOrEqual(t, n, len(data)-4)
		data = data[4+n:]
	}
}
