package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// SignatureHeader proves a callback: "t=<unix seconds>,v1=<hex>", the hex
// being the HMAC-SHA256 of "<unix seconds>.<body>" under the caller's key.
const SignatureHeader = "X-Campushub-Signature"

// Window is how far the time of a signature may be from now.
const Window = 5 * time.Minute

// maxSeen bounds the signatures that are remembered; overflow: callbacks are
// refused for now, and their senders come again. Only whoever has the key can
// fill it.
const maxSeen = 4096

var (
	errUnsigned = Refusal{http.StatusUnauthorized, "not signed"}
	errForged   = Refusal{http.StatusUnauthorized, "wrong signature"}
	errOld      = Refusal{http.StatusUnauthorized, "signed too long ago, or ahead"}
	errReplayed = Refusal{http.StatusConflict, "replayed"}
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

// Signatures are those of callbacks that have been taken, or are being.
type Signatures struct {
	mu  sync.Mutex // guards all
	all map[sum]time.Time
}

// NewSignatures returns none.
func NewSignatures() *Signatures { return &Signatures{all: map[sum]time.Time{}} }

// Once does what a signed body asks for, once: a signature that comes again is
// refused, unless it could not be taken the first time.
func (s *Signatures) Once(header string, body, key []byte, now time.Time, do func() error) error {
	one, err := verify(header, body, key, now)
	if err != nil {
		return err
	}
	if err := s.claim(one, now); err != nil {
		return err
	}
	if err := do(); err != nil {
		s.release(one)
		return err
	}
	return nil
}

// claim takes a signature once.
func (s *Signatures) claim(one sum, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, twice := s.all[one]; twice {
		return errReplayed
	}
	if len(s.all) >= maxSeen {
		s.forget(now)
	}
	if len(s.all) >= maxSeen {
		return ErrDown
	}
	s.all[one] = now
	return nil
}

// release gives a signature back whose callback was not taken, so that its
// sender may try again.
func (s *Signatures) release(one sum) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, one)
}

// forget drops what the window would refuse by now; the caller holds mu.
func (s *Signatures) forget(now time.Time) {
	for one, at := range s.all {
		if now.Sub(at) > 2*Window {
			delete(s.all, one)
		}
	}
}
