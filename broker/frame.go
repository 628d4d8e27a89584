package broker

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The MQTT control packets (MQTT 5, 2.1.2) that the broker itself looks at.
const (
	typeConnect     = 1
	typePublish     = 3
	typePuback      = 4
	typePubrec      = 5
	typeSubscribe   = 8
	typeUnsubscribe = 10
	typePingreq     = 12
	typeDisconnect  = 14
	typeAuth        = 15
)

var (
	errFrame      = errors.New("malformed packet")
	errFrameSize  = errors.New("packet too large")
	errNotConnect = errors.New("first packet is not CONNECT")
)

// frameSize reads the fixed header at the beginning of b. It returns the
// length of the header and of the whole packet; both are 0 while b does not
// yet hold the header.
func frameSize(b []byte) (header, total int, err error) {
	remaining, n, err := varint(b, 1)
	if err != nil || n == 0 {
		return 0, 0, err
	}
	return 1 + n, 1 + n + remaining, nil
}

// varint reads a variable byte integer (MQTT 5, 1.5.5) of at most four bytes
// at offset. n is 0 while b ends within it.
func varint(b []byte, offset int) (value, n int, err error) {
	for i := 0; i < 4; i++ {
		if offset+i >= len(b) {
			return 0, 0, nil
		}
		c := b[offset+i]
		value |= int(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			return value, i + 1, nil
		}
	}
	return 0, 0, fmt.Errorf("%w: length of more than four bytes", errFrame)
}

// fromClient reports whether a client may send a packet of this type.
func fromClient(kind byte, version byte) bool {
	switch {
	case kind == typeConnect, kind >= typePublish && kind <= typeSubscribe:
		return true
	case kind == typeUnsubscribe, kind == typePingreq, kind == typeDisconnect:
		return true
	case kind == typeAuth:
		return version == 5
	}
	return false
}

// checkFrame looks at one whole packet before the MQTT library does. It is
// no second decoder: it refuses what the library is known to trust, above
// all a SUBSCRIBE that ends before its options byte.
func checkFrame(frame []byte, header int, version byte) error {
	kind, body := frame[0]>>4, frame[header:]
	if !fromClient(kind, version) {
		return fmt.Errorf("%w: type %d from a client", errFrame, kind)
	}
	switch kind {
	case typeSubscribe:
		return checkFilters(body, version, true)
	case typeUnsubscribe:
		return checkFilters(body, version, false)
	case typePingreq:
		if len(body) != 0 {
			return fmt.Errorf("%w: PINGREQ with a body", errFrame)
		}
	}
	return nil
}

// checkFilters walks the topic filters of a SUBSCRIBE or UNSUBSCRIBE: each
// is a length-prefixed string, in a SUBSCRIBE followed by its options byte.
func checkFilters(body []byte, version byte, options bool) error {
	offset := 2 // packet id
	if version == 5 {
		length, n, err := varint(body, offset)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%w: no property length", errFrame)
		}
		offset += n + length
	}
	if offset >= len(body) {
		return fmt.Errorf("%w: no topic filter", errFrame)
	}
	for offset < len(body) {
		if offset+2 > len(body) {
			return fmt.Errorf("%w: topic filter cut off", errFrame)
		}
		offset += 2 + int(binary.BigEndian.Uint16(body[offset:]))
		if options {
			offset++
		}
		if offset > len(body) {
			return fmt.Errorf("%w: topic filter or its options cut off", errFrame)
		}
	}
	return nil
}

// connectVersion reads the protocol level out of a CONNECT; 0 where there is
// none.
func connectVersion(body []byte) byte {
	if len(body) < 2 {
		return 0
	}
	at := 2 + int(binary.BigEndian.Uint16(body))
	if at >= len(body) {
		return 0
	}
	return body[at]
}

// appendPublish appends a PUBLISH to dst. id is 0 at QoS 0. MQTT 5 has no
// properties but the subscription's own identifier, where it asked for one.
func appendPublish(dst []byte, topic string, payload []byte, id uint16, version byte, subscription int) []byte {
	var properties [6]byte
	props := properties[:0]
	if version == 5 {
		props = appendProperties(props, subscription)
	}
	head, length := byte(typePublish<<4), 2+len(topic)+len(props)+len(payload)
	if id != 0 {
		head |= 1 << 1 // QoS 1
		length += 2
	}
	dst = append(dst, head)
	dst = appendVarint(dst, length)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(topic)))
	dst = append(dst, topic...)
	if id != 0 {
		dst = binary.BigEndian.AppendUint16(dst, id)
	}
	dst = append(dst, props...)
	return append(dst, payload...)
}

func appendProperties(dst []byte, subscription int) []byte {
	if subscription == 0 {
		return append(dst, 0)
	}
	const subscriptionIdentifier = 0x0b
	at := len(dst)
	dst = append(dst, 0, subscriptionIdentifier)
	dst = appendVarint(dst, subscription)
	dst[at] = byte(len(dst) - at - 1)
	return dst
}

func appendVarint(dst []byte, value int) []byte {
	for value >= 0x80 {
		dst = append(dst, byte(value)|0x80)
		value >>= 7
	}
	return append(dst, byte(value))
}
