package packet

import "encoding/binary"

// Login is what a client says of itself in CONNECT.
type Login struct {
	ClientID  string
	Username  string // "" sends neither user name nor password
	Password  string
	KeepAlive uint16 // seconds
}

// AppendConnect appends a CONNECT with a clean session and no will.
func AppendConnect(dst []byte, l Login) []byte {
	const cleanSession, hasPassword, hasUsername = 0x02, 0x40, 0x80
	flags := byte(cleanSession)
	length := 2 + len(protocol) + 1 + 1 + 2 + 2 + len(l.ClientID)
	if l.Username != "" {
		flags |= hasUsername | hasPassword
		length += 2 + len(l.Username) + 2 + len(l.Password)
	}
	dst = appendHeader(dst, Connect, 0, length)
	dst = appendString(dst, protocol)
	dst = append(dst, level, flags)
	dst = binary.BigEndian.AppendUint16(dst, l.KeepAlive)
	dst = appendString(dst, l.ClientID)
	if l.Username != "" {
		dst = appendString(dst, l.Username)
		dst = appendString(dst, l.Password)
	}
	return dst
}

// Message is one PUBLISH.
type Message struct {
	Topic     string
	Payload   []byte
	QoS       byte   // 0 or 1
	ID        uint16 // packet identifier; not 0 at QoS 1
	Duplicate bool
	Retain    bool
}

// AppendPublish appends a PUBLISH.
func AppendPublish(dst []byte, m Message) []byte {
	flags := m.QoS << 1
	if m.Duplicate {
		flags |= 0x08
	}
	if m.Retain {
		flags |= 0x01
	}
	length := 2 + len(m.Topic) + len(m.Payload)
	if m.QoS > 0 {
		length += 2
	}
	dst = appendHeader(dst, Publish, flags, length)
	dst = appendString(dst, m.Topic)
	if m.QoS > 0 {
		dst = binary.BigEndian.AppendUint16(dst, m.ID)
	}
	return append(dst, m.Payload...)
}

// AppendSubscribe appends a SUBSCRIBE of one filter.
func AppendSubscribe(dst []byte, id uint16, filter string, qos byte) []byte {
	dst = appendHeader(dst, Subscribe, 0x02, 2+2+len(filter)+1)
	dst = binary.BigEndian.AppendUint16(dst, id)
	dst = appendString(dst, filter)
	return append(dst, qos)
}

// AppendPuback appends a PUBACK.
func AppendPuback(dst []byte, id uint16) []byte {
	return binary.BigEndian.AppendUint16(appendHeader(dst, Puback, 0, 2), id)
}

// AppendConnack appends a CONNACK without a session present.
func AppendConnack(dst []byte, code byte) []byte {
	return append(appendHeader(dst, Connack, 0, 2), 0, code)
}

// AppendSuback appends a SUBACK of one filter.
func AppendSuback(dst []byte, id uint16, code byte) []byte {
	dst = binary.BigEndian.AppendUint16(appendHeader(dst, Suback, 0, 3), id)
	return append(dst, code)
}

// AppendEmpty appends a packet without a body: PINGREQ, PINGRESP or
// DISCONNECT.
func AppendEmpty(dst []byte, t Type) []byte { return appendHeader(dst, t, 0, 0) }

func appendHeader(dst []byte, t Type, flags byte, length int) []byte {
	dst = append(dst, byte(t)<<4|flags)
	return binary.AppendUvarint(dst, uint64(length)) // section 2.2.3 is the same code
}

func appendString(dst []byte, s string) []byte {
	if len(s) > maxString {
		s = s[:maxString]
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(s)))
	return append(dst, s...)
}
