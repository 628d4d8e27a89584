package supervision

import (
	"time"

	"example.org/campushub/devices"
)

// Class is what silence means for the devices of one supply.
type Class struct {
	// KeepAlive is how often a device is heard at the least: its firmware's MQTT
	// keep-alive.
	KeepAlive time.Duration
	// Late is the silence from which a device is looked at. On mains it is one and
	// a half keep-alives, when MQTT 3.1.1, 3.1.2.10 has a server give up.
	Late time.Duration
	// Lost is the silence from which a device is lost: EN 50136 asks for 20 s
	// (SP6) and 90 s (DP4).
	Lost time.Duration
	// Found is how long a lost device must be heard again, without a gap of Lost,
	// before it counts as found. It doubles with each loss that follows within
	// LapseWithin, up to LongestFound: a device that comes and goes is one
	// incident, and not one a minute.
	Found time.Duration
}

// ClassOf is the class of a supply: 20 s on mains and 90 s on battery where
// lost is zero, and everything else in proportion where it is shorter.
func ClassOf(p devices.Power, lost time.Duration) Class {
	c := Class{KeepAlive: p.KeepAlive(), Late: p.KeepAlive() * 3 / 2, Lost: p.LostAfter(), Found: p.LostAfter()}
	if lost == 0 || lost == c.Lost {
		return c
	}
	part := func(d time.Duration) time.Duration {
		return time.Duration(float64(d) * float64(lost) / float64(c.Lost))
	}
	return Class{KeepAlive: part(c.KeepAlive), Late: part(c.Late), Lost: lost, Found: part(c.Found)}
}

// Limits are the thresholds of supervision.
type Limits struct {
	Mains, Battery Class
	// Settle is how long nothing counts as silence after a start, a stall, or a
	// cut that is over: devices come back one after another, each by a back-off of
	// its own (30 s in our firmware).
	Settle time.Duration
	// Stall is how much later than asked a step may come before the hub itself
	// was held up, and nobody else.
	Stall time.Duration
	// CutOf is the fewest devices whose silence together is a cut link. [J]
	CutOf int
	// Single is how many devices of a school are told one by one within
	// SingleWithin; more are one incident. [J]
	Single       int
	SingleWithin time.Duration
	// Lasting is how long a button of a school may be lost in school hours before
	// that is grave. It may not block.
	Lasting func(school string) time.Duration

	// BatteryLow and BatteryFine are charges from 0 to 1. Twenty per cent of a
	// cell that lasts a year is ten weeks; EN 14604 wants thirty days of warning
	// of a smoke alarm. [J]
	BatteryLow, BatteryFine float64
	// RadioWeak and RadioFine are signal levels in dBm. IEEE 802.11 asks a
	// receiver to work down to -82 dBm in a channel of 20 MHz; below, it owes
	// nothing. Five more make it fine again. [J]
	RadioWeak, RadioFine float64
	// Firmware is the oldest version that may run, such as "1.2.0"; "" is any.
	Firmware string
	// FirmwareAge is for how long a device may run one version; 0 is for ever.
	FirmwareAge time.Duration
}

// The bounds of what one device may cause.
const (
	LapseWithin  = time.Hour
	LongestFound = 10 * time.Minute
)

// Defaults are the built-in limits.
func Defaults() Limits {
	return Limits{
		Mains: ClassOf(devices.PowerMains, 0), Battery: ClassOf(devices.PowerBattery, 0),
		Settle: 40 * time.Second, Stall: 3 * time.Second, CutOf: 3,
		Single: 5, SingleWithin: time.Minute,
		Lasting:    func(string) time.Duration { return 5 * time.Minute },
		BatteryLow: 0.2, BatteryFine: 0.3, RadioWeak: -82, RadioFine: -77,
	}
}

// Of is the class of a supply.
func (l Limits) Of(p devices.Power) Class {
	if p == devices.PowerBattery {
		return l.Battery
	}
	return l.Mains
}
