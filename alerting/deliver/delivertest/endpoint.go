package delivertest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// HTTP is how a far side that speaks HTTP differs from a plain one.
type HTTP struct {
	// Statuses mean acceptance; nil is 200, 201, 202 and 204.
	Statuses []int
	// Body is the answer that goes with them.
	Body string
	// TooMany is the answer with status 200 that says: too many messages; "" is
	// status 429.
	TooMany string
	// Words makes an answer with status 200 that refuses for good in the far
	// side's own words; nil where the medium has none.
	Words func(words string) string
	// Check says what is wrong with a request, "" if nothing; nil wants a POST
	// of JSON.
	Check func(Request) string
}

func (h HTTP) statuses() []int {
	if h.Statuses != nil {
		return h.Statuses
	}
	return []int{200, 201, 202, 204}
}

// answer is how the double treats one request.
type answer struct {
	status int
	header map[string]string
	body   string // instead of what goes with acceptance
	// One of these cuts the answer off.
	silent   bool // never answers
	stalled  bool // the head and half a body, then nothing
	reset    bool // half a status line, then a reset connection
	dribbles bool // a head that comes to no end, byte by byte
	endless  bool // a body that comes to no end
}

func (h Harness) answer(d Doing) answer {
	switch d {
	case Refuses:
		return answer{status: 403, body: h.spoken()}
	case Busy:
		return answer{status: 503, body: h.spoken()}
	case TooMany:
		return h.HTTP.tooMany()
	case Silent:
		return answer{silent: true}
	case Dribbles:
		return answer{dribbles: true}
	case Endless:
		return answer{status: h.HTTP.statuses()[0], endless: true}
	case Resets:
		return answer{reset: true}
	}
	return answer{status: h.HTTP.statuses()[0]}
}

// comeBackIn is the pause that the double names with status 429.
const comeBackIn = 7 * time.Second

func (h HTTP) tooMany() answer {
	if h.TooMany != "" {
		return answer{status: 200, body: h.TooMany}
	}
	return answer{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": fmt.Sprint(comeBackIn.Seconds())}}
}

// endpoint is a strict double of an HTTP far side: it answers as scripted, the
// last answer again and again, and keeps what it was sent.
type endpoint struct {
	*httptest.Server
	t       *testing.T
	http    HTTP
	arrived chan Request // one for each request
	release chan struct{}
	written atomic.Int64

	mu     sync.Mutex // guards script
	script []answer
}

func newEndpoint(t *testing.T, l net.Listener, h HTTP, script ...answer) *endpoint {
	e := &endpoint{t: t, http: h, script: script, arrived: make(chan Request, 64), release: make(chan struct{})}
	e.Server = &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(e.serve)}}
	e.Start()
	t.Cleanup(e.Close)
	t.Cleanup(func() { close(e.release) })
	return e
}

// Address is the double's, with words in it that must stay secret.
func (e *endpoint) Address() string { return address(strings.TrimPrefix(e.URL, "http://")) }

// Arrived gives the requests.
func (e *endpoint) Arrived() <-chan Request { return e.arrived }

// Written is the length of what endless answers got rid of.
func (e *endpoint) Written() int64 { return e.written.Load() }

func (e *endpoint) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	req := Request{From: r.RemoteAddr, Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header, Body: body}
	if fault := e.fault(r, req, err); fault != "" {
		e.t.Errorf("request to the double: %s", fault)
	}
	e.arrived <- req
	a := e.next()
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	switch {
	case a.silent:
		e.hold(r)
	case a.stalled:
		e.stall(w, r, a.status)
	case a.reset:
		reset(e.t, w)
	case a.dribbles:
		e.dribble(w)
	case a.endless:
		e.flood(w, a.status)
	default:
		w.WriteHeader(a.status)
		if a.status != http.StatusNoContent && a.status != http.StatusNotModified {
			_, _ = io.WriteString(w, cmp.Or(a.body, e.http.Body))
		}
	}
}

// fault says what is wrong with a request, if anything.
func (e *endpoint) fault(r *http.Request, req Request, err error) string {
	switch {
	case err != nil:
		return fmt.Sprintf("its body broke off: %v", err)
	case r.ContentLength != int64(len(req.Body)):
		return fmt.Sprintf("length %d announced, %d sent", r.ContentLength, len(req.Body))
	case e.http.Check != nil:
		return e.http.Check(req)
	}
	return JSON(req)
}

// JSON says what keeps a request from being a POST of JSON, "" if nothing.
func JSON(r Request) string {
	switch {
	case r.Method != http.MethodPost:
		return "method " + r.Method
	case r.Header.Get("Content-Type") != "application/json":
		return "content type " + r.Header.Get("Content-Type")
	case !json.Valid(r.Body):
		return "its body is not JSON"
	}
	return ""
}

func (e *endpoint) next() answer {
	e.mu.Lock()
	defer e.mu.Unlock()
	a := e.script[0]
	if len(e.script) > 1 {
		e.script = e.script[1:]
	}
	return a
}

// hold keeps the connection open until the client or the test has gone.
func (e *endpoint) hold(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-e.release:
	}
}

func (e *endpoint) stall(w http.ResponseWriter, r *http.Request, status int) {
	w.Header().Set("Content-Length", "10")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "half ")
	_ = http.NewResponseController(w).Flush()
	e.hold(r)
}

func reset(t *testing.T, w http.ResponseWriter) {
	conn := taken(t, w)
	_, _ = io.WriteString(conn, "HTTP/1.1 200 O")
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func taken(t *testing.T, w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Errorf("take the double's connection over: %v", err)
	}
	return conn
}

func (e *endpoint) dribble(w http.ResponseWriter) {
	conn := taken(e.t, w)
	defer conn.Close()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX-Slow: ")
	Dribble(conn, e.release)
}

// Dribble writes one byte every 5 ms until the far end or the test has gone.
func Dribble(conn net.Conn, release <-chan struct{}) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if _, err := conn.Write([]byte("x")); err != nil {
				return
			}
		case <-release:
			return
		}
	}
}

func (e *endpoint) flood(w http.ResponseWriter, status int) {
	w.WriteHeader(status)
	e.written.Add(Flood(w))
}

// Flood writes until nobody takes it any more, or 256 MiB are gone, and says
// how much went.
func Flood(w io.Writer) (written int64) {
	block := []byte(strings.Repeat(" ", 32<<10))
	for range 8192 {
		n, err := w.Write(block)
		written += int64(n)
		if err != nil {
			break
		}
	}
	return written
}
