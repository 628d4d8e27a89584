package h264_test

import (
	"encoding/binary"
	"encoding/hex"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/h264"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	sps  = unhex("674d400cd901419f9f011000000300100000030320f142a480")
	pps  = unhex("68ebc084b2")
	idr  = []byte{0x65, 0x88, 0x84, 0x21, 0xa0} // first_mb_in_slice 0, an I slice
	idr2 = []byte{0x65, 0x20, 0x88, 0x21, 0xa0} // another slice of the same picture
	p1   = []byte{0x41, 0x9a, 0x21, 0x4c, 0x41} // a P slice
	p2   = []byte{0x41, 0x21, 0x99, 0x4c, 0x41} // another slice of the same picture
	b1   = []byte{0x01, 0x9e, 0x61, 0x74, 0x41} // a B slice
	sei  = []byte{0x06, 0x05, 0x01, 0x00, 0x80}
	aud  = []byte{0x09, 0xf0}
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestParameterSetsSayHowLargeThePictureIs(t *testing.T) {
	for name, c := range map[string]struct {
		sps  string
		want camera.Format
	}{
		"Main, 320 × 180":     {"674d400cd901419f9f011000000300100000030320f142a480", camera.Format{Width: 320, Height: 180, Chroma: 1}},
		"High, 1,918 × 1,078": {"67640028acd940780227a9b011000003000100000300320f183196", camera.Format{Width: 1918, Height: 1078, Chroma: 1}},
		"High 4:2:2, 10 bits": {"677a001eb6cd940a02ff89c044000003000400000300c83c58b658", camera.Format{Width: 640, Height: 360, Chroma: 2, Luma: 2, Colour: 2}},
		"interlaced":          {"674d401eeca05a126c0440000003004000000c87c50a6580", camera.Format{Width: 720, Height: 576, Chroma: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := h264.ParseFormat(unhex(c.sps), pps)
			require.NoError(t, err)
			c.want.SPS, c.want.PPS = unhex(c.sps), pps
			require.Equal(t, &c.want, f)
			for n := range len(c.sps) / 4 { // what is cut short is none, or has no picture of its own
				if f, err := h264.ParseFormat(unhex(c.sps)[:n], pps); err == nil {
					require.Positive(t, f.Width*f.Height)
				}
			}
		})
	}
	for _, bad := range [][]byte{nil, {0x67}, pps, make([]byte, 2000)} {
		_, err := h264.ParseFormat(bad, pps)
		require.Error(t, err)
		_, err = h264.ParseFormat(sps, bad[:min(1, len(bad))])
		require.Error(t, err)
	}
}

// line is packets of one camera: each is a payload, at a time, with or without
// the marker.
type line struct {
	*h264.Assembler
	seq   uint16
	stamp uint32
	units []camera.Unit
	errs  []error
}

func newLine() *line { return &line{Assembler: h264.NewAssembler(sps, pps), seq: 65530} }

func (l *line) send(marker bool, payloads ...[]byte) {
	for i, payload := range payloads {
		p := &rtp.Packet{
			Header:  rtp.Header{SequenceNumber: l.seq, Timestamp: l.stamp, Marker: marker && i == len(payloads)-1},
			Payload: payload,
		}
		l.seq++
		units, err := l.Push(p, noon.Add(time.Duration(l.stamp)*time.Second/90000))
		l.units = append(l.units, units...)
		if err != nil {
			l.errs = append(l.errs, err)
		}
	}
}

// picture sends a picture, and goes on to the time of the next.
func (l *line) picture(payloads ...[]byte) {
	l.send(true, payloads...)
	l.stamp += 3600
}

// avcc is NAL units behind their lengths.
func avcc(nals ...[]byte) (out []byte) {
	for _, n := range nals {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(n))), n...)
	}
	return out
}

func stapA(nals ...[]byte) []byte {
	out := []byte{24}
	for _, n := range nals {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(n))), n...)
	}
	return out
}

// fuA cuts a NAL unit into fragments of so many bytes.
func fuA(nal []byte, size int) (out [][]byte) {
	indicator, kind, rest := nal[0]&0xe0|28, nal[0]&0x1f, nal[1:]
	for first := true; len(rest) > 0; first = false {
		n := min(size, len(rest))
		header := kind
		if first {
			header |= 0x80
		}
		if n == len(rest) {
			header |= 0x40
		}
		out = append(out, append([]byte{indicator, header}, rest[:n]...))
		rest = rest[n:]
	}
	return out
}

func TestEveryPacketizationGivesTheSameUnits(t *testing.T) {
	for name, send := range map[string]func(l *line){
		"single NAL units": func(l *line) {
			l.picture(aud, sps, pps, sei, idr, idr2)
			l.picture(aud, p1, p2)
		},
		"aggregated": func(l *line) {
			l.picture(stapA(aud, sps, pps, sei, idr, idr2))
			l.picture(stapA(aud, p1, p2))
		},
		"fragmented": func(l *line) {
			l.picture(append(append([][]byte{stapA(sps, pps), sei}, fuA(idr, 2)...), fuA(idr2, 3)...)...)
			l.picture(append(fuA(p1, 2), fuA(p2, 2)...)...)
		},
		"parameter sets before the picture": func(l *line) {
			l.send(true, stapA(sps, pps)) // with a marker of their own, as some have it
			l.picture(sei, idr, idr2)
			l.picture(p1, p2)
		},
		"without markers": func(l *line) {
			l.send(false, sei, idr, idr2)
			l.stamp += 3600
			l.send(false, p1, p2)
			l.stamp += 3600
			l.send(false, aud)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine()
			send(l)
			require.Empty(t, l.errs)
			require.Len(t, l.units, 2)
			require.Equal(t, avcc(sei, idr, idr2), l.units[0].Data)
			require.Equal(t, avcc(p1, p2), l.units[1].Data)
			require.True(t, l.units[0].Key)
			require.False(t, l.units[1].Key)
			require.Equal(t, noon, l.units[0].At)
			require.Equal(t, noon.Add(40*time.Millisecond), l.units[1].At)
			require.Equal(t, 320, l.units[1].Format.Width)
			require.False(t, l.units[0].Broken)
		})
	}
}

