package wire

import (
	"strings"
	"time"

	"example.org/campushub/devices"
)

// MinCardLength and MaxCardLength bound a card's number, in hexadecimal
// digits: ISO/IEC 14443-3 has 4, 7 and 10 bytes, other cards up to 16.
const (
	MinCardLength = 8
	MaxCardLength = 32
)

var checkInFields = []string{"id", "post", "card", "age_ms", "out"}

// DecodeCheckIn reads a card held to a post's reader. All but the age and out is
// required; one of the wrong type is named in Mistyped, and an age below zero or
// above [MaxAge] refuses the check-in, which would stand at the wrong time.
func DecodeCheckIn(from devices.Address, payload []byte, at time.Time) (devices.CheckIn, error) {
	f, err := read(payload, checkInFields)
	if err != nil {
		return devices.CheckIn{}, err
	}
	c := devices.CheckIn{From: from, ReceivedAt: at}
	var ok bool
	if c.ID, ok = f[0].uuid(); !ok {
		return devices.CheckIn{}, f[0].want(shapeString, "id")
	}
	if c.Post, ok = f[1].text(devices.MaxNameLength); !ok || !devices.ValidName(c.Post) {
		return devices.CheckIn{}, f[1].want(shapeString, "post")
	}
	if c.Card, ok = cardOf(f[2]); !ok {
		return devices.CheckIn{}, f[2].want(shapeString, "card")
	}
	if c.Age, err = f[3].signalAge(&c.Mistyped); err != nil {
		return devices.CheckIn{}, err
	}
	c.Out, ok = f[4].boolean()
	f[4].readable(ok, "out", &c.Mistyped)
	return c, nil
}

// EncodeCheckIn writes a check-in as firmware sends it.
func EncodeCheckIn(c devices.CheckIn) []byte {
	dst := make([]byte, 0, 160)
	dst = appendWord(append(dst, `{"id":`...), c.ID)
	dst = appendWord(append(dst, `,"post":`...), c.Post)
	dst = appendWord(append(dst, `,"card":`...), c.Card)
	dst = appendAge(append(dst, `,"age_ms":`...), c.Age)
	if c.Out {
		dst = append(dst, `,"out":true`...)
	}
	return append(dst, '}')
}

func cardOf(v value) (string, bool) {
	s, ok := v.text(MaxCardLength)
	if !ok || len(s) < MinCardLength {
		return "", false
	}
	for i := range len(s) {
		if !isHex(s[i]) {
			return "", false
		}
	}
	return strings.ToLower(s), true
}
