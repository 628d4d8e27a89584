package people

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
)

// The text of a token is TokenPrefix and 32 random bytes in hexadecimal: no
// other secret looks so, which lets a scanner of repositories and logs find one
// that got out ("chub_[0-9a-f]{64}").
const (
	TokenPrefix = "chub_"
	tokenBytes  = 32
)

// ProgramPrefix is what the name of every program begins with where it stands
// beside those of people. No account has a colon in its name.
const ProgramPrefix = "program:"

// How long a token is good for.
const (
	TokenDays        = 90 // where nobody says
	LongestTokenDays = 366
)

// MostTokens bounds the tokens that are good at a time, of all schools. Overflow:
// none is made until one ends.
const MostTokens = 256

// Token is what a program authenticates with. What it is made of is known to
// the program alone; its SHA-256 is kept.
type Token struct {
	// Name is the program's. It is given once and never again, so that the
	// journal means one program by it.
	Name    string
	Role    alerting.Role
	Schools []string
	Scopes  []string // what of the role's rights it has
	Made    time.Time
	By      string // an account, or user@host of a command line
	Until   time.Time
	Revoked time.Time // zero where nobody has
	Used    time.Time // the hour in which it was used last; zero where never
	// Refused is the day (UTC) on which it was used last after its end; zero
	// where it never was.
	Refused time.Time
}

// TokenState is where a token stands.
type TokenState string

// The states. A token that was revoked is so for good, also behind its end.
const (
	TokenActive  TokenState = "active"
	TokenExpired TokenState = "expired"
	TokenRevoked TokenState = "revoked"
)

// TokenStates lists them.
func TokenStates() []TokenState { return []TokenState{TokenActive, TokenExpired, TokenRevoked} }

// State is where the token stands at a time.
func (t Token) State(now time.Time) TokenState {
	switch {
	case !t.Revoked.IsZero():
		return TokenRevoked
	case !now.Before(t.Until):
		return TokenExpired
	}
	return TokenActive
}

// Program is who acts with it, as the journal and the audit chains name them.
func (t Token) Program() string { return ProgramPrefix + t.Name }

// Account is the token as whom it acts for: its role at those of its schools
// that a directory still has. It is nobody who is named for confidential
// incidents, nobody who stands in for them, and nobody who releases notices.
func (t Token) Account(d *Directory) Account {
	a := Account{Name: t.Program(), Role: t.Role, Via: alerting.ViaLAN}
	for _, s := range t.Schools {
		if _, there := d.School(s); there {
			a.Schools = append(a.Schools, s)
		}
	}
	return a
}

// Has reports whether the token has one of the scopes.
func (t Token) Has(scopes ...string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(t.Scopes, s) })
}

// Granted is what was granted with a token, as the audit chain holds it.
func (t Token) Granted() *Grant {
	return &Grant{Role: t.Role, Schools: t.Schools, Scopes: t.Scopes, Until: t.Until}
}

// Grant is what a token permits.
type Grant struct {
	Role    alerting.Role `json:"role"`
	Schools []string      `json:"schools"`
	Scopes  []string      `json:"scopes"`
	Until   time.Time     `json:"until"`
}

// TokenHash is what is kept of a token.
type TokenHash [sha256.Size]byte

// DrawToken draws a token: its text, which is shown once, and what is kept of
// it. It is of 256 random bits, so that a fast hash keeps it as well as a slow
// one would.
func DrawToken() (text string, kept TokenHash) {
	var b [tokenBytes]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return TokenPrefix + hex.EncodeToString(b[:]), sha256.Sum256(b[:])
}

// HashToken is what is kept of a token; ok is false for what is none.
func HashToken(text string) (kept TokenHash, ok bool) {
	digits, ok := strings.CutPrefix(text, TokenPrefix)
	b, err := hex.DecodeString(digits)
	if !ok || err != nil || len(b) != tokenBytes {
		return kept, false
	}
	return sha256.Sum256(b), true
}

var tokenName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// IsTokenName reports whether a token can have a name: 1 to 40 of a-z, 0-9 and
// -, not beginning with -.
func IsTokenName(s string) bool { return tokenName.MatchString(s) }
