// Package packet reads and writes the MQTT 3.1.1 packets that a load
// generator and the peers it is measured against need.
//
// It owns bytes only: it starts no goroutine, opens no connection and keeps
// no session. It never speaks MQTT 5 and never QoS 2. Section numbers in the
// comments are those of the OASIS standard MQTT 3.1.1.
package packet

import "errors"

// Type is the control packet type, the high four bits of the first byte.
type Type byte

// The packet types (section 2.2.1) that are spoken here.
const (
	Connect    Type = 1
	Connack    Type = 2
	Publish    Type = 3
	Puback     Type = 4
	Subscribe  Type = 8
	Suback     Type = 9
	Pingreq    Type = 12
	Pingresp   Type = 13
	Disconnect Type = 14
)

const (
	maxLength      = 1 << 16 // longest remaining length that is read; an alert has a few KiB
	maxString      = 1<<16 - 1
	refused   byte = 0x80 // SUBACK's return code for a refused filter
	protocol       = "MQTT"
	level     byte = 4
)

// The ways in which a packet cannot be read.
var (
	ErrTooLong   = errors.New("packet too long")
	ErrMalformed = errors.New("malformed packet")
)
