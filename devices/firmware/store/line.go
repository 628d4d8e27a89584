package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"

	"example.org/campushub/devices"
)

// The kinds of line.
const (
	kindBoot    = "boot"    // the board started
	kindLived   = "lived"   // it runs still
	kindPress   = "press"   // made, and not confirmed
	kindCheckIn = "checkin" // made, and not confirmed
	kindDone    = "done"    // the hub has it, or it was dropped
	kindDropped = "dropped" // how many were, in all
)

// line is one line of the file: eight hexadecimal digits of CRC-32C, a blank,
// and this as JSON. A field that this version does not know is ignored, and so is a
// kind.
type line struct {
	Kind   string `json:"k"`
	Device string `json:"d,omitempty"` // school/device
	ID     string `json:"id,omitempty"`
	moment

	Name   string        `json:"name,omitempty"` // of a boot
	Alarm  devices.Alarm `json:"alarm,omitempty"`
	Mode   devices.Mode  `json:"mode,omitempty"`
	Silent bool          `json:"silent,omitempty"`
	Post   string        `json:"post,omitempty"`
	Card   string        `json:"card,omitempty"`
	Out    bool          `json:"out,omitempty"`

	Presses  int `json:"presses,omitempty"`  // dropped
	CheckIns int `json:"checkins,omitempty"` // dropped
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const sumDigits = 8

func (l line) encode() []byte {
	body, err := json.Marshal(l)
	if err != nil {
		panic(err) // a struct of words and numbers
	}
	return append(fmt.Appendf(nil, "%08x %s", crc32.Checksum(body, castagnoli), body), '\n')
}

// decode reads one line without its end; ok is false where it is damaged.
func decode(raw []byte) (l line, ok bool) {
	if len(raw) < sumDigits+1 || raw[sumDigits] != ' ' {
		return line{}, false
	}
	sum, err := strconv.ParseUint(string(raw[:sumDigits]), 16, 32)
	body := raw[sumDigits+1:]
	if err != nil || uint32(sum) != crc32.Checksum(body, castagnoli) {
		return line{}, false
	}
	return l, json.Unmarshal(body, &l) == nil
}

// lines reads a file: every line that is whole, whatever lies between them.
func lines(file []byte) (all []line, damaged int) {
	for raw := range bytes.Lines(file) {
		whole, ended := bytes.CutSuffix(raw, []byte("\n"))
		if l, ok := decode(whole); ok && ended {
			all = append(all, l)
		} else {
			damaged++
		}
	}
	return all, damaged
}
