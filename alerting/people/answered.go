package people

import (
	"crypto/sha256"
	"time"
)

// AnsweredFor is for how long a request that came with an Idempotency-Key is
// known again.
const AnsweredFor = 24 * time.Hour

// Digest is a SHA-256.
type Digest = [sha256.Size]byte

// Answered is a request of an account that came with an Idempotency-Key, and what
// it was answered.
type Answered struct {
	Account string // or the program of a token
	Key     Digest
	Request Digest // of method, address and body
	Rights  Digest // of what the account might do then
	At      time.Time
	Status  int // 0: it has not been answered yet
	Header  map[string]string
	Body    []byte // nil: it is not kept
}
