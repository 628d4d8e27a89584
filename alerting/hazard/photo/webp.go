package photo

import (
	"encoding/binary"

	"golang.org/x/image/webp"
)

// probeWebP walks over the chunks of a WebP (RFC 9649, 2.3 to 2.7). The canvas and
// the picture each say a size, and a decoder takes memory for both: the larger
// one counts.
func probeWebP(in []byte) (header, error) {
	const chunk = 8 // a type and a length before its data
	h := header{upright: 1, decode: webp.Decode}
	for at := 12; at+chunk <= len(in); {
		kind, length := string(in[at:at+4]), int64(binary.LittleEndian.Uint32(in[at+4:]))
		data := in[at+chunk:]
		if length > int64(len(data)) {
			return header{}, Broken
		}
		if err := h.webpChunk(kind, data[:length]); err != nil {
			return header{}, err
		}
		at += chunk + int(length+length%2)
	}
	return h, nil
}

func (h *header) webpChunk(kind string, data []byte) error {
	const (
		lossy    = 4 // bytes for a pixel: x/image/vp8 takes 1.5, and 1 for the alpha channel
		lossless = 9 // x/image/vp8l takes 4, 4 more where it undoes a palette
		animated = 0x02
	)
	switch {
	case kind == "VP8X" && len(data) >= 10:
		h.animated = data[0]&animated != 0
		h.larger(1+int(uint24(data[4:])), 1+int(uint24(data[7:])), lossless)
	case kind == "VP8 " && len(data) >= 10:
		h.larger(int(binary.LittleEndian.Uint16(data[6:])&0x3fff), int(binary.LittleEndian.Uint16(data[8:])&0x3fff), lossy)
	case kind == "VP8L" && len(data) >= 5:
		bits := binary.LittleEndian.Uint32(data[1:])
		h.larger(1+int(bits&0x3fff), 1+int(bits>>14&0x3fff), lossless)
	case kind == "VP8X", kind == "VP8 ", kind == "VP8L":
		return Broken
	case kind == "ANIM", kind == "ANMF":
		h.animated = true
	}
	return nil
}

func (h *header) larger(width, height int, each int64) {
	h.width, h.height = max(h.width, width), max(h.height, height)
	h.memory = max(h.memory, each*int64(width)*int64(height))
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
