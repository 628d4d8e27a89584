package fmp4

import (
	"slices"
	"time"

	"example.org/campushub/devices/camera"
)

// Scale is how many units of time a second has; RTP's of H.264, so that no time
// is rounded.
const Scale = 90000

const track = 1

// epoch is where the time of a file begins: 1904-01-01 (8.2.2.3).
var epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)

// Header returns what a file begins with: ftyp and moov. created is when its
// first picture was taken.
func Header(f *camera.Format, created time.Time) []byte {
	b := box(nil, "ftyp", func(b []byte) []byte {
		b = append(b, "iso6"...)
		b = u32(b, 0)
		return append(b, "iso6iso5avc1mp41"...)
	})
	stamp := uint64(max(0, created.Unix()-epoch.Unix())) //nolint:gosec // it is not negative
	return box(b, "moov", func(b []byte) []byte {
		b = movie(b, stamp)
		b = box(b, "trak", func(b []byte) []byte { return trak(b, f, stamp) })
		return box(b, "mvex", func(b []byte) []byte {
			return full(b, "trex", 0, 0, func(b []byte) []byte {
				b = u32(u32(b, track), 1)        // the first sample description
				return u32(u32(u32(b, 0), 0), 0) // duration, size, flags: each fragment has its own
			})
		})
	})
}

func movie(b []byte, stamp uint64) []byte {
	return full(b, "mvhd", 1, 0, func(b []byte) []byte {
		b = u64(u64(b, stamp), stamp)
		b = u64(u32(b, 1000), 0) // time scale; duration: that of the fragments
		b = u16(u32(b, 1<<16), 1<<8)
		b = matrix(zeros(b, 10))
		return u32(zeros(b, 24), track+1)
	})
}

func trak(b []byte, f *camera.Format, stamp uint64) []byte {
	const shown = 3 // enabled, in the movie
	b = full(b, "tkhd", 1, shown, func(b []byte) []byte {
		b = u32(u64(u64(b, stamp), stamp), track)
		b = u64(zeros(b, 4), 0)
		b = matrix(zeros(b, 16))
		return u32(u32(b, uint32(f.Width)<<16), uint32(f.Height)<<16) //nolint:gosec // at most 8,192
	})
	return box(b, "mdia", func(b []byte) []byte {
		b = full(b, "mdhd", 1, 0, func(b []byte) []byte {
			b = u64(u32(u64(u64(b, stamp), stamp), Scale), 0)
			return u16(u16(b, 0x55c4), 0) // language: und
		})
		b = full(b, "hdlr", 0, 0, func(b []byte) []byte {
			b = append(zeros(b, 4), "vide"...)
			return append(zeros(b, 12), "camera\x00"...)
		})
		return box(b, "minf", func(b []byte) []byte { return media(b, f) })
	})
}

func media(b []byte, f *camera.Format) []byte {
	b = full(b, "vmhd", 0, 1, func(b []byte) []byte { return zeros(b, 8) })
	b = box(b, "dinf", func(b []byte) []byte {
		return full(b, "dref", 0, 0, func(b []byte) []byte {
			return full(u32(b, 1), "url ", 0, 1, func(b []byte) []byte { return b }) // in this file
		})
	})
	return box(b, "stbl", func(b []byte) []byte {
		b = full(b, "stsd", 0, 0, func(b []byte) []byte { return entry(u32(b, 1), f) })
		for _, empty := range []string{"stts", "stsc"} {
			b = full(b, empty, 0, 0, func(b []byte) []byte { return u32(b, 0) })
		}
		b = full(b, "stsz", 0, 0, func(b []byte) []byte { return u32(u32(b, 0), 0) })
		return full(b, "stco", 0, 0, func(b []byte) []byte { return u32(b, 0) })
	})
}

// entry is the sample description (14496-15, 5.4.2).
func entry(b []byte, f *camera.Format) []byte {
	return box(b, "avc1", func(b []byte) []byte {
		b = u16(zeros(b, 6), 1)
		b = zeros(b, 16)
		b = u16(u16(b, uint16(f.Width)), uint16(f.Height)) //nolint:gosec // at most 8,192
		b = u32(u32(b, 72<<16), 72<<16)
		b = u16(zeros(b, 4), 1)
		b = u16(zeros(b, 32), 24)
		b = u16(b, 0xffff)
		return box(b, "avcC", func(b []byte) []byte { return decoder(b, f) })
	})
}

// profilesWithColour end their decoder configuration with what samples there are.
var profilesWithColour = []byte{100, 110, 122, 144}

// decoder is the decoder configuration record (14496-15, 5.3.3.1).
func decoder(b []byte, f *camera.Format) []byte {
	b = append(b, 1, f.SPS[1], f.SPS[2], f.SPS[3])
	b = append(b, 0xfc|3, 0xe0|1)                    // lengths of 4 bytes; one set of each
	b = append(u16(b, uint16(len(f.SPS))), f.SPS...) //nolint:gosec // at most 1,024
	b = append(b, 1)
	b = append(u16(b, uint16(len(f.PPS))), f.PPS...) //nolint:gosec // at most 1,024
	if slices.Contains(profilesWithColour, f.SPS[1]) {
		b = append(b, 0xfc|f.Chroma, 0xf8|f.Luma, 0xf8|f.Colour, 0)
	}
	return b
}
