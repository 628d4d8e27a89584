package load

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// numbering makes the press ids of one run. They are valid UUIDs of version 7
// whose last eight digits count, so that an alert finds its press without a
// table that every reader would have to share.
type numbering struct{ prefix string }

func newNumbering(now time.Time) numbering {
	var b [16]byte
	_, _ = rand.Read(b[6:12]) // never fails: it ends the process instead
	ms := now.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (8 * (5 - i)))
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	x := hex.EncodeToString(b[:12])
	return numbering{prefix: fmt.Sprintf("%s-%s-%s-%s-%s", x[:8], x[8:12], x[12:16], x[16:20], x[20:24])}
}

func (n numbering) append(dst []byte, press int) []byte {
	dst = append(dst, n.prefix...)
	var count [4]byte
	for i := range count {
		count[i] = byte(press >> (8 * (3 - i)))
	}
	return hex.AppendEncode(dst, count[:])
}

// press is the number of an id; ok is false where it is of another run.
func (n numbering) press(id []byte) (press int, ok bool) {
	count, found := bytes.CutPrefix(id, []byte(n.prefix))
	if !found || len(count) != 8 {
		return 0, false
	}
	v, err := strconv.ParseUint(string(count), 16, 32)
	return int(v), err == nil
}

// field finds the string value of a key in a flat look at a JSON payload. A
// full decoding of every alert would cost the two cores that the broker under
// test needs as well; a press id has no escapes, and a value that is not found
// is counted as an alert about something else.
func field(payload []byte, key string) []byte {
	quoted := `"` + key + `"`
	for {
		at := bytes.Index(payload, []byte(quoted))
		if at < 0 {
			return nil
		}
		payload = payload[at+len(quoted):]
		rest, isKey := bytes.CutPrefix(bytes.TrimLeft(payload, " \t\r\n"), []byte(":"))
		if !isKey {
			continue
		}
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' {
			return nil
		}
		value, _, closed := bytes.Cut(rest[1:], []byte(`"`))
		if !closed {
			return nil
		}
		return value
	}
}
