package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
)

// What is taken, and what is kept.
const (
	// MaxBytes is the longest file that is taken. Telephones store 2 to 6 MB.
	MaxBytes = 10 << 20
	// MaxPixels bounds what is decoded. Telephones store 12 to 16 megapixels,
	// also those whose sensor has 50 or 200: they join four to sixteen of them
	// into one unless somebody asks otherwise. 40 million leave twice that, and
	// are the most that MaxMemory holds in full colour.
	MaxPixels = 40_000_000
	// MaxSide bounds each side, in pixels: that of the largest WebP.
	MaxSide = 16_384
	// MaxMemory bounds what a decoder needs for one picture, in bytes, as its
	// header says: 3 for each of MaxPixels. What needs more for a pixel, such as
	// a PNG or a progressive JPEG, may have fewer of them.
	MaxMemory = 3 * MaxPixels
	// Longest is the longer side of what is kept, at most, in pixels.
	Longest = 1600
	// MaxKept is the longest picture that is kept, in bytes.
	MaxKept = 1 << 20
)

// Reason is why a file is no photo that is taken. It is an error.
type Reason string

// The reasons.
const (
	TooLong  Reason = "bytes"    // more than MaxBytes
	Foreign  Reason = "format"   // neither JPEG nor PNG nor WebP, by its first bytes
	TooLarge Reason = "pixels"   // more than MaxPixels, MaxSide or MaxMemory
	Animated Reason = "animated" // more than one picture
	Broken   Reason = "broken"   // cannot be read to its end
)

// Reasons are all of them.
func Reasons() []Reason { return []Reason{TooLong, Foreign, TooLarge, Animated, Broken} }

func (r Reason) Error() string { return "photo: " + string(r) }

// header is what a file says of itself before anything is decoded.
type header struct {
	width, height int
	memory        int64 // bytes that its decoder needs, at most
	upright       int   // how it is to be turned: Exif's orientation, 1 to 8
	animated      bool
	decode        func(io.Reader) (image.Image, error)
}

// qualities are tried one after the other, until the picture is short enough.
var qualities = []int{80, 60, 40, 20}

// Clean makes a picture of a file. The error is a Reason where the file is at
// fault. It needs len(in), MaxMemory and 20 MB more for what it makes of it.
func Clean(in []byte) ([]byte, error) {
	if len(in) > MaxBytes {
		return nil, TooLong
	}
	h, err := probe(in)
	if err != nil {
		return nil, err
	}
	if err := h.bounded(); err != nil {
		return nil, err
	}
	decoded, err := h.decoded(in)
	if err != nil {
		return nil, err
	}
	return encoded(turned(shrunk(decoded, Longest), h.upright))
}

// probe reads the header of whatever the file is by its first bytes; what a
// browser calls it does not count.
func probe(in []byte) (header, error) {
	switch {
	case bytes.HasPrefix(in, []byte("\xff\xd8\xff")):
		return probeJPEG(in)
	case bytes.HasPrefix(in, []byte(pngSignature)):
		return probePNG(in)
	case len(in) >= 12 && string(in[:4]) == "RIFF" && string(in[8:12]) == "WEBP":
		return probeWebP(in)
	}
	return header{}, Foreign
}

func (h header) bounded() error {
	switch {
	case h.animated:
		return Animated
	case h.width < 1 || h.height < 1:
		return Broken
	case h.width > MaxSide || h.height > MaxSide || h.width*h.height > MaxPixels || h.memory > MaxMemory:
		return TooLarge
	}
	return nil
}

// decoded reads the picture to its end. A decoder that panics has met a file that
// is no picture.
func (h header) decoded(in []byte) (out image.Image, err error) {
	defer func() {
		if recover() != nil {
			out, err = nil, Broken
		}
	}()
	out, err = h.decode(bytes.NewReader(in))
	if err != nil || out.Bounds().Dx() != h.width || out.Bounds().Dy() != h.height {
		return nil, Broken
	}
	return out, nil
}

func encoded(p *image.RGBA) ([]byte, error) {
	var b bytes.Buffer
	for _, quality := range qualities {
		b.Reset()
		if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("encode photo: %w", err)
		}
		if b.Len() <= MaxKept {
			return b.Bytes(), nil
		}
	}
	return nil, TooLarge
}
