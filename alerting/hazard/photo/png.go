package photo

import (
	"encoding/binary"
	"image/png"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// probePNG reads the header's chunk, and looks for an animation's before the
// picture's own data (PNG, third edition, 5.6 and 11.3.6).
func probePNG(in []byte) (header, error) {
	const chunk = 8 // a length and a type before its data, a sum of 4 behind it
	h := header{upright: 1, decode: png.Decode}
	for at := len(pngSignature); at+chunk <= len(in); {
		length, kind := int64(binary.BigEndian.Uint32(in[at:])), string(in[at+4:at+chunk])
		data := in[at+chunk:]
		if first := at == len(pngSignature); first != (kind == "IHDR") {
			return header{}, Broken
		}
		switch kind {
		case "IHDR":
			if length != 13 || len(data) < 13 {
				return header{}, Broken
			}
			h.width, h.height = side(binary.BigEndian.Uint32(data)), side(binary.BigEndian.Uint32(data[4:]))
			h.memory = pngNeeds(h.width, h.height, data[8], data[12] != 0)
		case "acTL":
			h.animated = true
		case "IDAT":
			return h, nil
		}
		if length > int64(len(data)) {
			break
		}
		at += chunk + int(length) + 4
	}
	return header{}, Broken
}

// pngNeeds is how many bytes image/png takes: four for a pixel, eight where a
// colour has 16 bits, and the same again for the passes of an interlaced one.
func pngNeeds(width, height int, depth byte, interlaced bool) int64 {
	each := int64(4)
	if depth > 8 {
		each = 8
	}
	if interlaced {
		each *= 2
	}
	return each * int64(width) * int64(height)
}

// side is a side in pixels; of what is larger than any that is taken the next
// larger one, so that nothing overflows.
func side(n uint32) int { return int(min(n, MaxSide+1)) }
