package rtsp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Session time-outs (RFC 2326, 12.37).
const (
	timeoutDefault = 60 * time.Second
	timeoutLeast   = 2 * time.Second
	timeoutMost    = 10 * time.Minute
)

// The errors of a session.
var (
	errRefused   = errors.New("rtsp: the camera refuses")
	errTransport = errors.New("rtsp: the camera plays over something else than this connection")
	errAddress   = errors.New("rtsp: the camera gives an address that nobody can ask for")
)

// session is one connection. It belongs to one goroutine.
type session struct {
	conn    net.Conn
	in      *reader
	url     string // of the presentation
	digest  digest
	seq     int
	id      string
	timeout time.Duration
	ask     string // what keeps the session alive
	channel byte   // of RTP

	asked *request // a keep-alive without its answer yet
}

func newSession(conn net.Conn, address string, account Credentials) *session {
	return &session{
		conn: conn, in: newReader(conn), url: address,
		digest: digest{account: account, cnonce: randomNonce}, timeout: timeoutDefault, ask: "OPTIONS",
	}
}

// request is one that is under way.
type request struct {
	method, url string
	headers     []string
	seq         int
	tried       int
	authorised  bool // it had an answer to a challenge
}

// open goes from the connection to pictures that come.
func (s *session) open(ctx context.Context) (Track, error) {
	options, err := s.do(ctx, "OPTIONS", s.url)
	if err != nil {
		return Track{}, err
	}
	if strings.Contains(options.header.Get("Public"), "GET_PARAMETER") {
		s.ask = "GET_PARAMETER"
	}
	described, err := s.do(ctx, "DESCRIBE", s.url, "Accept: application/sdp")
	if err != nil {
		return Track{}, err
	}
	track, err := describe(described.body)
	if err != nil {
		return Track{}, err
	}
	asked := s.url
	s.rebase(described)
	if err := s.setup(ctx, track, asked); err != nil {
		return Track{}, err
	}
	_, err = s.do(ctx, "PLAY", s.url, "Range: npt=0.000-")
	return track, err
}

// rebase takes the address that a description's addresses stand behind (RFC
// 2326, C.1.1), where it is on the same camera.
func (s *session) rebase(described *message) {
	for _, name := range []string{"Content-Base", "Content-Location"} {
		if base := described.header.Get(name); base != "" && askable(base) == nil {
			s.url = base
			return
		}
	}
}

// askable refuses what would be no address in a request.
func askable(address string) error {
	u, err := url.Parse(address)
	if err != nil || !strings.EqualFold(u.Scheme, "rtsp") || u.User != nil || strings.ContainsAny(address, " \"\r\n\t") || len(address) > maxLine/2 {
		return errAddress
	}
	return nil
}

