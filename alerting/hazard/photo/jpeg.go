package photo

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
)

// Markers of a JPEG (ITU-T T.81, B.1.1.3).
const (
	sof0  = 0xc0 // baseline
	sof1  = 0xc1 // extended
	sof2  = 0xc2 // progressive
	rst0  = 0xd0
	rst7  = 0xd7
	eoi   = 0xd9
	sos   = 0xda
	app1  = 0xe1
	app14 = 0xee
	tem   = 0x01
)

// mostScans bounds how often a decoder goes over the whole picture. A progressive
// JPEG has about ten; one with thousands of empty ones would take minutes.
const mostScans = 32

// frame is what a JPEG says of its picture.
type frame struct {
	header
	seen        bool
	progressive bool
	components  int
	ids         string
	samples     int64 // of all components
	scans       int
	adobe       bool // its colours are RGB or CMYK, and are converted
}

// probeJPEG walks over the markers up to the end of the picture.
func probeJPEG(in []byte) (header, error) {
	f := frame{header: header{upright: 1, decode: jpeg.Decode}}
	for at := 2; ; {
		marker, next, ok := nextMarker(in, at)
		if !ok || marker == eoi {
			break
		}
		at = next
		if marker == 0 || marker == tem || (marker >= rst0 && marker <= rst7) {
			continue // within the picture's own data
		}
		if at+2 > len(in) {
			return header{}, Broken
		}
		length := int(binary.BigEndian.Uint16(in[at:]))
		if length < 2 || at+length > len(in) {
			return header{}, Broken
		}
		if err := f.take(marker, in[at+2:at+length]); err != nil {
			return header{}, err
		}
		at += length
	}
	if !f.seen {
		return header{}, Broken
	}
	f.memory = f.needs()
	return f.header, nil
}

// nextMarker finds a marker from at on, and where what follows it begins.
func nextMarker(in []byte, at int) (marker byte, next int, ok bool) {
	n := bytes.IndexByte(in[min(at, len(in)):], 0xff)
	if n < 0 {
		return 0, 0, false
	}
	for at += n; at < len(in); at++ {
		if in[at] != 0xff {
			return in[at], at + 1, true
		}
	}
	return 0, 0, false
}

func (f *frame) take(marker byte, segment []byte) error {
	switch marker {
	case sof0, sof1, sof2:
		return f.frame(marker == sof2, segment)
	case sos:
		if f.scans++; f.scans > mostScans {
			return Broken
		}
	case app1:
		if rest, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
			f.upright = orientation(rest)
		}
	case app14:
		f.adobe = f.adobe || (len(segment) >= 12 && string(segment[:5]) == "Adobe" && segment[11] == 0)
	}
	return nil
}

// frame reads a frame's header (T.81, B.2.2). A file has one.
func (f *frame) frame(progressive bool, s []byte) error {
	if f.seen || len(s) < 6 || len(s) < 6+3*int(s[5]) {
		return Broken
	}
	f.seen, f.progressive, f.components = true, progressive, int(s[5])
	f.height, f.width = int(binary.BigEndian.Uint16(s[1:])), int(binary.BigEndian.Uint16(s[3:]))
	most, all := 1, 0
	for n := range f.components {
		c := s[6+3*n:]
		across, down := int(c[1]>>4), int(c[1]&15)
		f.ids, most, all = f.ids+string(rune(c[0])), max(most, across*down), all+across*down
	}
	f.samples = int64(f.width) * int64(f.height) * int64(all) / int64(most)
	return nil
}

// needs is how many bytes image/jpeg takes: one for a sample, four more for its
// coefficient where the scans of a progressive one complete it bit by bit, and
// four for each pixel of what it converts.
func (f *frame) needs() int64 {
	out := f.samples
	if f.progressive {
		out += 4 * f.samples
	}
	if f.components == 4 || f.ids == "RGB" || f.adobe {
		out += 4 * int64(f.width) * int64(f.height)
	}
	return out
}
