package ipcam

import (
	"bytes"
	_ "embed" // the film
	"encoding/base64"
)

// film is what stream.sh made: 250 pictures, a keyframe every 50, as a byte
// stream (ITU-T H.264, annex B).
//
//go:embed stream.h264
var film []byte

// The measures of the film.
const (
	Pictures = 250 // before it begins anew
	Group    = 50  // pictures from a keyframe to the next
	Rate     = 25  // pictures a second
)

// The types of NAL units.
const (
	nalSlice = 1
	nalIDR   = 5
	nalSPS   = 7
	nalPPS   = 8
)

// pictures cuts a byte stream into pictures, each of them a byte stream. A
// picture ends before the first NAL unit behind its last slice that is not one
// of its slices.
func pictures(stream []byte) (out [][]byte) {
	var picture []byte
	var shown bool
	for _, nal := range nals(stream) {
		slice := nal[0]&0x1f == nalSlice || nal[0]&0x1f == nalIDR
		first := slice && nal[1]&0x80 != 0 // first_mb_in_slice is 0
		if shown && (first || !slice) {
			out, picture, shown = append(out, picture), nil, false
		}
		picture = append(append(picture, 0, 0, 0, 1), nal...)
		shown = shown || slice
	}
	return append(out, picture)
}

func nals(stream []byte) (out [][]byte) {
	for part := range bytes.SplitSeq(stream, []byte{0, 0, 1}) {
		if part = bytes.TrimRight(part, "\x00"); len(part) > 1 {
			out = append(out, part)
		}
	}
	return out
}

// sprop is the film's parameter sets as a description gives them.
func sprop(stream []byte) string {
	var out string
	for _, nal := range nals(stream) {
		switch t := nal[0] & 0x1f; {
		case t == nalSPS && out == "":
			out = base64.StdEncoding.EncodeToString(nal)
		case t == nalPPS && out != "":
			return out + "," + base64.StdEncoding.EncodeToString(nal)
		}
	}
	return out
}
