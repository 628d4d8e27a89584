package wire

// Reason is why a message was refused: short and stable, fit for a metric's
// label.
type Reason string

// The reasons.
const (
	ReasonTopic     Reason = "topic"     // not a topic that a client may publish to
	ReasonTooLarge  Reason = "too-large" // more than MaxPayload bytes
	ReasonEncoding  Reason = "encoding"  // not UTF-8
	ReasonSyntax    Reason = "syntax"    // not one JSON object, or something after it
	ReasonDepth     Reason = "depth"     // deeper than MaxDepth
	ReasonDuplicate Reason = "duplicate" // a known field twice
	ReasonMissing   Reason = "missing"   // a required field is not there
	ReasonType      Reason = "type"      // a required field has the wrong type
	ReasonBounds    Reason = "bounds"    // a required field's value is not allowed
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		ReasonTopic, ReasonTooLarge, ReasonEncoding, ReasonSyntax, ReasonDepth,
		ReasonDuplicate, ReasonMissing, ReasonType, ReasonBounds,
	}
}

// Error says why a message was refused. Every error of this package is one.
type Error struct {
	Reason Reason
	Field  string // the field at fault, "" where it is the whole message
}

// Error implements error.
func (e *Error) Error() string {
	if e.Field == "" {
		return "message refused: " + string(e.Reason)
	}
	return "message refused: " + string(e.Reason) + " of " + e.Field
}

func fault(r Reason, field string) error { return &Error{Reason: r, Field: field} }
