package photo

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scanned is a progressive JPEG of many scans without anything in them, up to
// where its decoder would begin.
func scanned(scans int) []byte {
	frame := []byte{0xff, sof2, 0, 17, 8, 0x10, 0, 0x10, 0, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0}
	scan := []byte{0xff, sos, 0, 8, 1, 1, 0, 0, 63, 0}
	return append(append([]byte("\xff\xd8"), frame...), append(bytes.Repeat(scan, scans), 0xff, eoi)...)
}

// A scan without content costs a few bytes, and a pass over the whole picture.
func TestAJPEGHasSoManyScans(t *testing.T) {
	h, err := probeJPEG(scanned(mostScans))
	require.NoError(t, err)
	assert.Equal(t, [2]int{4096, 4096}, [2]int{h.width, h.height})
	assert.Equal(t, int64(4096*4096*15/10*5), h.memory, "a byte for a sample of 4:2:0, and four for its coefficient")
	_, err = probeJPEG(scanned(mostScans + 1))
	assert.Equal(t, Broken, err)
}

// What a JPEG is converted from takes its place beside it.
func TestAJPEGOfOtherColoursNeedsMore(t *testing.T) {
	frame := func(ids string) []byte {
		out := []byte{0xff, sof0, 0, byte(8 + 3*len(ids)), 8, 0, 10, 0, 10, byte(len(ids))}
		for _, id := range []byte(ids) {
			out = append(out, id, 0x11, 0)
		}
		return out
	}
	adobe := append([]byte{0xff, app14, 0, 14}, "Adobe\x00\x64\x00\x00\x00\x00\x00"...)
	for name, c := range map[string]struct {
		segments []byte
		want     int64
	}{
		"grey": {frame("\x01"), 100}, "a camera's": {frame("\x01\x02\x03"), 300}, "RGB by its names": {frame("RGB"), 700},
		"RGB by Adobe": {append(adobe, frame("\x01\x02\x03")...), 700}, "CMYK": {frame("\x01\x02\x03\x04"), 800},
	} {
		h, err := probeJPEG(append([]byte("\xff\xd8"), c.segments...))
		require.NoError(t, err, name)
		assert.Equal(t, c.want, h.memory, name)
	}
	_, err := probeJPEG(append([]byte("\xff\xd8"), append(frame("\x01"), frame("\x01")...)...))
	assert.Equal(t, Broken, err, "a second frame")
}
