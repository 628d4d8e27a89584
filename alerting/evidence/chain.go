package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// ChainLabel separates the chain's hashes from any other use of SHA-256 and
// names the layout of what is hashed.
const ChainLabel = "campushub audit chain 1"

// Hash is a SHA-256 or a salt, in hexadecimal digits.
type Hash []byte

// MarshalText writes the digits.
func (h Hash) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// UnmarshalText reads them.
func (h *Hash) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("hash %q: %w", text[:min(len(text), 80)], err)
	}
	*h = b
	return nil
}

// Row is what an audit chain hashes of an event, its payload by its digest.
type Row struct {
	Seq      int64  `json:"seq"`
	School   string `json:"school"`
	Incident string `json:"incident"`
	At       string `json:"at"` // UTC, nanoseconds, of fixed width
	Type     string `json:"type"`
	Command  string `json:"command"`
	Digest   Hash   `json:"digest"`
}

// Digest commits to a payload without showing it: the salt keeps a short
// payload that was erased from being guessed.
func Digest(salt, payload []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(payload)
	return h.Sum(nil)
}

// Link is the chain value of a row after the school's previous one; the first
// row follows the empty value. Every field carries its length, so that no two
// rows hash alike.
func Link(previous []byte, r Row) []byte {
	b := make([]byte, 0, 256)
	b = append(b, ChainLabel...)
	b = field(b, previous)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Seq))
	for _, s := range []string{r.School, r.Incident, r.At, r.Type, r.Command} {
		b = field(b, []byte(s))
	}
	b = field(b, r.Digest)
	sum := sha256.Sum256(b)
	return sum[:]
}

func field(b, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(value))), value...)
}

// Entry is one event of the incident in its school's chain. What the chain has
// between two entries is about other incidents and is not here: each entry
// carries the value that it follows, so that it can be checked alone.
type Entry struct {
	Row
	Previous Hash `json:"previous"` // empty for the school's first event
	Chain    Hash `json:"chain"`
	// Salt and Payload are what Digest commits to: the event as JSON, byte for
	// byte. Both are empty where the content was erased, or is not the reader's.
	Salt    Hash   `json:"salt,omitempty"`
	Payload string `json:"payload,omitempty"`
}

// Without is the entry without its content: its digest still stands for it.
func (e Entry) Without() Entry {
	e.Salt, e.Payload = nil, ""
	return e
}

// Fault says what is wrong with an entry; "" where it holds.
func (e Entry) Fault() string {
	switch {
	case !bytes.Equal(Link(e.Previous, e.Row), e.Chain):
		return "does not give its chain value"
	case e.Payload == "":
		return ""
	case !bytes.Equal(Digest(e.Salt, []byte(e.Payload)), e.Digest):
		return "its content was changed"
	}
	var said struct {
		Seq                    int64
		Type, Incident, School string
	}
	if err := json.Unmarshal([]byte(e.Payload), &said); err != nil {
		return "its content is no JSON"
	}
	if said.Seq != e.Seq || said.Type != e.Type || said.Incident != e.Incident || said.School != e.School {
		return "its content is of another event"
	}
	return ""
}

// Head is the end of a school's chain at a moment.
type Head struct {
	Seq    int64 `json:"seq"`    // of the last event
	Length int64 `json:"length"` // number of events
	Chain  Hash  `json:"chain"`
}

// Slice is what a school's chain has of one incident.
type Slice struct {
	School   string `json:"school"`
	Incident string `json:"incident"`
	Head     Head   `json:"head"`
	// Withheld is how many entries are not the reader's to see.
	Withheld int     `json:"withheld"`
	Entries  []Entry `json:"entries"`
}

// Faults says what is wrong with a slice; none where it holds.
func (s Slice) Faults() (out []string) {
	fault := func(e Entry, what string) { out = append(out, fmt.Sprintf("%s: event %d: %s", AuditName, e.Seq, what)) }
	for k, e := range s.Entries {
		switch {
		case e.Incident != s.Incident || e.School != s.School:
			fault(e, "is of another incident")
		case k > 0 && e.Seq <= s.Entries[k-1].Seq:
			fault(e, "is out of order")
		case e.Seq > s.Head.Seq:
			fault(e, "lies behind the chain's end")
		case e.Seq == s.Head.Seq && !bytes.Equal(e.Chain, s.Head.Chain):
			fault(e, "differs from the chain's end")
		}
		if what := e.Fault(); what != "" {
			fault(e, what)
		}
	}
	if len(s.Entries) == 0 {
		out = append(out, AuditName+": has no entries")
	}
	return out
}
