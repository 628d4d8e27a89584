package wire

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/devices"
)

// MaxValues is how many values one reading carries at most.
const MaxValues = 64

// maxSeq is the greatest integer that every reader of JSON holds exactly.
const maxSeq = 1<<53 - 1

var readingFields = []string{"age_ms", "seq", "boot", "values"}

// DecodeReading reads a set of measured values: 1 to [MaxValues] finite
// numbers under names of a–z, 0–9 and "_" that begin with a letter. Its age
// is taken as a check-in's; a seq or boot that cannot be read is named in
// Mistyped.
func DecodeReading(from devices.Address, payload []byte, at time.Time) (devices.Reading, error) {
	f, err := read(payload, readingFields)
	if err != nil {
		return devices.Reading{}, err
	}
	r := devices.Reading{From: from, ReceivedAt: at}
	if r.Age, err = f[0].signalAge(&r.Mistyped); err != nil {
		return devices.Reading{}, err
	}
	if seq, ok := f[1].count(maxSeq); f[1].readable(ok, "seq", &r.Mistyped) {
		r.Seq = uint64(seq)
	}
	if boot, ok := f[2].token(); f[2].readable(ok, "boot", &r.Mistyped) {
		r.Boot = boot
	}
	r.Values, err = valuesOf(f[3])
	if err != nil {
		return devices.Reading{}, err
	}
	return r, nil
}

// EncodeReading writes a reading as firmware sends it, its values in the order
// of their names. JSON has no infinity: a value that is not finite is left out.
func EncodeReading(r devices.Reading) []byte {
	dst := make([]byte, 0, 160)
	dst = appendAge(append(dst, `{"age_ms":`...), r.Age)
	if r.Seq != 0 {
		dst = strconv.AppendUint(append(dst, `,"seq":`...), r.Seq, 10)
	}
	if r.Boot != "" {
		dst = appendWord(append(dst, `,"boot":`...), r.Boot)
	}
	dst = append(dst, `,"values":`...)
	separator := byte('{')
	for _, name := range slices.Sorted(maps.Keys(r.Values)) {
		if !finite(r.Values[name]) {
			continue
		}
		dst = append(appendWord(append(dst, separator), name), ':')
		dst = appendNumber(dst, r.Values[name])
		separator = ','
	}
	if separator == '{' {
		dst = append(dst, '{')
	}
	return append(dst, "}}"...)
}

func valuesOf(v value) (map[string]float64, error) {
	if v.shape != shapeObject {
		return nil, v.want(shapeObject, "values")
	}
	out := make(map[string]float64)
	err := members(v.raw, func(name []byte, v value) error {
		x, ok := v.number()
		if !ok {
			return v.want(shapeNumber, "values")
		}
		if _, twice := out[string(name)]; twice {
			return fault(ReasonDuplicate, "values")
		}
		if !validValueName(name) {
			return fault(ReasonBounds, "values")
		}
		out[string(name)] = x
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 || len(out) > MaxValues {
		return nil, fault(ReasonBounds, "values")
	}
	return out, nil
}

func validValueName(s []byte) bool {
	if len(s) == 0 || len(s) > devices.MaxNameLength || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return !slices.ContainsFunc(s, func(c byte) bool {
		return !isDigit(c) && (c < 'a' || c > 'z') && c != '_'
	})
}
