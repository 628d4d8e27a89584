package telemetry

import (
	"bytes"
	"strconv"
	"time"

	"example.org/campushub/devices"
)

// The spool holds points as this package writes them. What follows reads
// these, and no others: tags and names without escapes.

// cutLine takes a point apart: what it is of, its fields, its time.
func cutLine(b []byte) (series, fields []byte, at time.Time, ok bool) {
	i, j := bytes.IndexByte(b, ' '), bytes.LastIndexByte(b, ' ')
	if i < 0 || i == j {
		return nil, nil, time.Time{}, false
	}
	ns, err := strconv.ParseInt(string(b[j+1:]), 10, 64)
	if err != nil {
		return nil, nil, time.Time{}, false
	}
	return b[:i], b[i+1 : j], time.Unix(0, ns).UTC(), true
}

// valueOf finds "name=value" in a list of tags or fields. Strings hold no
// comma that would look like one: boots and versions are tokens.
func valueOf(list []byte, name string) (string, bool) {
	for part := range bytes.SplitSeq(list, []byte{','}) {
		if k, v, ok := bytes.Cut(part, []byte{'='}); ok && string(k) == name {
			return string(bytes.Trim(v, `"`)), true
		}
	}
	return "", false
}

// readingOf reads as much of a recorded reading as tells a repeat.
func readingOf(b []byte) (r devices.Reading, at time.Time, ok bool) {
	series, fields, at, ok := cutLine(b)
	if !ok || !bytes.HasPrefix(series, []byte(MeasureReading+",")) {
		return r, at, false
	}
	r.From.School, _ = valueOf(series, "school")
	r.From.Device, _ = valueOf(series, "device")
	r.Boot, _ = valueOf(fields, "boot")
	if seq, ok := valueOf(fields, "seq"); ok {
		r.Seq, _ = strconv.ParseUint(seq[:len(seq)-1], 10, 64) // "12i"
	}
	return r, at, true
}
