package supervision

import (
	"time"

	"example.org/campushub/devices"
)

// What is what was found.
type What string

// The findings. Those that end with Over take back the one before them.
const (
	DeviceLost   What = "lost"
	DeviceBack   What = "back"
	ButtonLastly What = "lasting" // a button is lost in school hours, and stays so
	Several      What = "several" // so many devices of a school that they are told as one
	SeveralOver  What = "several-over"
	Cut          What = "cut" // the school's link
	CutOver      What = "cut-over"
	Tamper       What = "tamper" // the case was opened: a person looks, nothing takes it back
	Service      What = "service"
	ServiceOver  What = "service-over"
	Stall        What = "stall" // the hub was held up; nothing is known of anybody
)

// Finding is one thing that has come to be known.
type Finding struct {
	What   What
	School string
	Device Device // zero where it is about more than one
	At     time.Time
	Since  time.Time     // since when nothing is heard
	Count  int           // of the devices that it is about
	For    time.Duration // stall: by how much the step was late
	Needs  []Need        // service: what the device needs
}

// Device is what supervision has to know of a device.
type Device struct {
	Address devices.Address
	Kind    devices.Kind
	Power   devices.Power
	Zone    *time.Location // of its school's days; nil is UTC
}

func (d Device) day(now time.Time) Date {
	zone := d.Zone
	if zone == nil {
		zone = time.UTC
	}
	return DateOf(now.In(zone))
}
