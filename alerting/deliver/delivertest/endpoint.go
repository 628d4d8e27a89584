package delivertest

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Request is what the double was sent.
type Request struct {
	Method string
	Path   string // with the query
	Header http.Header
	Body   []byte
}

// answer is how the double treats one request.
type answer struct {
	status int
	header map[string]string
	// One of these cuts the answer off.
	silent  bool // never answers
	stalled bool // the head and half a body, then nothing
	reset   bool // half a status line, then a reset connection
}

// endpoint is a strict double of a far side: it answers as scripted, the last
// answer again and again, and keeps what it was sent.
type endpoint struct {
	*httptest.Server
	t       *testing.T
	arrived chan Request // one for each request
	release chan struct{}

	mu     sync.Mutex // guards script
	script []answer
}

func newEndpoint(t *testing.T, script ...answer) *endpoint {
	e := &endpoint{t: t, script: script, arrived: make(chan Request, 64), release: make(chan struct{})}
	e.Server = httptest.NewServer(http.HandlerFunc(e.serve))
	t.Cleanup(e.Close)
	t.Cleanup(func() { close(e.release) })
	return e
}

func (e *endpoint) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if fault := strict(r, body, err); fault != "" {
		e.t.Errorf("request to the double: %s", fault)
	}
	e.arrived <- Request{Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header, Body: body}
	a := e.next()
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	switch {
	case a.silent:
		e.hold(r)
	case a.stalled:
		w.Header().Set("Content-Length", "10")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, "half ")
		_ = http.NewResponseController(w).Flush()
		e.hold(r)
	case a.reset:
		reset(e.t, w)
	default:
		w.WriteHeader(a.status)
	}
}

// strict says what is wrong with a request, if anything.
func strict(r *http.Request, body []byte, err error) string {
	switch {
	case err != nil:
		return fmt.Sprintf("its body broke off: %v", err)
	case r.Method != http.MethodPost:
		return "method " + r.Method
	case r.ContentLength != int64(len(body)):
		return fmt.Sprintf("length %d announced, %d sent", r.ContentLength, len(body))
	case r.Header.Get("Content-Type") != "application/json":
		return "content type " + r.Header.Get("Content-Type")
	case !json.Valid(body):
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

func reset(t *testing.T, w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Errorf("take the double's connection over: %v", err)
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 200 O")
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// blackHole takes connections and never reads from them; it returns its host.
func blackHole(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// nobody is a host where nothing listens.
func nobody(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
