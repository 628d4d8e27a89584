package wire

import (
	"math"
	"strconv"
	"time"

	"example.org/campushub/devices"
)

// The bounds of a signal strength that is believed, in dBm.
const (
	minRSSI = -200
	maxRSSI = 50
)

var stateFields = []string{"status", "firmware", "battery", "tamper", "rssi_dbm", "presses_dropped", "checkins_dropped"}

// DecodeState reads a device's report of its health. Only the status is
// required; any other field that cannot be read, or is outside its bounds, is
// named in Mistyped and reads as if it were not there: a battery in per cent
// must not take the tamper contact beside it with it.
func DecodeState(from devices.Address, payload []byte, at time.Time) (devices.State, error) {
	f, err := read(payload, stateFields)
	if err != nil {
		return devices.State{}, err
	}
	s := devices.State{From: from, ReceivedAt: at}
	status, _ := f[0].text(maxWordLength)
	switch devices.Status(status) {
	case devices.Online, devices.Offline:
		s.Status = devices.Status(status)
	default:
		return devices.State{}, f[0].want(shapeString, "status")
	}
	if firmware, ok := f[1].token(); f[1].readable(ok, "firmware", &s.Mistyped) {
		s.Firmware = firmware
	}
	s.Battery = within(f[2], 0, 1)
	f[2].readable(s.Battery != nil, "battery", &s.Mistyped)
	var ok bool
	s.Tamper, ok = f[3].boolean()
	f[3].readable(ok, "tamper", &s.Mistyped)
	s.RSSI = within(f[4], minRSSI, maxRSSI)
	f[4].readable(s.RSSI != nil, "rssi_dbm", &s.Mistyped)
	s.PressesDropped = dropped(f[5], "presses_dropped", &s.Mistyped)
	s.CheckInsDropped = dropped(f[6], "checkins_dropped", &s.Mistyped)
	return s, nil
}

func dropped(v value, name string, mistyped *[]string) int {
	n, ok := v.count(math.MaxInt32)
	v.readable(ok, name, mistyped)
	if !ok {
		return 0
	}
	return int(n)
}

// EncodeState writes a state as firmware sends it.
func EncodeState(s devices.State) []byte {
	dst := make([]byte, 0, 128)
	dst = appendWord(append(dst, `{"status":`...), string(s.Status))
	if s.Firmware != "" {
		dst = appendWord(append(dst, `,"firmware":`...), s.Firmware)
	}
	if s.Battery != nil && finite(*s.Battery) {
		dst = appendNumber(append(dst, `,"battery":`...), *s.Battery)
	}
	if s.Tamper {
		dst = append(dst, `,"tamper":true`...)
	}
	if s.RSSI != nil && finite(*s.RSSI) {
		dst = appendNumber(append(dst, `,"rssi_dbm":`...), *s.RSSI)
	}
	if s.PressesDropped > 0 {
		dst = strconv.AppendInt(append(dst, `,"presses_dropped":`...), int64(s.PressesDropped), 10)
	}
	if s.CheckInsDropped > 0 {
		dst = strconv.AppendInt(append(dst, `,"checkins_dropped":`...), int64(s.CheckInsDropped), 10)
	}
	return append(dst, '}')
}

func within(v value, low, high float64) *float64 {
	x, ok := v.number()
	if !ok || x < low || x > high {
		return nil
	}
	return &x
}
