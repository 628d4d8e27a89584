package broker

import (
	"time"

	"example.org/campushub/devices"
)

// Principal is an authenticated identity: a device or a terminal.
type Principal struct {
	User     string          // "school/device" or "audience/terminal"
	Device   devices.Address // zero for a terminal
	Terminal string          // "audience/id"; "" for a device
}

// Topic is the one topic that the identity may subscribe to:
// campus/<school>/<device>/command or alert/<audience>/<terminal>.
func (p Principal) Topic() string {
	if p.Terminal != "" {
		return "alert/" + p.Terminal
	}
	return "campus/" + p.Device.School + "/" + p.Device.Device + "/command"
}

// Directory knows the identities.
type Directory interface {
	// Authenticate says who user is, and whether password is theirs.
	Authenticate(user string, password []byte) (Principal, bool)
}

// Hub is what the broker hands signals to. Press may take up to 2 s, and a
// Reading that is promised an acknowledgement a few milliseconds, which delays
// only the client that sent it; nothing else may block.
type Hub interface {
	// Press returns when the press is durable. An error withholds the PUBACK
	// and closes the connection, so that the device comes back and repeats it.
	Press(p devices.Press) error
	// CheckIn, Reading and State take a decoded signal. An error says that
	// the hub refuses it for good: it is counted, MQTT 5 is answered 0x83,
	// 3.1.1 is acknowledged.
	CheckIn(c devices.CheckIn) error
	Reading(r devices.Reading) error
	State(s devices.State) error
	// Confirm passes a receipt on. The hub decides whether this user was told.
	Confirm(user, delivery string, status devices.ReceiptStatus, at time.Time)
	// Up says that the identity's own topic has a live subscription: whatever
	// is unresolved is to be sent again. Down says that it has none any more.
	// For one identity the two strictly alternate, Up first: a subscription
	// beside or in place of a live one is a Down followed by an Up.
	Up(p Principal, at time.Time)
	Down(p Principal, at time.Time)
	// Seen says that a device sent something: every packet is a heartbeat.
	Seen(from devices.Address, at time.Time)
}
