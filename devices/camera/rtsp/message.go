package rtsp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
)

// The bounds of what a camera may send.
const (
	maxLine    = 4 << 10 // bytes
	maxHeaders = 64
	maxBody    = 64 << 10 // bytes; a description has 300 to 2,000
)

var errMessage = errors.New("rtsp: message that nobody can read")

// message is a response, or a request that a camera makes.
type message struct {
	method string // of a request
	status int    // of a response
	reason string
	header textproto.MIMEHeader
	body   []byte
}

// frame is a packet between the messages: interleaved binary data.
type frame struct {
	channel byte
	data    []byte // the reader's own: it is gone with the next read
}

// reader reads what a camera sends.
type reader struct {
	in    *bufio.Reader
	frame []byte
}

func newReader(in io.Reader) *reader {
	return &reader{in: bufio.NewReaderSize(in, 16<<10), frame: make([]byte, 1<<16)}
}

// next reads one frame or one message; the message is nil where it is a frame.
func (r *reader) next() (frame, *message, error) {
	for {
		first, err := r.in.ReadByte()
		if err != nil {
			return frame{}, nil, err
		}
		switch first {
		case '$':
			f, err := r.interleaved()
			return f, nil, err
		case '\r', '\n': // some put empty lines behind a message
			continue
		}
		if err := r.in.UnreadByte(); err != nil {
			return frame{}, nil, err
		}
		m, err := r.message()
		return frame{}, m, err
	}
}

func (r *reader) interleaved() (frame, error) {
	var head [3]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return frame{}, err
	}
	data := r.frame[:int(head[1])<<8|int(head[2])]
	_, err := io.ReadFull(r.in, data)
	return frame{channel: head[0], data: data}, err
}

func (r *reader) message() (*message, error) {
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	m, err := begin(line)
	if err != nil {
		return nil, err
	}
	if err := r.headers(m); err != nil {
		return nil, err
	}
	return m, r.content(m)
}

// begin reads the first line.
func begin(line string) (*message, error) {
	m := &message{header: textproto.MIMEHeader{}}
	words := strings.SplitN(line, " ", 3)
	switch {
	case len(words) >= 2 && strings.HasPrefix(words[0], "RTSP/1."):
		status, err := strconv.ParseUint(words[1], 10, 10)
		if err != nil || status < 100 || status > 599 {
			return nil, fmt.Errorf("%w: status %.20q", errMessage, words[1])
		}
		m.status = int(status) //nolint:gosec // it is below 600
		if len(words) == 3 {
			m.reason = words[2]
		}
	case len(words) == 3 && words[0] != "" && strings.HasPrefix(words[2], "RTSP/1."):
		m.method = words[0]
	default:
		return nil, fmt.Errorf("%w: begins with %.40q", errMessage, line)
	}
	return m, nil
}

func (r *reader) headers(m *message) error {
	var key string
	for range maxHeaders {
		line, err := r.line()
		if err != nil {
			return err
		}
		if line == "" {
			return nil
		}
		if values := m.header[key]; len(values) > 0 && (line[0] == ' ' || line[0] == '\t') { // folded
			if len(values[len(values)-1]) > maxLine {
				return fmt.Errorf("%w: header %.40q is too long", errMessage, key)
			}
			values[len(values)-1] += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" {
			return fmt.Errorf("%w: header %.40q", errMessage, line)
		}
		key = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
		m.header[key] = append(m.header[key], strings.TrimSpace(value))
	}
	return fmt.Errorf("%w: more than %d headers", errMessage, maxHeaders)
}

func (r *reader) content(m *message) error {
	length := m.header.Get("Content-Length")
	if length == "" {
		return nil
	}
	n, err := strconv.ParseUint(length, 10, 31)
	if err != nil || n > maxBody {
		return fmt.Errorf("%w: body of %.20q bytes", errMessage, length)
	}
	m.body = make([]byte, n)
	_, err = io.ReadFull(r.in, m.body)
	return err
}

func (r *reader) line() (string, error) {
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) || len(line) > maxLine {
		return "", fmt.Errorf("%w: line of more than %d bytes", errMessage, maxLine)
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}
