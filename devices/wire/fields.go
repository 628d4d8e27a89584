package wire

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// maxFields is the most fields that one object of the wire has.
const maxFields = 16

// fields holds the known members of an object, at the places of their names.
type fields [maxFields]value

// read collects the named members of the payload's object.
func read(payload []byte, names []string) (f fields, err error) {
	err = members(payload, func(name []byte, v value) error {
		for i, n := range names {
			if string(name) != n {
				continue
			}
			if f[i].shape != absent {
				return fault(ReasonDuplicate, n)
			}
			f[i] = v
			return nil
		}
		return nil
	})
	return f, err
}

// want explains why a required field could not be taken.
func (v value) want(wanted shape, field string) error {
	switch v.shape {
	case absent:
		return fault(ReasonMissing, field)
	case wanted:
		return fault(ReasonBounds, field)
	}
	return fault(ReasonType, field)
}

// text is a string of at most limit bytes.
func (v value) text(limit int) (string, bool) {
	if v.shape != shapeString {
		return "", false
	}
	var s string
	if bytes.IndexByte(v.raw, '\\') < 0 {
		s = string(v.raw[1 : len(v.raw)-1])
	} else {
		s = unescape(v.raw)
	}
	return s, len(s) <= limit
}

// count is a whole number from 0 to high, which lies within 2^53, where every
// reader of JSON agrees about a number.
func (v value) count(high int64) (int64, bool) {
	if v.shape != shapeNumber {
		return 0, false
	}
	n, err := strconv.ParseInt(string(v.raw), 10, 64)
	if err != nil {
		x, ok := v.number()
		if !ok || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
			return 0, false
		}
		n = int64(x)
	}
	return n, 0 <= n && n <= high
}

// number is a finite number.
func (v value) number() (float64, bool) {
	if v.shape != shapeNumber {
		return 0, false
	}
	x, err := strconv.ParseFloat(string(v.raw), 64)
	return x, err == nil
}

func (v value) boolean() (b, ok bool) {
	return v.shape == shapeBool && v.raw[0] == 't', v.shape == shapeBool
}

// unescape reads a JSON string that the scanner has found well-formed.
func unescape(raw []byte) string {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "" // never: the scanner and encoding/json agree, see FuzzScan
	}
	return s
}

// MaxAge is the oldest age that is believed; beyond it a device's clock is
// nonsense.
const MaxAge = 30 * 24 * time.Hour

// age is the field age_ms; ok is false where it is there and is nonsense.
func (v value) age() (_ time.Duration, ok bool) {
	ms, ok := v.count(MaxAge.Milliseconds())
	if !ok {
		return 0, v.shape == absent
	}
	return time.Duration(ms) * time.Millisecond, true
}

// signalAge is the age_ms of anything but an alarm. A number below zero or
// above [MaxAge] is a clock's nonsense and an error; what is no whole number is
// mistyped.
func (v value) signalAge(mistyped *[]string) (time.Duration, error) {
	age, ok := v.age()
	if !ok && v.shape == shapeNumber && v.whole() {
		return 0, fault(ReasonBounds, "age_ms")
	}
	v.readable(ok, "age_ms", mistyped)
	return age, nil
}

// whole reports whether a number has no fraction. One that is too great for a
// float has none.
func (v value) whole() bool {
	x, ok := v.number()
	return !ok || x == math.Trunc(x)
}

// readable notes an optional field that is there and could not be read.
func (v value) readable(ok bool, field string, mistyped *[]string) bool {
	if !ok && v.shape != absent {
		*mistyped = append(*mistyped, field)
	}
	return ok
}

// token is what the hub or a device made up: 1 to 64 letters, digits and
// ".", "_", ":", "-", "+".
func (v value) token() (string, bool) {
	s, ok := v.text(MaxTokenLength)
	return s, ok && validToken(s)
}

// MaxTokenLength is the longest boot name, firmware version or drill id.
const MaxTokenLength = 64

func validToken(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && !bytes.ContainsRune([]byte("._:+-"), rune(s[i])) {
			return false
		}
	}
	return s != "" && len(s) <= MaxTokenLength
}

// uuid is a UUID in lower case. The nil and the max UUID name nothing
// (RFC 9562, 5.9 and 5.10): a device that sends them has no source of ids, and
// its second press would pass for a repetition of the first.
func (v value) uuid() (string, bool) {
	s, ok := v.text(36)
	if !ok || len(s) != 36 {
		return "", false
	}
	var id [36]byte
	zeros, ones := 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return "", false
			}
		case !isHex(c):
			return "", false
		case c >= 'A' && c <= 'F':
			c += 'a' - 'A'
		}
		if c == '0' {
			zeros++
		}
		if c == 'f' {
			ones++
		}
		id[i] = c
	}
	return string(id[:]), zeros < 32 && ones < 32
}
