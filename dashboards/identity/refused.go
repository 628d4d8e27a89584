package identity

import "fmt"

// Reason is why nobody was vouched for.
type Reason string

// The reasons.
const (
	Gone    Reason = "gone"    // the provider does not answer, or not as one
	Denied  Reason = "denied"  // it answered the person with an error
	State   Reason = "state"   // this browser has begun nothing, or too long ago
	Used    Reason = "used"    // that beginning has come back already
	Issuer  Reason = "issuer"  // somebody else answered (RFC 9207)
	Code    Reason = "code"    // it did not take its own code
	Token   Reason = "token"   // its ID token is not good
	Nonce   Reason = "nonce"   // its ID token is of another beginning
	Crowded Reason = "crowded" // too many at once
)

// Reasons lists them.
func Reasons() []Reason {
	return []Reason{Gone, Denied, State, Used, Issuer, Code, Token, Nonce, Crowded}
}

// RefusedError says why nobody was vouched for.
type RefusedError struct {
	Reason Reason
	Cause  error // nil where the reason says it all
}

// longestCause bounds what a far side can have the hub's log say, in bytes.
const longestCause = 200

func (e *RefusedError) Error() string {
	if e.Cause == nil {
		return "identity refused: " + string(e.Reason)
	}
	said := e.Cause.Error()
	if len(said) > longestCause {
		said = said[:longestCause] + "…"
	}
	return fmt.Sprintf("identity refused: %s: %q", e.Reason, said)
}

func (e *RefusedError) Unwrap() error { return e.Cause }

func refuse(why Reason, cause error) error { return &RefusedError{Reason: why, Cause: cause} }
