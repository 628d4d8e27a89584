package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// texts is a gateway of text messages that is strict: a letter must be whole,
// and nobody is written to twice in one turn, but for a repetition that says
// that it is one.
type texts struct {
	server *httptest.Server

	mu          sync.Mutex        // guards the fields below
	told        map[string]string // the reference, by number
	first, last time.Time
	fault       error // the first one
}

func newTexts() *texts {
	x := &texts{told: map[string]string{}}
	x.server = httptest.NewServer(http.HandlerFunc(x.take))
	return x
}

func (x *texts) close() { x.server.Close() }

// config is what a demonstration's configuration needs besides.
func (x *texts) config(string) string {
	return fmt.Sprintf(`
gateways:
  - {name: parents-texts, channel: sms, url: %q, from: 校园联防, segments: 3,
     request: {body: '{"to":"{to}","text":"{text}","reference":"{id}"}'}}
`, x.server.URL)
}

// begin forgets who was told.
func (x *texts) begin() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.told, x.first, x.last = map[string]string{}, time.Time{}, time.Time{}
}

func (x *texts) take(w http.ResponseWriter, r *http.Request) {
	var letter struct{ To, Text, Reference string }
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	d.DisallowUnknownFields()
	err := d.Decode(&letter)
	if err == nil && (letter.To == "" || letter.Text == "" || letter.Reference == "" || r.Method != http.MethodPost) {
		err = errors.New("it is not whole")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if before := x.told[letter.To]; err == nil && before != "" && before != letter.Reference {
		err = errors.New("it is the second one to its number")
	}
	if err != nil {
		x.fault = errors.Join(x.fault, fmt.Errorf("letter to parents: %w", err))
		http.Error(w, "not taken", http.StatusBadRequest)
		return
	}
	x.told[letter.To] = letter.Reference
	x.last = time.Now()
	if x.first.IsZero() {
		x.first = x.last
	}
}

// all waits until so many were told, and says when the first and the last of
// them were.
func (x *texts) all(ctx context.Context, n int, until time.Time) (first, last time.Time, err error) {
	for {
		x.mu.Lock()
		told, fault := len(x.told), x.fault
		first, last = x.first, x.last
		x.mu.Unlock()
		switch {
		case fault != nil:
			return first, last, fault
		case told == n:
			return first, last, nil
		case time.Now().After(until):
			return first, last, fmt.Errorf("letters to parents: %d of %d in time", told, n)
		}
		if err := wait(ctx, 10*time.Millisecond); err != nil {
			return first, last, err
		}
	}
}
