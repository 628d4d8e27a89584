package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Params is what a hash costs.
type Params struct {
	MemoryKiB   uint32
	Passes      uint32
	Parallelism uint8
}

// DefaultParams are the first choice of the OWASP password storage cheat
// sheet for argon2id: 19 MiB, two passes, one lane. Small boards can bear it.
func DefaultParams() Params { return Params{MemoryKiB: 19 * 1024, Passes: 2, Parallelism: 1} }

// A stored hash may cost this much at most: a slip in a configuration file
// must not stop the hub.
const (
	maxMemoryKiB   = 256 * 1024
	maxPasses      = 10
	maxParallelism = 8
	maxSaltBytes   = 64
	maxHashBytes   = 64
	minHashBytes   = 16
	minSaltBytes   = 8

	saltBytes = 16
	hashBytes = 32

	// MaxLength is the longest password, in bytes.
	MaxLength = 1024
)

// ErrMalformed says that a stored hash is not argon2id in PHC form, or costs
// more than is allowed.
var ErrMalformed = errors.New("malformed password hash")

// Hash is the password in PHC form, with a fresh salt.
func Hash(password string, p Params) (string, error) {
	if password == "" || len(password) > MaxLength {
		return "", fmt.Errorf("hash password: length %d, want 1 to %d bytes", len(password), MaxLength)
	}
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	h := phc{Params: p, salt: salt}
	h.sum = h.derive(password, hashBytes)
	return h.String(), nil
}

// Valid reports whether s is a hash that Check can use.
func Valid(s string) bool {
	_, err := parse(s)
	return err == nil
}

// phc is one stored hash.
type phc struct {
	Params
	salt, sum []byte
}

func (h phc) derive(password string, length int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.Passes, h.MemoryKiB, h.Parallelism, uint32(length))
}

func (h phc) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.derive(password, len(h.sum)), h.sum) == 1
}

func (h phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.MemoryKiB, h.Passes, h.Parallelism, b64.EncodeToString(h.salt), b64.EncodeToString(h.sum))
}

func parse(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return phc{}, fmt.Errorf("%w: want $argon2id$v=19$m=…,t=…,p=…$salt$hash", ErrMalformed)
	}
	var h phc
	var err error
	b64 := base64.RawStdEncoding.Strict()
	if h.salt, err = b64.DecodeString(parts[4]); err != nil {
		return phc{}, fmt.Errorf("%w: salt: %w", ErrMalformed, err)
	}
	if h.sum, err = b64.DecodeString(parts[5]); err != nil {
		return phc{}, fmt.Errorf("%w: hash: %w", ErrMalformed, err)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.MemoryKiB, &h.Passes, &h.Parallelism); err != nil {
		return phc{}, fmt.Errorf("%w: parameters: %w", ErrMalformed, err)
	}
	if h.String() != s { // one spelling only: no other version, no trailing junk
		return phc{}, fmt.Errorf("%w: not in canonical form", ErrMalformed)
	}
	return h, h.bounded()
}

func (h phc) bounded() error {
	within := func(n, low, high int) bool { return low <= n && n <= high }
	switch {
	case !within(int(h.Parallelism), 1, maxParallelism),
		!within(int(h.Passes), 1, maxPasses),
		!within(int(h.MemoryKiB), 8*int(h.Parallelism), maxMemoryKiB),
		!within(len(h.salt), minSaltBytes, maxSaltBytes),
		!within(len(h.sum), minHashBytes, maxHashBytes):
		return fmt.Errorf("%w: parameters out of bounds", ErrMalformed)
	}
	return nil
}