// What is lost takes everything to the next keyframe with it, wherever it is.
func TestALossDropsToTheNextKeyframe(t *testing.T) {
	group := func(l *line, lose int) {
		var packets [][][]byte
		packets = append(packets, append([][]byte{stapA(sps, pps)}, append(fuA(idr, 2), idr2)...))
		for range 3 {
			packets = append(packets, append(fuA(p1, 2), p2))
		}
		n := 0
		for _, payloads := range packets {
			for i, payload := range payloads {
				if n++; n-1 == lose {
					l.seq++
					continue
				}
				l.send(i == len(payloads)-1, payload)
			}
			l.stamp += 3600
		}
	}
	for lose := range 13 {
		l := newLine()
		group(l, -1)
		group(l, lose)
		whole := len(l.units)
		group(l, -1)
		require.Len(t, l.units[whole:], 4, "packet %d: the next group is whole", lose)
		require.True(t, l.units[whole].Key)
		require.True(t, l.units[whole].Broken || lose == 0, "packet %d: and says that something is missing", lose)
		for _, u := range l.units {
			if u.Key {
				require.Equal(t, avcc(idr, idr2), u.Data, "packet %d", lose)
			} else {
				require.Equal(t, avcc(p1, p2), u.Data, "packet %d", lose)
			}
		}
		before := max(0, (lose-1)/3) // pictures before the one that it is of
		if lose == 0 {               // parameter sets alone, which are known
			before = 4
		}
		require.Len(t, l.units[4:whole], before, "packet %d", lose)
	}
}

func TestACameraThatBeginsAnewIsFollowed(t *testing.T) {
	l := newLine()
	l.picture(idr)
	l.picture(p1)
	l.Reset()
	l.seq, l.stamp = 7, l.stamp+90000
	l.picture(p1) // of a group whose beginning nobody saw
	l.picture(idr)
	require.Len(t, l.units, 3)
	require.True(t, l.units[2].Broken)
	l.seq += 20_000 // and without a word
	l.picture(p1)
	l.picture(idr)
	require.Len(t, l.units, 4)
	l.seq -= 3 // repeated packets are nothing new
	l.picture(p1)
	require.Len(t, l.units, 4)
}

func TestANewFormatIsTakenFromTheStream(t *testing.T) {
	other := unhex("674d401eeca05a126c0440000003004000000c87c50a6580")
	l := newLine()
	l.picture(sps, pps, idr)
	l.picture(sps, pps, p1)
	l.picture(other, pps, idr)
	require.Len(t, l.units, 3)
	require.Same(t, l.units[0].Format, l.units[1].Format)
	require.Equal(t, 720, l.units[2].Format.Width)
}

func TestMarkersOnEverySliceAreSeenThrough(t *testing.T) {
	l := newLine()
	for range 3 {
		l.send(true, idr)
		l.send(true, idr2)
		l.stamp += 3600
		for range 3 {
			l.send(true, p1)
			l.send(true, p2)
			l.stamp += 3600
		}
	}
	l.picture(idr)
	// The first picture was believed to be whole. Everything behind the next
	// keyframe is.
	require.Len(t, l.units, 1+8)
	for _, u := range l.units[1:] {
		require.Contains(t, [][]byte{avcc(idr, idr2), avcc(p1, p2)}, u.Data)
	}
}

func TestBPicturesAreRefusedWithAWord(t *testing.T) {
	l := newLine()
	l.picture(idr)
	l.picture(b1)
	require.Len(t, l.errs, 1)
	require.ErrorIs(t, l.errs[0], h264.ErrReordered)
}

func TestWhatNobodyCanReadCostsTheGroup(t *testing.T) {
	huge := make([]byte, 60_000)
	huge[0], huge[1] = 0x7c, 0x05
	endless := append([][]byte{{0x7c, 0x85, 0x88, 0x84}}, make([][]byte, 50)...)
	for i := range endless[1:] {
		endless[i+1] = huge
	}
	for name, payloads := range map[string][][]byte{
		"interleaved mode":       {{25, 0, 0}},
		"a reserved type":        {{31, 0}},
		"type 0":                 {{0, 0}},
		"aggregate too short":    {stapA(p1)[:5]},
		"aggregate of nothing":   {{24, 0, 0}},
		"aggregate of one byte":  {{24, 0}},
		"fragment without begin": fuA(p1, 2)[1:],
		"fragment begun twice":   {fuA(p1, 2)[0], fuA(p1, 2)[0]},
		"begins and ends":        {{0x7c, 0xc5, 0x88}},
		"fragment too short":     {{0x7c, 0x85}},
		"unit in a fragment":     {fuA(p1, 2)[0], p1},
		"endless":                endless,
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine()
			l.picture(idr)
			l.picture(payloads...)
			require.NotEmpty(t, l.errs)
			l.picture(p1)
			require.Len(t, l.units, 1)
			l.picture(idr)
			require.Len(t, l.units, 2)
			require.True(t, l.units[1].Broken)
		})
	}
}