func (s *session) setup(ctx context.Context, t Track, asked string) error {
	control := resolve(s.url, t.control)
	if err := askable(control); err != nil {
		return err
	}
	if t.control == "" || t.control == "*" {
		control = asked
	}
	answer, err := s.do(ctx, "SETUP", control, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
	if err != nil {
		return err
	}
	if err := s.transport(answer.header.Get("Transport")); err != nil {
		return err
	}
	s.identify(answer.header.Get("Session"))
	if s.id == "" {
		return fmt.Errorf("%w: SETUP without a session", errMessage)
	}
	return nil
}

func (s *session) transport(header string) error {
	parts := strings.Split(header, ";")
	if !strings.EqualFold(strings.TrimSpace(parts[0]), "RTP/AVP/TCP") {
		return fmt.Errorf("%w: %.60q", errTransport, header)
	}
	for _, p := range parts {
		channels, ok := strings.CutPrefix(strings.TrimSpace(p), "interleaved=")
		if !ok {
			continue
		}
		first, _, _ := strings.Cut(channels, "-")
		n, err := strconv.ParseUint(first, 10, 8)
		if err != nil {
			return fmt.Errorf("%w: %.60q", errTransport, header)
		}
		s.channel = byte(n)
	}
	return nil
}

// identify reads "id;timeout=60".
func (s *session) identify(header string) {
	parts := strings.Split(header, ";")
	s.id = strings.TrimSpace(parts[0])
	for _, p := range parts[1:] {
		seconds, ok := strings.CutPrefix(strings.TrimSpace(p), "timeout=")
		if n, err := strconv.ParseUint(seconds, 10, 20); ok && err == nil && n > 0 {
			s.timeout = min(max(time.Duration(n)*time.Second, timeoutLeast), timeoutMost) //nolint:gosec // it is below 2²⁰
		}
	}
}

// do asks, and waits for the answer: at most requestTimeout for each try.
func (s *session) do(ctx context.Context, method, address string, headers ...string) (*message, error) {
	r := &request{method: method, url: address, headers: headers}
	for {
		if err := s.send(ctx, r); err != nil {
			return nil, fmt.Errorf("%s: %w", method, err)
		}
		m, err := s.await(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", method, err)
		}
		again, err := s.judge(r, m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", method, err)
		}
		if !again {
			return m, nil
		}
	}
}

// send writes a request, under the next number.
func (s *session) send(ctx context.Context, r *request) error {
	s.seq++
	r.seq, r.tried = s.seq, r.tried+1
	authorization := s.digest.answer(r.method, r.url)
	r.authorised = authorization != ""
	lines := []string{r.method + " " + r.url + " RTSP/1.0", "CSeq: " + strconv.Itoa(r.seq), "User-Agent: Campushub"}
	if s.id != "" {
		lines = append(lines, "Session: "+s.id)
	}
	if r.authorised {
		lines = append(lines, "Authorization: "+authorization)
	}
	lines = append(lines, r.headers...)
	return s.write(ctx, strings.Join(lines, "\r\n")+"\r\n\r\n")
}

// write sends under a deadline, which is that of the answer too.
func (s *session) write(ctx context.Context, text string) error {
	if err := s.conn.SetDeadline(time.Now().Add(requestTimeout)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // it may have ended before the deadline was set
		return err
	}
	_, err := s.conn.Write([]byte(text))
	return err
}

// await reads until the answer comes; packets before it are nobody's.
func (s *session) await(r *request) (*message, error) {
	for {
		_, m, err := s.in.next()
		if err != nil {
			return nil, err
		}
		if m != nil && m.method == "" && answers(m, r) {
			return m, nil
		}
	}
}

// answers reports whether a response is to this request. Cameras that count
// nothing have one request under way at a time all the same.
func answers(m *message, r *request) bool {
	seq := m.header.Get("Cseq")
	return seq == "" || seq == strconv.Itoa(r.seq)
}

// judge reports whether a request has to be sent again, with an answer to the
// challenge that came. A nonce that ran out may be renewed once more; an
// account that was refused is not tried again.
func (s *session) judge(r *request, m *message) (again bool, err error) {
	switch {
	case m.status == 401:
		challenges := slices.Concat(m.header.Values("Www-Authenticate"))
		stale := slices.ContainsFunc(challenges, func(c string) bool {
			_, rest, _ := strings.Cut(c, " ")
			return strings.EqualFold(parameters(rest)["stale"], "true")
		})
		if r.tried > 2 || (r.tried == 2 && !stale) {
			return false, ErrCredentials
		}
		return true, s.digest.challenge(challenges)
	case m.status/100 != 2:
		return false, fmt.Errorf("%w: %d %.60q", errRefused, m.status, m.reason)
	}
	return false, nil
}

// close says good-bye, and waits for no answer.
func (s *session) close() {
	if s.conn.SetDeadline(time.Now().Add(farewell)) != nil {
		return
	}
	s.seq++
	text := fmt.Sprintf("TEARDOWN %s RTSP/1.0\r\nCSeq: %d\r\nSession: %s\r\n", s.url, s.seq, s.id)
	if a := s.digest.answer("TEARDOWN", s.url); a != "" {
		text += "Authorization: " + a + "\r\n"
	}
	_, _ = s.conn.Write([]byte(text + "\r\n")) // nobody is left to be told
}
