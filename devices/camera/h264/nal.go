package h264

// The types of NAL units (ITU-T H.264, table 7-1) and of RTP payloads (RFC
// 6184, table 1).
const (
	typeSlice  = 1
	typePartC  = 4 // 2 to 4 are partitions of a slice
	typeIDR    = 5
	typeSEI    = 6
	typeSPS    = 7
	typePPS    = 8
	typeStapA  = 24
	typeFuA    = 28
	typeMask   = 0x1f
	headerMask = 0xe0
)

func typeOf(nal []byte) byte { return nal[0] & typeMask }

// pictured reports whether a type carries picture.
func pictured(t byte) bool { return t >= typeSlice && t <= typeIDR }

// kept reports whether a type belongs into a recording. Delimiters, ends and
// fillers are left out, and parameter sets stand in the format.
func kept(t byte) bool { return pictured(t) || t == typeSEI }

// slice reads the beginning of a slice's header (7.3.3): which macroblock it
// begins with, and its type modulo 5. Partitions B and C have none.
func slice(nal []byte) (first, kind uint32, ok bool) {
	if t := typeOf(nal); t != typeSlice && t != 2 && t != typeIDR {
		return 0, 0, false
	}
	r := bits{data: unescape(nal[1:min(len(nal), 24)])}
	first, kind = r.ue(), r.ue()
	return first, kind % 5, !r.short
}

// sliceB is a slice that may need pictures that come later.
const sliceB = 1

// unescape takes the emulation prevention bytes out of a NAL unit's payload
// (7.4.1.1).
func unescape(data []byte) []byte {
	out := make([]byte, 0, len(data))
	zeros := 0
	for _, b := range data {
		if zeros >= 2 && b == 3 {
			zeros = 0
			continue
		}
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
		out = append(out, b)
	}
	return out
}

// bits reads bit by bit. Past the end it gives zeros, and says so.
type bits struct {
	data  []byte
	at    int // in bits
	short bool
}

func (r *bits) u1() uint32 {
	if r.at >= 8*len(r.data) {
		r.short = true
		return 0
	}
	b := r.data[r.at/8] >> (7 - r.at%8) & 1
	r.at++
	return uint32(b)
}

func (r *bits) u(n int) (v uint32) {
	for range n {
		v = v<<1 | r.u1()
	}
	return v
}

// ue reads an Exp-Golomb number (9.1). What has more than 31 leading zeros is
// no number.
func (r *bits) ue() uint32 {
	zeros := 0
	for r.u1() == 0 {
		zeros++
		if zeros > 31 || r.short {
			r.short = true
			return 0
		}
	}
	return 1<<zeros - 1 + r.u(zeros)
}

// se reads a signed one (9.1.1).
func (r *bits) se() int32 {
	v := r.ue()
	if v%2 == 1 {
		return int32(v/2) + 1 //nolint:gosec // v/2 is below 2³¹
	}
	return -int32(v / 2) //nolint:gosec // v/2 is below 2³¹
}
