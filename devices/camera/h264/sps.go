package h264

import (
	"errors"
	"fmt"
	"slices"

	"example.org/campushub/devices/camera"
)

// The bounds of parameter sets. Real ones have 10 to 60 bytes.
const (
	maxParameterSet = 1024
	maxSide         = 8192 // pixels; level 6.2 has 8,192 × 4,352
)

var errParameters = errors.New("h264: parameter sets that nobody can read")

// withChroma are the profiles whose sequence parameter set says more of colour
// (7.3.2.1.1).
var withChroma = []uint32{100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}

// ParseFormat reads a sequence and a picture parameter set, given as NAL units.
// The format keeps copies of them.
func ParseFormat(sps, pps []byte) (*camera.Format, error) {
	if len(pps) < 2 || len(pps) > maxParameterSet || typeOf(pps) != typePPS {
		return nil, fmt.Errorf("%w: picture parameter set of %d bytes", errParameters, len(pps))
	}
	f, err := parseSPS(sps)
	if err != nil {
		return nil, err
	}
	f.SPS, f.PPS = slices.Clone(sps), slices.Clone(pps)
	return f, nil
}

// parseSPS reads of a sequence parameter set how large the picture is that is
// shown, and of what its samples are (7.3.2.1.1, 7.4.2.1.1).
func parseSPS(nal []byte) (*camera.Format, error) {
	if len(nal) < 4 || len(nal) > maxParameterSet || typeOf(nal) != typeSPS {
		return nil, fmt.Errorf("%w: sequence parameter set of %d bytes", errParameters, len(nal))
	}
	r := &bits{data: unescape(nal[1:])}
	profile := r.u(8)
	r.u(16) // constraints, level
	r.ue()  // id
	c := colour{chroma: 1}
	if slices.Contains(withChroma, profile) {
		c = readColour(r)
	}
	r.ue() // log2_max_frame_num_minus4
	readOrder(r)
	r.ue() // max_num_ref_frames
	r.u1() // gaps_in_frame_num_value_allowed_flag
	w, h := int64(r.ue())+1, int64(r.ue())+1
	fields := int64(2 - r.u1()) // frame_mbs_only_flag
	if fields == 2 {
		r.u1() // mb_adaptive_frame_field_flag
	}
	r.u1() // direct_8x8_inference_flag
	w, h = 16*w, 16*h*fields
	if r.u1() == 1 {
		x, y := c.cropUnits()
		w -= x * (int64(r.ue()) + int64(r.ue()))
		h -= y * fields * (int64(r.ue()) + int64(r.ue()))
	}
	if r.short || c.chroma > 3 || c.luma > 6 || c.colour > 6 || w <= 0 || h <= 0 || w > maxSide || h > maxSide {
		return nil, fmt.Errorf("%w: picture of %d × %d", errParameters, w, h)
	}
	return &camera.Format{Width: int(w), Height: int(h), Chroma: byte(c.chroma), Luma: byte(c.luma), Colour: byte(c.colour)}, nil
}

// colour is what samples a picture has.
type colour struct {
	chroma, luma, colour uint32
	separate             bool // three planes, each coded by itself
}

func readColour(r *bits) (c colour) {
	c.chroma = r.ue()
	if c.chroma == 3 {
		c.separate = r.u1() == 1
	}
	c.luma, c.colour = r.ue(), r.ue()
	r.u1() // qpprime_y_zero_transform_bypass_flag
	if r.u1() == 0 {
		return c
	}
	lists := 8
	if c.chroma == 3 {
		lists = 12
	}
	for i := range lists {
		if r.u1() == 1 {
			size := 16
			if i >= 6 {
				size = 64
			}
			skipScaling(r, size)
		}
	}
	return c
}

// skipScaling passes a scaling list over (7.3.2.1.1.1).
func skipScaling(r *bits, size int) {
	last, next := int32(8), int32(8)
	for range size {
		if next != 0 {
			next = (last + r.se()) & 0xff
		}
		if next != 0 {
			last = next
		}
	}
}

// readOrder passes over how pictures are ordered.
func readOrder(r *bits) {
	switch r.ue() {
	case 0:
		r.ue()
	case 1:
		r.u1()
		r.ue()
		r.ue()
		for n := r.ue(); n > 0 && !r.short; n-- {
			r.ue()
		}
	}
}

// cropUnits is what a unit of cropping is in pixels (equations 7-19 to 7-22).
func (c colour) cropUnits() (x, y int64) {
	switch {
	case c.separate:
		return 1, 1
	case c.chroma == 1:
		return 2, 2
	case c.chroma == 2:
		return 2, 1
	}
	return 1, 1
}
