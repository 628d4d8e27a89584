package camera

import (
	"bytes"
	"time"
)

// Codec is how pictures are encoded.
type Codec string

// The codecs that a camera may offer.
const (
	H264 Codec = "H264" // ITU-T H.264: recorded
	H265 Codec = "H265" // ITU-T H.265: recognised, not recorded
)

// Format is what a decoder has to know before the first picture.
type Format struct {
	SPS, PPS      []byte // the parameter sets' NAL units, without start codes
	Width, Height int    // of the picture as it is shown, in pixels
	Chroma        byte   // chroma_format_idc: 1 is 4:2:0
	Luma, Colour  byte   // bits of a sample of each, above 8
}

// Equal reports whether both need the same decoder.
func (f *Format) Equal(g *Format) bool {
	if f == nil || g == nil {
		return f == g
	}
	return bytes.Equal(f.SPS, g.SPS) && bytes.Equal(f.PPS, g.PPS)
}

// Unit is one access unit: all that is shown at one instant. Its data are
// NAL units, each behind its length in 4 bytes (ISO/IEC 14496-15, 5.3.2),
// without parameter sets. Nobody changes a unit once it is made.
type Unit struct {
	At     time.Time // when it was taken, on the hub's clock; always later than the one before
	Key    bool      // decoding can begin here
	Broken bool      // units are missing between the one before and this one
	Format *Format   // the same pointer as long as the parameter sets stay the same
	Data   []byte
}

// overhead is what a unit takes in memory beside its data, in bytes.
const overhead = 128

// Size is what the unit takes in memory, in bytes.
func (u Unit) Size() int { return len(u.Data) + overhead }
