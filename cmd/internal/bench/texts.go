package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// textsCommand is a gateway of text messages in a process of its own, so that
// what it costs is not in the clients' way.
type textsCommand struct{}

// Run prints the gateway's URL and serves until ctx ends.
func (textsCommand) Run(ctx context.Context, stdout io.Writer) error {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve texts: %w", err)
	}
	if _, err := fmt.Fprintf(stdout, "http://%s\n", l.Addr()); err != nil {
		return err
	}
	s := &http.Server{Handler: newTexts(), ReadHeaderTimeout: callLimit}
	defer context.AfterFunc(ctx, func() { _ = s.Close() })()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve texts: %w", err)
	}
	return nil
}

// texts is a gateway that is strict: a letter must be whole, and nobody is
// written to twice in one turn, but for a repetition that says that it is one.
// POST / is a letter, POST /begin another turn, GET /told what came of it.
type texts struct {
	*http.ServeMux

	mu    sync.Mutex        // guards the fields below
	to    map[string]string // the reference, by number
	count told
}

// told is what became of a turn.
type told struct {
	Letters int       `json:"letters"`
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
	Fault   string    `json:"fault"` // the first one
}

func newTexts() *texts {
	x := &texts{ServeMux: http.NewServeMux(), to: map[string]string{}}
	x.HandleFunc("POST /{$}", x.take)
	x.HandleFunc("POST /begin", func(http.ResponseWriter, *http.Request) { x.begin() })
	x.HandleFunc("GET /told", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(x.told()) })
	return x
}

func (x *texts) begin() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.to, x.count = map[string]string{}, told{}
}

func (x *texts) told() told {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.count
}

func (x *texts) take(w http.ResponseWriter, r *http.Request) {
	var letter struct{ To, Text, Reference string }
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	d.DisallowUnknownFields()
	err := d.Decode(&letter)
	if err == nil && (letter.To == "" || letter.Text == "" || letter.Reference == "") {
		err = errors.New("it is not whole")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	before := x.to[letter.To]
	if err == nil && before != "" && before != letter.Reference {
		err = errors.New("it is the second one to its number")
	}
	if err != nil {
		if x.count.Fault == "" {
			x.count.Fault = err.Error()
		}
		http.Error(w, "not taken", http.StatusBadRequest)
		return
	}
	if before != "" {
		return
	}
	x.to[letter.To] = letter.Reference
	x.count.Letters++
	x.count.Last = time.Now()
	if x.count.Letters == 1 {
		x.count.First = x.count.Last
	}
}

// gateway is the process, as the measurement uses it.
type gateway struct {
	proc *process
	ask  person
}

func startTexts(ctx context.Context, self string) (*gateway, error) {
	p, err := start(ctx, self, "texts")
	if err != nil {
		return nil, err
	}
	url, err := p.line()
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.discard()
	return &gateway{p, person{console: url, client: http.Client{Timeout: callLimit, Transport: &http.Transport{}}}}, nil
}

// config is what a demonstration's configuration needs besides.
func (g *gateway) config(string) string {
	return fmt.Sprintf(`
gateways:
  - {name: parents-texts, channel: sms, url: "%s/", from: 校园联防, segments: 3,
     request: {body: '{"to":"{to}","text":"{text}","reference":"{id}"}'}}
`, g.ask.console)
}

func (g *gateway) begin(ctx context.Context) error {
	return g.ask.call(ctx, http.MethodPost, "/begin", nil, nil)
}

// all waits until so many were told, and says when the first and the last of
// them were.
func (g *gateway) all(ctx context.Context, n int, until time.Time) (t told, err error) {
	for {
		if err := g.ask.call(ctx, http.MethodGet, "/told", nil, &t); err != nil {
			return t, err
		}
		switch {
		case t.Fault != "":
			return t, fmt.Errorf("letter to parents: %s", t.Fault)
		case t.Letters == n:
			return t, nil
		case time.Now().After(until):
			return t, fmt.Errorf("letters to parents: %d of %d in time", t.Letters, n)
		}
		if err := wait(ctx, 10*time.Millisecond); err != nil {
			return t, err
		}
	}
}

func (g *gateway) close() error {
	g.ask.leave()
	return g.proc.stop()
}
