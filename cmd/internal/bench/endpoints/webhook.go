package endpoints

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Webhook is told by POST.
type Webhook struct {
	address string // the same in every state
	heard   Heard
	life    *life
	server  *http.Server
}

// NewWebhook finds an address for it; it is dead.
func NewWebhook(heard Heard) (*Webhook, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find an address for a webhook: %w", err)
	}
	return &Webhook{address: l.Addr().String(), heard: heard}, l.Close()
}

// URL is where it is told.
func (w *Webhook) URL() string { return "http://" + w.address + "/" }

// Become closes every connection and, unless it is to be dead, listens again.
func (w *Webhook) Become(ctx context.Context, s State) error {
	w.Close()
	if s == Dead {
		return nil
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", w.address)
	if err != nil {
		return fmt.Errorf("listen for webhooks: %w", err)
	}
	life := newLife()
	w.life, w.server = life, &http.Server{
		Handler:           http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) { w.take(life, s, out, r) }),
		ReadHeaderTimeout: greet,
	}
	life.works.Go(func() { _ = w.server.Serve(l) }) // ends with Close
	return nil
}

// Close hangs up on everybody.
func (w *Webhook) Close() {
	if w.life == nil {
		return
	}
	_ = w.server.Close()
	w.life.end()
	w.life = nil
}

func (w *Webhook) take(l *life, s State, out http.ResponseWriter, r *http.Request) {
	if s == Hanging {
		select { // until the sender gives up, or the state ends
		case <-r.Context().Done():
		case <-l.over:
		}
		return
	}
	var alert struct{ Press string }
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || json.Unmarshal(body, &alert) != nil {
		http.Error(out, "no alert", http.StatusBadRequest)
		return
	}
	if s == Slow {
		late := time.NewTimer(Slowness)
		defer late.Stop()
		select {
		case <-late.C:
		case <-r.Context().Done():
			return
		case <-l.over:
			return
		}
	}
	at := time.Now()
	out.WriteHeader(http.StatusNoContent)
	if alert.Press != "" {
		w.heard(alert.Press, at)
	}
}
