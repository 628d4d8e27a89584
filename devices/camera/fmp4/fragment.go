package fmp4

import "encoding/binary"

// Sample is one picture of a fragment.
type Sample struct {
	Data     []byte // NAL units behind their lengths
	Duration uint32 // until the next, in units of Scale
	Key      bool
}

// The flags of samples (8.8.3.1).
const (
	flagsKey   = 0x02000000 // depends on no other
	flagsOther = 0x01010000 // depends on others, is no place to begin
)

// The flags of boxes in a fragment (8.8.7, 8.8.8).
const (
	baseIsMoof = 0x020000
	runOffset  = 0x000001
	runEach    = 0x000100 | 0x000200 | 0x000400 // duration, size, flags of each sample
)

// Fragment appends a fragment, moof and mdat: pictures that follow each other,
// the first at so many units of Scale from the beginning. number counts from 1.
func Fragment(b []byte, number uint32, at uint64, samples []Sample) []byte {
	start := len(b)
	var offset int // where the run says how far its data are from the start
	b = box(b, "moof", func(b []byte) []byte {
		b = full(b, "mfhd", 0, 0, func(b []byte) []byte { return u32(b, number) })
		return box(b, "traf", func(b []byte) []byte {
			b = full(b, "tfhd", 0, baseIsMoof, func(b []byte) []byte { return u32(b, track) })
			b = full(b, "tfdt", 1, 0, func(b []byte) []byte { return u64(b, at) })
			return full(b, "trun", 0, runOffset|runEach, func(b []byte) []byte {
				b = u32(b, uint32(len(samples))) //nolint:gosec // some tens
				offset = len(b)
				return run(u32(b, 0), samples)
			})
		})
	})
	binary.BigEndian.PutUint32(b[offset:], uint32(len(b)-start+8)) //nolint:gosec // a fragment is far below 2 GiB
	return box(b, "mdat", func(b []byte) []byte {
		for _, s := range samples {
			b = append(b, s.Data...)
		}
		return b
	})
}

func run(b []byte, samples []Sample) []byte {
	for _, s := range samples {
		flags := uint32(flagsOther)
		if s.Key {
			flags = flagsKey
		}
		b = u32(u32(u32(b, s.Duration), uint32(len(s.Data))), flags) //nolint:gosec // at most 2 MiB
	}
	return b
}
