package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

const (
	// TicketLifetime is how long somebody may stay with the provider.
	TicketLifetime = 10 * time.Minute
	// longestNext bounds the page to return to, in bytes: a cookie holds 4 KB.
	// Overflow: the first page instead.
	longestNext = 1500
	// mostUsed bounds the beginnings that are known to have come back. Overflow: the
	// one that ends first is forgotten; the provider takes its code once anyway.
	mostUsed = 10_000
)

// ticket is what a browser holds while its owner is with the provider. Whoever
// has the state alone, as it stands in addresses, can make none.
type ticket struct {
	State string `json:"s"`
	Next  string `json:"n"`
	Until int64  `json:"u"` // Unix, seconds
}

// tickets signs tickets, and takes each once. Its key is as old as the hub's run:
// no ticket outlives the memory of those that were used.
type tickets struct {
	key [sha256.Size]byte

	mu   sync.Mutex       // guards used
	used map[string]int64 // until when, by state
}

func newTickets() *tickets {
	t := &tickets{used: map[string]int64{}}
	_, _ = rand.Read(t.key[:]) // never fails: crypto/rand ends the process instead
	return t
}

// begin is a new ticket, and as its browser keeps it.
func (t *tickets) begin(next string, now time.Time) (ticket, string) {
	if len(next) > longestNext {
		next = "/"
	}
	k := ticket{State: rand.Text(), Next: next, Until: now.Add(TicketLifetime).Unix()}
	raw, _ := json.Marshal(k) // two texts and a number
	body := base64.RawURLEncoding.EncodeToString(raw)
	return k, body + "." + t.sum("ticket", body)
}

// read is the ticket that a browser holds; false for what was never given out, or
// too long ago.
func (t *tickets) read(held string, now time.Time) (k ticket, ok bool) {
	body, sum, _ := strings.Cut(held, ".")
	if !hmac.Equal([]byte(sum), []byte(t.sum("ticket", body))) {
		return ticket{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil || json.Unmarshal(raw, &k) != nil {
		return ticket{}, false
	}
	return k, now.Unix() < k.Until
}

// take uses a ticket up; false where it was before.
func (t *tickets) take(k ticket, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, before := t.used[k.State]; before {
		return false
	}
	if len(t.used) >= mostUsed {
		t.forget(now)
	}
	t.used[k.State] = k.Until
	return true
}

// forget makes room: of all that have ended, else of the one that ends first.
func (t *tickets) forget(now time.Time) {
	first := ""
	for state, until := range t.used {
		if until <= now.Unix() {
			delete(t.used, state)
		} else if first == "" || until < t.used[first] {
			first = state
		}
	}
	if len(t.used) >= mostUsed {
		delete(t.used, first)
	}
}

// nonce and verifier are the ticket's own, and need be kept by nobody: who has no
// key can say neither.
func (t *tickets) nonce(k ticket) string    { return t.sum("nonce", k.State) }
func (t *tickets) verifier(k ticket) string { return t.sum("verifier", k.State) }

// sum is 43 characters of the base64url alphabet, as a PKCE verifier wants.
func (t *tickets) sum(of, text string) string {
	mac := hmac.New(sha256.New, t.key[:])
	mac.Write([]byte(of + "\x00" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
