package rtsp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"example.org/campushub/devices/camera"
)

// Track is the stream that is played.
type Track struct {
	Codec       camera.Codec
	PayloadType uint8
	SPS, PPS    []byte // of the description; nil where it has none

	control string
}

// The errors of a description.
var (
	errDescription = errors.New("rtsp: description that nobody can read")
	// ErrCodec is a camera whose picture nobody here can record.
	ErrCodec = errors.New("rtsp: no H.264 in what the camera offers")
)

// describe chooses the first H.264 stream of a description (RFC 8866, 4566).
func describe(body []byte) (Track, error) {
	var d sdp.SessionDescription
	if err := d.Unmarshal(body); err != nil {
		return Track{}, fmt.Errorf("%w: %w", errDescription, err)
	}
	var seen []string
	for _, m := range d.MediaDescriptions {
		if m.MediaName.Media != "video" {
			continue
		}
		for _, f := range m.MediaName.Formats {
			t, name := track(m, f)
			if t.Codec == camera.H264 {
				return t, nil
			}
			seen = append(seen, name)
		}
	}
	return Track{}, fmt.Errorf("%w: %.100q; set its stream to H.264", ErrCodec, seen)
}

func track(m *sdp.MediaDescription, format string) (t Track, name string) {
	kind, err := strconv.ParseUint(format, 10, 7)
	if err != nil {
		return Track{}, format
	}
	t.PayloadType = uint8(kind)
	for _, a := range m.Attributes {
		value, mine := strings.CutPrefix(a.Value, format+" ")
		switch {
		case a.Key == "control":
			t.control = a.Value
		case a.Key == "rtpmap" && mine:
			name = strings.TrimSpace(value)
		case a.Key == "fmtp" && mine:
			t.SPS, t.PPS = parameterSets(value)
		}
	}
	codec, rate, _ := strings.Cut(name, "/")
	if c := camera.Codec(strings.ToUpper(codec)); (c == camera.H264 || c == camera.H265) && strings.HasPrefix(rate, "90000") {
		t.Codec = c
	}
	return t, name
}

// parameterSets reads sprop-parameter-sets (RFC 6184, 8.1).
func parameterSets(fmtp string) (sps, pps []byte) {
	for p := range strings.SplitSeq(fmtp, ";") {
		sets, ok := strings.CutPrefix(strings.TrimSpace(p), "sprop-parameter-sets=")
		if !ok {
			continue
		}
		for set := range strings.SplitSeq(sets, ",") {
			nal, err := base64.StdEncoding.DecodeString(strings.TrimSpace(set))
			switch {
			case err != nil || len(nal) == 0:
			case nal[0]&0x1f == 7 && sps == nil:
				sps = nal
			case nal[0]&0x1f == 8 && pps == nil:
				pps = nal
			}
		}
	}
	return sps, pps
}

// resolve makes a stream's address of its control attribute (RFC 2326, C.1.1),
// as cameras mean it: behind the base, not in place of its last part.
func resolve(base, control string) string {
	switch {
	case control == "" || control == "*":
		return base
	case strings.HasPrefix(strings.ToLower(control), "rtsp://"):
		return control
	case strings.HasPrefix(control, "/"):
		if u, err := url.Parse(base); err == nil {
			return u.Scheme + "://" + u.Host + control
		}
	}
	return strings.TrimSuffix(base, "/") + "/" + control
}
