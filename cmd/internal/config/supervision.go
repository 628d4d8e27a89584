package config

import (
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// longestSettle bounds the time after a start in which nobody's silence counts.
const longestSettle = 5 * time.Minute

// Supervision says when devices are lost, and what they need.
type Supervision struct {
	// MainsLost and BatteryLost are the silence from which a device is lost. They
	// may be shorter than 20 s and 90 s, and never longer.
	MainsLost, BatteryLost time.Duration
	// Settle is how long nothing counts as silence after a start.
	Settle time.Duration
	// OldestFirmware is the oldest version that devices may run; "" is any.
	OldestFirmware string
	// FirmwareDays is for how many days a device may run one version; 0 is for
	// ever.
	FirmwareDays int
}

// mostFirmwareDays bounds it: ten years.
const mostFirmwareDays = 3650

func (r *reader) supervision(o object) Supervision {
	s := o.section("supervision", "mains_lost", "battery_lost", "settle", "oldest_firmware", "firmware_days")
	mains, battery := devices.PowerMains.LostAfter(), devices.PowerBattery.LostAfter()
	return Supervision{
		MainsLost:      r.duration(s, "mains_lost", mains, mains),
		BatteryLost:    r.duration(s, "battery_lost", battery, battery),
		Settle:         r.duration(s, "settle", supervision.Defaults().Settle, longestSettle),
		OldestFirmware: r.firmware(s),
		FirmwareDays:   r.number(s, "firmware_days", 0, 1, mostFirmwareDays),
	}
}

func (r *reader) firmware(o object) string {
	if !o.has("oldest_firmware") {
		return ""
	}
	t := o.need("oldest_firmware")
	if t.ok && !supervision.Version(t.s) {
		r.fault(t.value, "want a version, such as 1.2.0, found %q", t.s)
	}
	return t.s
}

// Limits are the thresholds that follow from it.
func (s Supervision) Limits() supervision.Limits {
	l := supervision.Defaults()
	l.Mains = supervision.ClassOf(devices.PowerMains, s.MainsLost)
	l.Battery = supervision.ClassOf(devices.PowerBattery, s.BatteryLost)
	l.Settle, l.Firmware = s.Settle, s.OldestFirmware
	l.FirmwareAge = time.Duration(s.FirmwareDays) * 24 * time.Hour
	return l
}
