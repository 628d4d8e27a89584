package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"example.org/campushub/alerting/deliver/webhook"
)

// sink is the one webhook endpoint that everybody tells. A webhook's moment is
// when its whole body had been read; only then is it looked into and answered.
type sink struct {
	server *http.Server
	listen net.Listener
	key    []byte // the hub's webhooks are signed under it
	turn   atomic.Pointer[tally]
	bad    atomic.Int64 // webhooks that could not be read or are signed wrongly
}

// reading finds the ids of the signals that a webhook names, and what its
// sender calls it.
type reading func(h http.Header, body []byte) (ids []string, key string, err error)

func newSink(key []byte) (*sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for webhooks: %w", err)
	}
	s := &sink{listen: l, key: key}
	s.turn.Store(newTally())
	mux := http.NewServeMux()
	mux.Handle("POST /"+nodeRED, s.take(plainID))
	mux.Handle("POST /"+alertmanager, s.take(alertIDs))
	mux.Handle("POST /"+campushub, s.take(s.signedPress))
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: callLimit}
	go func() { _ = s.server.Serve(l) }() // ends with close
	return s, nil
}

func (s *sink) url(peer string) string { return "http://" + s.listen.Addr().String() + "/" + peer }

func (s *sink) close() error { return s.server.Shutdown(context.Background()) }

func (s *sink) take(read reading) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit))
		at := time.Now()
		if err != nil {
			return // its sender was killed in the middle
		}
		ids, key, err := read(r.Header, body)
		if err != nil {
			s.bad.Add(1)
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, id := range ids {
			s.turn.Load().arrived(id, key, at)
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// plainID reads what the flow posts.
func plainID(_ http.Header, body []byte) ([]string, string, error) {
	var v struct{ ID string }
	if err := json.Unmarshal(body, &v); err != nil || v.ID == "" {
		return nil, "", fmt.Errorf("webhook names no signal: %w", orNone(err))
	}
	return []string{v.ID}, "", nil
}

// alertIDs reads Alertmanager's own format.
func alertIDs(_ http.Header, body []byte) ([]string, string, error) {
	var v struct {
		Alerts []struct{ Labels map[string]string }
	}
	if err := json.Unmarshal(body, &v); err != nil || len(v.Alerts) == 0 {
		return nil, "", fmt.Errorf("webhook names no alert: %w", orNone(err))
	}
	var ids []string
	for _, a := range v.Alerts {
		ids = append(ids, a.Labels["id"])
	}
	return ids, "", nil
}

// signedPress checks the signature as a receiver should and reads the press;
// news that no press caused names none.
func (s *sink) signedPress(h http.Header, body []byte) ([]string, string, error) {
	header := h.Get(webhook.SignatureHeader)
	seconds, _, _ := strings.Cut(strings.TrimPrefix(header, "t="), ",")
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || webhook.Sign(s.key, time.Unix(at, 0), body) != header {
		return nil, "", errors.New("webhook is not signed by the hub")
	}
	var v struct{ Press string }
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, "", fmt.Errorf("decode webhook: %w", err)
	}
	return []string{v.Press}, h.Get(webhook.IdempotencyHeader), nil
}

var errNone = errors.New("none in it")

func orNone(err error) error {
	if err == nil {
		return errNone
	}
	return err
}
