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

// longestText bounds what the stand-in reads of a text message.
const longestText = 4 << 10

// textGateway stands in for a gateway of text messages: what it is handed it
// shows where the demonstration runs, and sends it nowhere.
type textGateway struct {
	listener net.Listener
	out      io.Writer
}

func newTextGateway(out io.Writer) (*textGateway, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the demonstration's text messages: %w", err)
	}
	return &textGateway{l, out}, nil
}

func (g *textGateway) url() string { return "http://" + g.listener.Addr().String() + "/texts" }

// run takes texts until ctx ends.
func (g *textGateway) run(ctx context.Context) error {
	s := &http.Server{Handler: g, ReadTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if err := s.Serve(g.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeHTTP shows one text.
func (g *textGateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var said struct{ To, Text string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, longestText)).Decode(&said); err != nil {
		http.Error(w, "no text message", http.StatusBadRequest)
		return
	}
	fmt.Fprintf(g.out, "  Text message to %q: %q\n", said.To, said.Text) // quoted: a terminal obeys nothing of it
}

// inTurn lets several write lines.
type inTurn struct {
	mu sync.Mutex // guards to
	to io.Writer
}

func (t *inTurn) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.to.Write(b)
}
