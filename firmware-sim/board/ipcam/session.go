package ipcam

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"time"
)

// sessionID is every session's: there is one on each connection.
const sessionID = "20230401"

// writeTimeout is how long somebody may read nothing.
const writeTimeout = 5 * time.Second

// session is one connection.
type session struct {
	camera  *Camera
	conn    net.Conn
	writing chan struct{} // full while a message or a packet is written
	stop    chan struct{}
	sending sync.WaitGroup
}

// serve answers until the connection ends, or nobody asks for too long.
func (s *session) serve() {
	in := bufio.NewReader(s.conn)
	defer s.halt()
	for {
		_ = s.conn.SetReadDeadline(time.Now().Add(s.camera.config.Timeout))
		r, err := read(in)
		if err != nil || !s.answer(r) {
			return
		}
	}
}

// halt ends the sending.
func (s *session) halt() {
	if s.stop != nil {
		close(s.stop)
		s.conn.Close() // or a writer would wait for its deadline
		s.sending.Wait()
		s.stop = nil
	}
}

// asked is a request that was read.
type asked struct {
	method, url string
	header      textproto.MIMEHeader
}

// read reads one request; the receiver reports between them are passed over.
func read(in *bufio.Reader) (asked, error) {
	for {
		first, err := in.Peek(4)
		if err != nil {
			return asked{}, err
		}
		if first[0] != '$' {
			break
		}
		if _, err := in.Discard(4 + int(first[2])<<8 + int(first[3])); err != nil {
			return asked{}, err
		}
	}
	text := textproto.NewReader(in)
	line, err := text.ReadLine()
	if err != nil {
		return asked{}, err
	}
	words := strings.Fields(line)
	if len(words) != 3 {
		return asked{}, io.ErrUnexpectedEOF
	}
	header, err := text.ReadMIMEHeader()
	return asked{method: words[0], url: words[1], header: header}, err
}

// answer reports whether the connection goes on.
func (s *session) answer(r asked) bool {
	status, extra, body := s.judge(r)
	s.camera.saw(Request{Method: r.method, URL: r.url, Authorization: r.header.Get("Authorization"), Status: status, At: time.Now()})
	text := fmt.Sprintf("RTSP/1.0 %d %s\r\nCSeq: %s\r\n%s", status, reasons[status], r.header.Get("Cseq"), extra)
	if body != "" {
		text += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	if s.write([]byte(text+"\r\n"+body)) != nil {
		return false
	}
	if r.method == "PLAY" && status == 200 && s.stop == nil {
		s.stop = make(chan struct{})
		s.sending.Go(func() { s.send(s.stop) })
	}
	return r.method != "TEARDOWN"
}

var reasons = map[int]string{200: "OK", 401: "Unauthorized", 454: "Session Not Found", 461: "Unsupported Transport", 501: "Not Implemented"} //nolint:misspell // RFC 2326's own words

func (s *session) judge(r asked) (status int, extra, body string) {
	if r.method == "OPTIONS" && r.header.Get("Session") == "" { // as most do, it says to anybody what it can
		return 200, s.public(), ""
	}
	if challenge := s.camera.challenge(r); challenge != "" {
		return 401, challenge, ""
	}
	if r.method != "DESCRIBE" && r.method != "SETUP" && r.header.Get("Session") != sessionID {
		return 454, "", ""
	}
	session := "Session: " + sessionID + "\r\n"
	switch r.method {
	case "OPTIONS":
		return 200, s.public() + session, ""
	case "DESCRIBE":
		return 200, "Content-Base: " + strings.TrimSuffix(r.url, "/") + "/\r\nContent-Type: application/sdp\r\n", s.camera.description()
	case "SETUP":
		if !strings.Contains(r.header.Get("Transport"), "RTP/AVP/TCP") {
			return 461, "", ""
		}
		return 200, fmt.Sprintf("Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: %s;timeout=%d\r\n", sessionID, int(s.camera.config.Timeout.Seconds())), ""
	case "GET_PARAMETER":
		if s.camera.config.NoParameter {
			return 501, session, ""
		}
		return 200, session, ""
	case "PLAY", "TEARDOWN":
		return 200, session, ""
	}
	return 501, "", ""
}

func (s *session) public() string {
	public := "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"
	if !s.camera.config.NoParameter {
		public += ", GET_PARAMETER"
	}
	return public + "\r\n"
}

func (c *Camera) description() string {
	format := "packetization-mode=1"
	if !c.config.Bare {
		format += ";sprop-parameter-sets=" + sprop(film)
	}
	return strings.Join([]string{
		"v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=camera", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*", "a=range:npt=now-",
		"m=video 0 RTP/AVP 96", "a=rtpmap:96 " + c.config.Codec + "/90000", "a=fmtp:96 " + format, "a=control:trackID=1", "",
	}, "\r\n")
}

func (s *session) write(b []byte) error {
	s.writing <- struct{}{}
	defer func() { <-s.writing }()
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	_, err := s.conn.Write(b)
	return err
}
