package firmware

import (
	"time"

	"example.org/campushub/devices"
)

// core is a device as a pure state machine. Nothing in it waits, reads a clock
// or touches a pin.
type core interface {
	// step takes one input at its time and says what to do.
	step(now time.Time, in input) []effect
	// next is when step must run again with no input but the clock; zero is
	// never. It is asked after a step at now.
	next(now time.Time) time.Time
}

// input is what happened; the empty one is the clock.
type input any

// The inputs.
type (
	pinInput struct {
		pin    int
		closed bool
	}
	cardInput struct{ uid []byte }
	linkInput struct{ up bool }
	// dateInput: the board's clock has been set.
	dateInput struct{ wall time.Time }
	// droppedInput: a check-in had to make room in the store.
	droppedInput struct{ checkIn string }
	// areaInput is how many wait; nobody knows where it is not counted.
	areaInput struct {
		people  int
		counted bool
	}
)

// effect is what the shell does for the core.
type effect any

// The effects, done in their order.
type (
	sendEffect struct{ Message }
	keepEffect struct{ press Press }
	holdEffect struct {
		checkIn devices.CheckIn
		at      time.Time
	}
	forgetEffect struct{ id string }
	lampEffect   struct{ on bool }
	sirenEffect  struct{ on bool }
	dropEffect   struct{ Dropped } // the device had no room
)

// Identity is who a device is.
type Identity struct {
	Address devices.Address
	Power   devices.Power
	Version string // the firmware's own, as its state says it
}
