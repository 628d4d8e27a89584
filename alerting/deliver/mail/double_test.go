package mail_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.org/campushub/alerting/deliver/delivertest"
)

// double is a strict mail server on a real socket: one mail a connection, in
// the order that RFC 5321 wants, every line ended by CRLF and none longer
// than 1,000 bytes.
type double struct {
	t        *testing.T
	l        net.Listener
	cert     *tls.Config // nil offers no TLS
	implicit bool        // TLS from the first byte
	noAuth   bool        // offers no AUTH
	refuse   map[string]string
	arrived  chan delivertest.Request
	release  chan struct{}
	written  atomic.Int64
	running  sync.WaitGroup

	mu     sync.Mutex // guards script
	script []delivertest.Doing
}

// option changes a double before it listens.
type option func(*double)

func newDouble(t *testing.T, script []delivertest.Doing, options ...option) *double {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	return doubleOn(t, l, script, options...)
}

func doubleOn(t *testing.T, l net.Listener, script []delivertest.Doing, options ...option) *double {
	t.Helper()
	d := &double{t: t, l: l, script: script, arrived: make(chan delivertest.Request, 64), release: make(chan struct{})}
	for _, o := range options {
		o(d)
	}
	d.running.Go(d.accept)
	t.Cleanup(func() {
		close(d.release)
		_ = l.Close()
		d.running.Wait()
	})
	return d
}

func (d *double) Address() string                     { return "smtp://" + d.host() }
func (d *double) Arrived() <-chan delivertest.Request { return d.arrived }
func (d *double) Written() int64                      { return d.written.Load() }
func (d *double) host() string                        { return d.l.Addr().String() }

func (d *double) accept() {
	for {
		conn, err := d.l.Accept()
		if err != nil {
			return
		}
		d.running.Go(func() {
			defer conn.Close()
			s := &session{double: d, conn: conn, r: bufio.NewReader(conn)}
			if d.implicit && !s.secure() {
				return
			}
			s.serve()
		})
	}
}

func (d *double) next() delivertest.Doing {
	d.mu.Lock()
	defer d.mu.Unlock()
	doing := d.script[0]
	if len(d.script) > 1 {
		d.script = d.script[1:]
	}
	return doing
}

type session struct {
	*double
	conn     net.Conn
	r        *bufio.Reader
	safe     bool
	greeted  bool
	password string
	from, to string
}

func (s *session) secure() bool {
	conn := tls.Server(s.conn, s.cert)
	if conn.Handshake() != nil {
		return false
	}
	s.conn, s.r, s.safe, s.greeted = conn, bufio.NewReader(conn), true, false
	return true
}

func (s *session) say(line string) { _, _ = io.WriteString(s.conn, line+"\r\n") }

// line reads one; false where the client has gone or broke the rules.
func (s *session) line() (string, bool) {
	line, err := s.r.ReadString('\n')
	if err != nil {
		return "", false
	}
	if !strings.HasSuffix(line, "\r\n") || len(line) > 1000 || strings.ContainsRune(line[:len(line)-2], '\r') {
		s.t.Errorf("line to the double: %q", line)
		return "", false
	}
	return line[:len(line)-2], true
}

var (
	mailFrom = regexp.MustCompile(`^MAIL FROM:<([^<>\s]+)>( BODY=8BITMIME)?$`)
	rcptTo   = regexp.MustCompile(`^RCPT TO:<([^<>\s]+)>$`)
)

func (s *session) serve() {
	s.say("220 double ESMTP")
	for {
		line, ok := s.line()
		if !ok {
			return
		}
		verb, _, _ := strings.Cut(line, " ")
		if answer, refused := s.refuse[verb]; refused {
			s.say(answer)
			continue
		}
		if verb == "QUIT" {
			s.say("221 bye")
			return
		}
		if !s.obey(verb, line) {
			return
		}
	}
}

// obey answers one command; false ends the session.
func (s *session) obey(verb, line string) bool {
	from, to := mailFrom.FindStringSubmatch(line), rcptTo.FindStringSubmatch(line)
	switch {
	case verb == "EHLO":
		s.greeted = true
		s.say("250-double")
		if s.cert != nil && !s.safe {
			s.say("250-STARTTLS")
		}
		if !s.noAuth {
			s.say("250-AUTH PLAIN")
		}
		s.say("250 8BITMIME")
	case line == "STARTTLS" && s.cert != nil && !s.safe:
		s.say("220 go ahead")
		return s.secure()
	case line == "RSET" || line == "*":
		s.from, s.to = "", ""
		s.say("250 ok")
	case verb == "AUTH" && s.greeted && s.sign(line):
		s.say("235 welcome")
	case from != nil && s.greeted && s.from == "":
		s.from = from[1]
		s.say("250 ok")
	case to != nil && s.from != "" && s.to == "":
		s.to = to[1]
		s.say("250 ok")
	case line == "DATA" && s.to != "":
		s.say("354 go on")
		return s.data()
	default:
		s.t.Errorf("command to the double: %q", line)
		s.say("503 not now")
	}
	return true
}

func (s *session) sign(line string) bool {
	plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "AUTH PLAIN "))
	parts := strings.Split(string(plain), "\x00")
	if err != nil || len(parts) != 3 || parts[0] != "" || parts[1] != user {
		return false
	}
	s.password = parts[2]
	return true
}

// data takes the mail and treats it as scripted.
func (s *session) data() bool {
	var raw bytes.Buffer
	for {
		line, ok := s.line()
		if !ok {
			return false
		}
		if line == "." {
			break
		}
		raw.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
	}
	letter, err := mail.ReadMessage(&raw)
	if err != nil {
		s.t.Errorf("mail to the double: %v", err)
		return false
	}
	body, _ := io.ReadAll(letter.Body)
	header := http.Header(letter.Header)
	header.Set("Double-Password", s.password)
	header.Set("Double-Safe", fmt.Sprint(s.safe))
	s.arrived <- delivertest.Request{
		From: s.conn.RemoteAddr().String(), Method: s.from, Path: s.to, Header: header, Body: body,
	}
	return s.answer(s.next())
}

func (s *session) answer(d delivertest.Doing) bool {
	switch d {
	case delivertest.Refuses:
		s.say("554 5.7.1 <" + s.to + ">: no, not http://127.0.0.1/, " + user + " and " + s.password)
	case delivertest.Busy:
		s.say("451 4.7.1 later, <" + s.to + ">, not by " + user + " and " + s.password)
	case delivertest.TooMany:
		s.say("450 4.2.1 <" + s.to + "> gets too much")
	case delivertest.Silent:
		<-s.release
		return false
	case delivertest.Dribbles:
		_, _ = io.WriteString(s.conn, "250-")
		delivertest.Dribble(s.conn, s.release)
		return false
	case delivertest.Endless:
		s.written.Add(delivertest.Flood(endless{s.conn}))
		return false
	case delivertest.Resets:
		_, _ = io.WriteString(s.conn, "25")
		_ = s.conn.(*net.TCPConn).SetLinger(0)
		return false
	default:
		s.say("250 ok")
	}
	return true
}

// endless makes lines of an answer that goes on of whatever is written.
type endless struct{ w io.Writer }

func (e endless) Write(p []byte) (int, error) {
	_, err := e.w.Write([]byte(strings.Repeat("250-and another thing\r\n", len(p)/23)))
	return len(p), err
}
