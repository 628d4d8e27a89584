package wire

import (
	"bytes"
	"unicode/utf8"
)

// MaxPayload is the longest payload, in bytes.
const MaxPayload = 4096

// MaxDepth is how deep objects and arrays may nest; the message itself is one.
const MaxDepth = 8

// shape is the JSON type of a value; absent is none.
type shape uint8

const (
	absent shape = iota
	shapeString
	shapeNumber
	shapeBool
	shapeNull
	shapeObject
	shapeArray
)

// value is one JSON value, still as it was written.
type value struct {
	shape shape
	raw   []byte
}

// scanner reads JSON as RFC 8259 has it, without building anything.
type scanner struct {
	data  []byte
	pos   int
	depth int
}

// members hands every member of the payload's object to each, in order. The
// name is unescaped.
func members(payload []byte, each func(name []byte, v value) error) error {
	if len(payload) > MaxPayload {
		return fault(ReasonTooLarge, "")
	}
	if !utf8.Valid(payload) {
		return fault(ReasonEncoding, "")
	}
	s := scanner{data: payload}
	s.space()
	if err := s.object(each); err != nil {
		return err
	}
	s.space()
	if s.pos != len(s.data) {
		return fault(ReasonSyntax, "")
	}
	return nil
}

func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.peek() != c || s.pos == len(s.data) {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return
		}
	}
}

func (s *scanner) value() (value, error) {
	start := s.pos
	kind, err := s.skipValue()
	return value{shape: kind, raw: s.data[start:s.pos]}, err
}

func (s *scanner) skipValue() (shape, error) {
	switch c := s.peek(); {
	case c == '{':
		return shapeObject, s.object(nil)
	case c == '[':
		return shapeArray, s.array()
	case c == '"':
		return shapeString, s.text()
	case c == 't':
		return shapeBool, s.word("true")
	case c == 'f':
		return shapeBool, s.word("false")
	case c == 'n':
		return shapeNull, s.word("null")
	case c == '-' || isDigit(c):
		return shapeNumber, s.number()
	}
	return absent, fault(ReasonSyntax, "")
}

// enter counts one level in; its partner leaves.
func (s *scanner) enter() error {
	s.depth++
	if s.depth > MaxDepth {
		return fault(ReasonDepth, "")
	}
	return nil
}

func (s *scanner) object(each func(name []byte, v value) error) error {
	if !s.take('{') {
		return fault(ReasonSyntax, "")
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer func() { s.depth-- }()
	s.space()
	if s.take('}') {
		return nil
	}
	for {
		if err := s.member(each); err != nil {
			return err
		}
		if s.take('}') {
			return nil
		}
		if !s.take(',') {
			return fault(ReasonSyntax, "")
		}
		s.space()
	}
}

func (s *scanner) member(each func(name []byte, v value) error) error {
	start := s.pos
	if s.peek() != '"' {
		return fault(ReasonSyntax, "")
	}
	if err := s.text(); err != nil {
		return err
	}
	name := s.data[start+1 : s.pos-1]
	s.space()
	if !s.take(':') {
		return fault(ReasonSyntax, "")
	}
	s.space()
	v, err := s.value()
	if err != nil {
		return err
	}
	s.space()
	if each == nil {
		return nil
	}
	if bytes.IndexByte(name, '\\') >= 0 {
		name = []byte(unescape(s.data[start : start+len(name)+2]))
	}
	return each(name, v)
}

func (s *scanner) array() error {
	s.pos++
	if err := s.enter(); err != nil {
		return err
	}
	defer func() { s.depth-- }()
	s.space()
	if s.take(']') {
		return nil
	}
	for {
		if _, err := s.skipValue(); err != nil {
			return err
		}
		s.space()
		if s.take(']') {
			return nil
		}
		if !s.take(',') {
			return fault(ReasonSyntax, "")
		}
		s.space()
	}
}

func (s *scanner) text() error {
	s.pos++
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		s.pos++
		switch {
		case c == '"':
			return nil
		case c < 0x20:
			return fault(ReasonSyntax, "")
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		}
	}
	return fault(ReasonSyntax, "")
}

func (s *scanner) escape() error {
	c := s.peek()
	s.pos++
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			if !isHex(s.peek()) {
				return fault(ReasonSyntax, "")
			}
			s.pos++
		}
		return nil
	}
	return fault(ReasonSyntax, "")
}

func (s *scanner) word(w string) error {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(w)) {
		return fault(ReasonSyntax, "")
	}
	s.pos += len(w)
	return nil
}

func (s *scanner) number() error {
	s.take('-')
	if !s.take('0') && !s.digits() {
		return fault(ReasonSyntax, "")
	}
	if s.take('.') && !s.digits() {
		return fault(ReasonSyntax, "")
	}
	if s.take('e') || s.take('E') {
		if !s.take('+') {
			s.take('-')
		}
		if !s.digits() {
			return fault(ReasonSyntax, "")
		}
	}
	return nil
}

// digits reports whether there was at least one.
func (s *scanner) digits() bool {
	start := s.pos
	for isDigit(s.peek()) {
		s.pos++
	}
	return s.pos > start
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }
