package packet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Packet is one packet as it came: its body is what follows the fixed header.
type Packet struct {
	Type  Type
	Flags byte
	Body  []byte // valid until the next Next
}

// Reader reads packets from a stream. It is for one goroutine.
type Reader struct {
	in   *bufio.Reader
	body []byte
}

// NewReader returns a reader with a buffer of size bytes: ten thousand
// connections want a small one.
func NewReader(r io.Reader, size int) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, size)}
}

// Next reads one packet.
func (r *Reader) Next() (Packet, error) {
	first, err := r.in.ReadByte()
	if err != nil {
		return Packet{}, err
	}
	length, err := r.length()
	if err != nil {
		return Packet{}, err
	}
	if cap(r.body) < length {
		r.body = make([]byte, length)
	}
	body := r.body[:length]
	if _, err := io.ReadFull(r.in, body); err != nil {
		return Packet{}, unexpected(err)
	}
	return Packet{Type: Type(first >> 4), Flags: first & 0x0f, Body: body}, nil
}

// length reads the remaining length: at most four bytes of seven bits.
func (r *Reader) length() (int, error) {
	n := 0
	for shift := 0; shift < 28; shift += 7 {
		b, err := r.in.ReadByte()
		if err != nil {
			return 0, unexpected(err)
		}
		n |= int(b&0x7f) << shift
		if b&0x80 != 0 {
			continue
		}
		if n > maxLength {
			return 0, fmt.Errorf("%w: %d bytes", ErrTooLong, n)
		}
		return n, nil
	}
	return 0, fmt.Errorf("%w: remaining length has more than 4 bytes", ErrMalformed)
}

// unexpected turns an end in the middle of a packet into what it is.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Message reads a PUBLISH. Its payload is part of the packet's body.
func (p Packet) Message() (Message, error) {
	m := Message{QoS: p.Flags >> 1 & 3, Duplicate: p.Flags&0x08 != 0, Retain: p.Flags&0x01 != 0}
	if p.Type != Publish || m.QoS > 1 {
		return Message{}, fmt.Errorf("%w: type %d, QoS %d is no message", ErrMalformed, p.Type, m.QoS)
	}
	topic, rest, err := cutString(p.Body)
	if err != nil {
		return Message{}, err
	}
	if m.QoS > 0 {
		if len(rest) < 2 {
			return Message{}, fmt.Errorf("%w: no packet identifier", ErrMalformed)
		}
		m.ID, rest = binary.BigEndian.Uint16(rest), rest[2:]
	}
	m.Topic, m.Payload = string(topic), rest
	return m, nil
}

// Acknowledged reads the packet identifier of a PUBACK or SUBACK. A SUBACK
// that refuses its filter is an error.
func (p Packet) Acknowledged() (uint16, error) {
	if (p.Type != Puback && p.Type != Suback) || len(p.Body) < 2 {
		return 0, fmt.Errorf("%w: type %d with %d bytes acknowledges nothing", ErrMalformed, p.Type, len(p.Body))
	}
	if p.Type == Suback && (len(p.Body) < 3 || p.Body[2] == refused) {
		return 0, errors.New("subscription refused")
	}
	return binary.BigEndian.Uint16(p.Body), nil
}

// Accepted reads a CONNACK; a refusal is an error.
func (p Packet) Accepted() error {
	if p.Type != Connack || len(p.Body) != 2 {
		return fmt.Errorf("%w: type %d with %d bytes is no CONNACK", ErrMalformed, p.Type, len(p.Body))
	}
	if code := p.Body[1]; code != 0 {
		return fmt.Errorf("connection refused with code %d", code)
	}
	return nil
}

// Subscription reads a SUBSCRIBE's identifier and first filter.
func (p Packet) Subscription() (id uint16, filter string, err error) {
	if p.Type != Subscribe || len(p.Body) < 2 {
		return 0, "", fmt.Errorf("%w: type %d with %d bytes is no SUBSCRIBE", ErrMalformed, p.Type, len(p.Body))
	}
	name, rest, err := cutString(p.Body[2:])
	if err != nil {
		return 0, "", err
	}
	if len(rest) == 0 {
		return 0, "", fmt.Errorf("%w: filter without options", ErrMalformed)
	}
	return binary.BigEndian.Uint16(p.Body), string(name), nil
}

func cutString(b []byte) (s, rest []byte, err error) {
	if len(b) < 2 {
		return nil, nil, fmt.Errorf("%w: no length of a string", ErrMalformed)
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b)-2 < n {
		return nil, nil, fmt.Errorf("%w: string of %d bytes in %d", ErrMalformed, n, len(b)-2)
	}
	return b[2 : 2+n], b[2+n:], nil
}
