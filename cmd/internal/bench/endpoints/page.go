package endpoints

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// longestFrame bounds one event of the stream, in bytes.
const longestFrame = 1 << 20

// errStreamEnded says that the hub ended the stream before it had begun.
var errStreamEnded = errors.New("stream ended before it was ready")

// Page is a console page: it reads the hub's event stream and confirms.
type Page struct {
	console, token string
	heard          Heard
	client         *http.Client // for confirmations
	life           *life
	hangUp         context.CancelFunc // ends the stream
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
	// The stream outlives the call that opens it: Close ends it.
	streaming, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	life, began := newLife(), make(chan error, 2) // that it began, and that it ended
	p.life, p.hangUp = life, hangUp
	life.works.Go(func() { began <- p.stream(streaming, life, s, began) })
	select {
	case err := <-began:
		if err != nil {
			return fmt.Errorf("open page: %w", err)
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the stream.
func (p *Page) Close() {
	if p.life != nil {
		p.hangUp()
		p.life.end()
	}
	p.life = nil
	p.client.CloseIdleConnections()
}

// stream reads on a connection of its own until it ends. It says on began when
// everything that was open before has been told.
func (p *Page) stream(ctx context.Context, l *life, s State, began chan<- error) error {
	transport := &http.Transport{DialContext: dialer(s)}
	defer transport.CloseIdleConnections()
	r, err := p.request(ctx, http.MethodGet, "/api/v1/stream", nil)
	if err != nil {
		return err
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	switch {
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("status %d", answer.StatusCode)
	case s == Hanging:
		began <- nil
		<-l.over
	default:
		p.read(l, s, answer.Body, began)
	}
	return errStreamEnded
}

// dialer gives a hanging page a small buffer.
func dialer(s State) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, network, address)
		if tcp, ok := c.(*net.TCPConn); ok && s == Hanging {
			_ = tcp.SetReadBuffer(smallBuffer)
		}
		return c, err
	}
}

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

// read confirms every update of an incident.
func (p *Page) read(l *life, s State, body io.Reader, began chan<- error) {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, longestFrame)
	event, ready := "", false
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		if event == "ready" && !ready {
			ready = true
			began <- nil
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var u update
		if ok && event == "incident" && json.Unmarshal([]byte(data), &u) == nil {
			l.answer(s, func() { p.confirm(l, u) })
		}
	}
}

func (p *Page) confirm(l *life, u update) {
	at := time.Now()
	p.say(u, Handed, at)
	l.beside(func() {
		r, err := p.request(context.Background(), http.MethodPost, "/api/v1/incidents/"+u.ID+"/receipts",
			fmt.Appendf(nil, `{"number":%d,"status":"received"}`, u.Number))
		if err != nil {
			return
		}
		if answer, err := p.client.Do(r); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode/100 == 2 {
				p.say(u, Received, at)
			}
		}
	})
}

func (p *Page) say(u update, proof Proof, at time.Time) {
	for _, press := range u.Presses {
		p.heard(press.ID, proof, at)
	}
}
