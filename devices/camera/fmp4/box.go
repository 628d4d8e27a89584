package fmp4

import "encoding/binary"

// box appends a box: its size, its name, its content.
func box(b []byte, name string, content func([]byte) []byte) []byte {
	start := len(b)
	b = append(b, 0, 0, 0, 0)
	b = content(append(b, name...))
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start)) //nolint:gosec // a box is far below 4 GiB
	return b
}

// full appends a box with version and flags.
func full(b []byte, name string, version byte, flags uint32, content func([]byte) []byte) []byte {
	return box(b, name, func(b []byte) []byte {
		return content(u32(b, uint32(version)<<24|flags))
	})
}

func u16(b []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(b, v) }
func u32(b []byte, v uint32) []byte { return binary.BigEndian.AppendUint32(b, v) }
func u64(b []byte, v uint64) []byte { return binary.BigEndian.AppendUint64(b, v) }

func zeros(b []byte, n int) []byte { return append(b, make([]byte, n)...) }

// matrix appends the one that changes nothing (8.2.2.2).
func matrix(b []byte) []byte {
	for _, v := range []uint32{1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30} {
		b = u32(b, v)
	}
	return b
}
