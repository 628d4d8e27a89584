package endpoints

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// longestRequest bounds what a receiver reads of one request, in bytes.
const longestRequest = 1 << 20

// Receiver is told by POST: a webhook's receiver, or a gateway that takes
// texts or calls. It hears the press that a request names, or its reference.
type Receiver struct {
	address string // the same in every state
	heard   Heard
	life    *life
	server  *http.Server
}

// NewReceiver finds an address for it; it is dead.
func NewReceiver(heard Heard) (*Receiver, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find an address for a receiver: %w", err)
	}
	return &Receiver{address: l.Addr().String(), heard: heard}, l.Close()
}

// URL is where it is told.
func (r *Receiver) URL() string { return "http://" + r.address + "/" }

// Become closes every connection and, unless it is to be dead, listens again.
func (r *Receiver) Become(ctx context.Context, s State) error {
	r.Close()
	if s == Dead {
		return nil
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", r.address)
	if err != nil {
		return fmt.Errorf("listen for requests: %w", err)
	}
	life := newLife()
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, in *http.Request) { r.take(life, s, w, in) }),
		ReadHeaderTimeout: greet,
	}
	r.life, r.server = life, server
	life.works.Go(func() { _ = server.Serve(l) }) // ends with Close
	return nil
}

// Close hangs up on everybody.
func (r *Receiver) Close() {
	if r.life == nil {
		return
	}
	_ = r.server.Close()
	r.life.end()
	r.life = nil
}

func (r *Receiver) take(l *life, s State, w http.ResponseWriter, in *http.Request) {
	var told struct{ Press, Reference string }
	body, err := io.ReadAll(io.LimitReader(in.Body, longestRequest))
	if err != nil || json.Unmarshal(body, &told) != nil {
		http.Error(w, "not understood", http.StatusBadRequest)
		return
	}
	if s != Well && !l.lasts(in.Context(), s) {
		return
	}
	at := time.Now()
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, "{}")
	if key := cmp.Or(told.Press, told.Reference); key != "" {
		r.heard(key, at)
	}
}
