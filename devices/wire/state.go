package wire

import (
	"time"

	"example.org/campushub/devices"
)

// The bounds of a signal strength that is believed, in dBm.
const (
	minRSSI = -200
	maxRSSI = 50
)

var stateFields = []string{"status", "firmware", "battery", "tamper", "rssi_dbm"}

// DecodeState reads a device's report of its health. Only the status is
// required; a tamper of the wrong type reads as untouched, like every optional
// field.
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
	if firmware, ok := f[1].token(); ok {
		s.Firmware = firmware
	}
	s.Battery = within(f[2], 0, 1)
	s.Tamper, _ = f[3].boolean()
	s.RSSI = within(f[4], minRSSI, maxRSSI)
	return s, nil
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
	return append(dst, '}')
}

func within(v value, low, high float64) *float64 {
	x, ok := v.number()
	if !ok || x < low || x > high {
		return nil
	}
	return &x
}
