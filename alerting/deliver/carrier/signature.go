package carrier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.org/campushub/alerting/deliver/callback"
)

// SignatureHeader proves a callback: "t=<unix seconds>,v1=<hex>", the hex
// being the HMAC-SHA256 of "<unix seconds>.<body>" under the gateway's
// callback key.
const SignatureHeader = "X-Campushub-Signature"

// Window is how far the time of a signature may be from now.
const Window = 5 * time.Minute

// maxSeen bounds the signatures that are remembered; overflow: callbacks are
// refused for now, and their senders come again. Only whoever has the key can
// fill it.
const maxSeen = 4096

var (
	errUnsigned = callback.Refusal{Status: http.StatusUnauthorized, Reason: "not signed"}
	errForged   = callback.Refusal{Status: http.StatusUnauthorized, Reason: "wrong signature"}
	errOld      = callback.Refusal{Status: http.StatusUnauthorized, Reason: "signed too long ago, or ahead"}
	errReplayed = callback.Refusal{Status: http.StatusConflict, Reason: "replayed"}
)

type sum [sha256.Size]byte

// verify checks a signature in constant time and gives its sum.
func verify(header string, body, key []byte, now time.Time) (sum, error) {
	seconds, digits, ok := strings.Cut(strings.TrimPrefix(header, "t="), ",v1=")
	at, err := strconv.ParseInt(seconds, 10, 64)
	said, hexErr := hex.DecodeString(digits)
	if !ok || err != nil || hexErr != nil || !strings.HasPrefix(header, "t=") {
		return sum{}, errUnsigned
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(seconds + "."))
	mac.Write(body)
	if !hmac.Equal(mac.Sum(nil), said) {
		return sum{}, errForged
	}
	if now.Sub(time.Unix(at, 0)).Abs() > Window {
		return sum{}, errOld
	}
	return sum(said), nil
}

// seen are the signatures of callbacks that have been taken, or are being.
type seen struct {
	mu  sync.Mutex // guards all
	all map[sum]time.Time
}

func newSeen() *seen { return &seen{all: map[sum]time.Time{}} }

// claim takes a signature once.
func (s *seen) claim(one sum, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, twice := s.all[one]; twice {
		return errReplayed
	}
	if len(s.all) >= maxSeen {
		s.forget(now)
	}
	if len(s.all) >= maxSeen {
		return callback.ErrDown
	}
	s.all[one] = now
	return nil
}

// release gives a signature back whose callback was not taken, so that its
// sender may try again.
func (s *seen) release(one sum) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, one)
}

// forget drops what the window would refuse by now; the caller holds mu.
func (s *seen) forget(now time.Time) {
	for one, at := range s.all {
		if now.Sub(at) > 2*Window {
			delete(s.all, one)
		}
	}
}
