package endpoints

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// longestFrame bounds one event of the stream, in bytes.
const longestFrame = 1 << 20

// Page is a console page: it reads the hub's event stream and confirms.
type Page struct {
	console, token string
	heard          Heard
	client         *http.Client // for confirmations
	life           *life
	stream         io.Closer
}

// NewPage returns a page of an account that has signed in; it is dead.
func NewPage(console, token string, heard Heard) *Page {
	return &Page{console: console, token: token, heard: heard, client: &http.Client{Timeout: greet, Transport: &http.Transport{}}}
}

// Become closes the present stream and, unless it is to be dead, opens another.
func (p *Page) Become(ctx context.Context, s State) error {
	p.Close()
	if s == Dead {
		return nil
	}
	body, closeAll, err := p.open(ctx, s)
	if err != nil {
		return fmt.Errorf("open page: %w", err)
	}
	p.stream, p.life = closeAll, newLife()
	if s == Hanging {
		return nil
	}
	life, ready := p.life, make(chan struct{})
	life.works.Go(func() { p.read(life, s, body, ready) })
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the stream.
func (p *Page) Close() {
	if p.stream != nil {
		_ = p.stream.Close()
	}
	if p.life != nil {
		p.life.end()
	}
	p.stream, p.life = nil, nil
	p.client.CloseIdleConnections()
}

// open makes a stream on a connection of its own.
func (p *Page) open(ctx context.Context, s State) (io.Reader, io.Closer, error) {
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, network, address)
		if tcp, ok := c.(*net.TCPConn); ok && s == Hanging {
			_ = tcp.SetReadBuffer(smallBuffer)
		}
		return c, err
	}}
	// The stream outlives the call that opens it: its closer ends it.
	streaming, end := context.WithCancel(context.WithoutCancel(ctx))
	r, err := p.request(streaming, http.MethodGet, "/api/v1/stream", nil)
	if err != nil {
		end()
		return nil, nil, err
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		end()
		return nil, nil, err
	}
	closed := closer(func() error {
		end()
		transport.CloseIdleConnections()
		return answer.Body.Close()
	})
	if answer.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("status %d: %w", answer.StatusCode, closed.Close())
	}
	return answer.Body, closed, nil
}

type closer func() error

// Close calls it.
func (c closer) Close() error { return c() }

func (p *Page) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, p.console+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// update is what a page needs of an incident.
type update struct {
	ID      string
	Number  int64
	Presses []struct{ ID string }
}

// read confirms every update of an incident; ready is closed when the stream
// has begun.
func (p *Page) read(l *life, s State, body io.Reader, ready chan struct{}) {
	var begun sync.Once
	defer begun.Do(func() { close(ready) })
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, longestFrame)
	event := ""
	for lines.Scan() {
		line := lines.Text()
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			event = name
		}
		if event == "ready" { // everything that was open before has been told
			begun.Do(func() { close(ready) })
		}
		data, ok := strings.CutPrefix(line, "data: ")
		var u update
		if ok && event == "incident" && json.Unmarshal([]byte(data), &u) == nil {
			l.answer(s, func() { p.confirm(l, u) })
		}
	}
}

func (p *Page) confirm(l *life, u update) {
	at := time.Now()
	for _, press := range u.Presses {
		p.heard(press.ID, at)
	}
	l.works.Go(func() {
		r, err := p.request(context.Background(), http.MethodPost, "/api/v1/incidents/"+u.ID+"/receipts",
			fmt.Appendf(nil, `{"number":%d,"status":"received"}`, u.Number))
		if err != nil {
			return
		}
		if answer, err := p.client.Do(r); err == nil {
			_ = answer.Body.Close()
		}
	})
}
