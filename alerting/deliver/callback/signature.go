package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
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

// maxSeen bounds the signatures that are remembered of one key, about 100 bytes
// each: 50 callbacks a second for as long as a signature counts. Overflow: that
// key's callbacks are refused for now, and their senders come again. Only whoever
// has the key can fill it, and no other key's callbacks are refused.
const maxSeen = 16384

var (
	errUnsigned = Refusal{http.StatusUnauthorized, "not signed"}
	errForged   = Refusal{http.StatusUnauthorized, "wrong signature"}
	errOld      = Refusal{http.StatusUnauthorized, "signed too long ago, or ahead"}
	errReplayed = Refusal{http.StatusConflict, "replayed"}
)

type sum [sha256.Size]byte

// verify checks a signature in constant time and gives its sum, and until when it
// counts.
func verify(header string, body, key []byte, now time.Time) (_ sum, until time.Time, _ error) {
	seconds, digits, ok := strings.Cut(strings.TrimPrefix(header, "t="), ",v1=")
	at, err := strconv.ParseInt(seconds, 10, 64)
	said, hexErr := hex.DecodeString(digits)
	if !ok || err != nil || hexErr != nil || !strings.HasPrefix(header, "t=") {
		return sum{}, until, errUnsigned
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(seconds + "."))
	mac.Write(body)
	if !hmac.Equal(mac.Sum(nil), said) {
		return sum{}, until, errForged
	}
	signed := time.Unix(at, 0)
	if now.Sub(signed).Abs() > Window {
		return sum{}, until, errOld
	}
	return sum(said), signed.Add(Window), nil
}

// Signatures are those of callbacks that have been taken, or are being.
type Signatures struct {
	mu  sync.Mutex                   // guards all
	all map[string]map[sum]time.Time // by key; until when each counts
}

// NewSignatures returns none.
func NewSignatures() *Signatures { return &Signatures{all: map[string]map[sum]time.Time{}} }

// Once does what a signed body asks for, once: a signature that comes again is
// refused, unless it could not be taken the first time.
func (s *Signatures) Once(header string, body, key []byte, now time.Time, do func() error) error {
	one, until, err := verify(header, body, key, now)
	if err != nil {
		return err
	}
	if err := s.claim(string(key), one, until, now); err != nil {
		return err
	}
	if err := do(); err != nil {
		s.release(string(key), one)
		return err
	}
	return nil
}

// claim takes a signature once.
func (s *Signatures) claim(key string, one sum, until, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.all[key]
	if of == nil {
		of = map[sum]time.Time{}
		s.all[key] = of
	}
	if _, twice := of[one]; twice {
		return errReplayed
	}
	if len(of) >= maxSeen { // what the window refuses by now need not be known
		maps.DeleteFunc(of, func(_ sum, until time.Time) bool { return now.After(until) })
	}
	if len(of) >= maxSeen {
		return ErrDown
	}
	of[one] = until
	return nil
}

// release gives a signature back whose callback was not taken, so that its
// sender may try again.
func (s *Signatures) release(key string, one sum) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all[key], one)
}
