package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/devices"
)

// malformedPrefix begins the id of a press whose own could not be read.
const malformedPrefix = "m-"

// maxWordLength bounds the enumerated words; the longest known one is shorter.
const maxWordLength = 32

var alarmFields = []string{"id", "kind", "mode", "silent", "age_ms"}

// DecodeAlarm reads a press. It never fails, because somebody pressed: a
// payload that cannot be read is a press all the same, Malformed, live, an
// emergency, its id "m-" and 32 hexadecimal digits, the first half of the
// SHA-256 of device and payload. Where only the id cannot be read, the press
// is Malformed too and keeps what else it says: a drill stays a drill, and a
// silent press silent.
//
// An unknown kind is an emergency, for firmware may be newer than the hub; a
// kind, mode or silent of the wrong type, a mode that is none, and an age
// below zero or above [MaxAge] take their defaults and are named in Mistyped.
func DecodeAlarm(from devices.Address, payload []byte, at time.Time) devices.Press {
	p := devices.Press{From: from, Alarm: devices.Emergency, Mode: devices.Live, ReceivedAt: at}
	f, err := read(payload, alarmFields)
	if err != nil {
		p.ID, p.Malformed = malformedID(from, payload), true
		return p
	}
	var ok bool
	if p.ID, ok = f[0].uuid(); !ok {
		p.ID, p.Malformed = malformedID(from, payload), true
	}
	if p.Alarm, ok = alarmOf(f[1]); !ok {
		p.Mistyped = append(p.Mistyped, "kind")
	}
	if p.Mode, ok = modeOf(f[2]); !ok {
		p.Mistyped = append(p.Mistyped, "mode")
	}
	if p.Silent, ok = f[3].boolean(); !ok && f[3].shape != absent {
		p.Mistyped = append(p.Mistyped, "silent")
	}
	if p.Age, ok = f[4].age(); !ok {
		p.Mistyped = append(p.Mistyped, "age_ms")
	}
	return p
}

// EncodeAlarm writes a press as firmware sends it.
func EncodeAlarm(p devices.Press) []byte {
	dst := make([]byte, 0, 128)
	dst = appendWord(append(dst, `{"id":`...), p.ID)
	dst = appendWord(append(dst, `,"kind":`...), string(p.Alarm))
	dst = appendWord(append(dst, `,"mode":`...), string(p.Mode))
	dst = strconv.AppendBool(append(dst, `,"silent":`...), p.Silent)
	dst = appendAge(append(dst, `,"age_ms":`...), p.Age)
	return append(dst, '}')
}

func malformedID(from devices.Address, payload []byte) string {
	h := sha256.New()
	h.Write([]byte(from.String()))
	h.Write([]byte{0})
	h.Write(payload)
	var sum [sha256.Size]byte
	return malformedPrefix + hex.EncodeToString(h.Sum(sum[:0])[:16])
}

func validMalformedID(s string) bool {
	if len(s) != len(malformedPrefix)+32 || s[:len(malformedPrefix)] != malformedPrefix {
		return false
	}
	return !slices.ContainsFunc([]byte(s[len(malformedPrefix):]), func(c byte) bool {
		return !isDigit(c) && (c < 'a' || c > 'f')
	})
}

// alarmOf is the kind; ok is false where the field is no word at all.
func alarmOf(v value) (_ devices.Alarm, ok bool) {
	s, ok := v.text(maxWordLength)
	if !ok {
		return devices.Emergency, v.shape == absent || v.shape == shapeString
	}
	for _, a := range devices.Alarms() {
		if s == string(a) {
			return a, true
		}
	}
	return devices.Emergency, true
}

func modeOf(v value) (_ devices.Mode, ok bool) {
	s, ok := v.text(maxWordLength)
	if ok {
		for _, m := range devices.Modes() {
			if s == string(m) {
				return m, true
			}
		}
	}
	return devices.Live, v.shape == absent
}
