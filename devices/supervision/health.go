package supervision

import (
	"strconv"
	"strings"

	"example.org/campushub/devices"
)

// Need is what a device needs from somebody who looks after it.
type Need string

// The needs.
const (
	NeedBattery  Need = "battery-low"
	NeedFirmware Need = "firmware-old"
	NeedUpdate   Need = "firmware-unchanged" // for longer than it may
	NeedRadio    Need = "radio-weak"
)

// Health is what a device last said of itself.
type Health struct {
	Battery  *float64 // 0 to 1; nil where it has not said
	RSSI     *float64 // dBm
	Firmware string
	Tamper   bool
	Needs    []Need
}

// Take is the health after a report. What the report leaves out stays as it
// was; between the two thresholds of a need, the need stays as it was.
func (h Health) Take(l Limits, s devices.State) Health {
	if s.Status != devices.Online { // a last word says nothing of the rest
		return h
	}
	before := h.Needs
	h.Tamper, h.Needs = s.Tamper, nil
	if s.Battery != nil {
		h.Battery = s.Battery
	}
	if s.RSSI != nil {
		h.RSSI = s.RSSI
	}
	if s.Firmware != "" {
		h.Firmware = s.Firmware
	}
	if low(h.Battery, l.BatteryLow, l.BatteryFine, has(before, NeedBattery)) {
		h.Needs = append(h.Needs, NeedBattery)
	}
	if Older(h.Firmware, l.Firmware) {
		h.Needs = append(h.Needs, NeedFirmware)
	}
	if low(h.RSSI, l.RadioWeak, l.RadioFine, has(before, NeedRadio)) {
		h.Needs = append(h.Needs, NeedRadio)
	}
	return h
}

// low reports whether a figure is at or below its threshold, or has been and is
// not fine yet.
func low(v *float64, threshold, fine float64, was bool) bool {
	return v != nil && (*v <= threshold || (was && *v < fine))
}

func has(all []Need, n Need) bool {
	for _, m := range all {
		if m == n {
			return true
		}
	}
	return false
}

// Older reports whether a version is older than another: numbers between
// points, compared one after another. What cannot be read as that is not
// known to be older.
func Older(version, than string) bool {
	a, okA := numbers(version)
	b, okB := numbers(than)
	if !okA || !okB {
		return false
	}
	for i := range max(len(a), len(b)) {
		if x, y := at(a, i), at(b, i); x != y {
			return x < y
		}
	}
	return false
}

func at(n []int, i int) int {
	if i < len(n) {
		return n[i]
	}
	return 0
}

// numbers reads "1.2.0", also with a "v" before it and a word behind it, such
// as "v1.2.0-rc1" or "1.0.0+virtual".
func numbers(s string) ([]int, bool) {
	s = strings.TrimPrefix(s, "v")
	if end := strings.IndexAny(s, "-+"); end >= 0 {
		s = s[:end]
	}
	var out []int
	for _, part := range strings.Split(s, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}

// Version reports whether a text can be compared as a version.
func Version(s string) bool { _, ok := numbers(s); return ok }
