package journal

import (
	"crypto/sha256"
	"encoding/binary"
)

// chainLabel separates these hashes from any other use of SHA-256 and names
// the layout of what is hashed.
const chainLabel = "campushub audit chain 1"

// digestOf commits to a payload without showing it: the salt keeps a short
// payload that was erased from being guessed.
func digestOf(salt, payload []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(payload)
	return h.Sum(nil)
}

// link is the chain value of a row after the school's previous one; the first
// row follows the empty value. Every field carries its length, so that no two
// rows hash alike.
func link(previous []byte, e *eventRow) []byte {
	b := make([]byte, 0, 256)
	b = append(b, chainLabel...)
	b = field(b, previous)
	b = binary.BigEndian.AppendUint64(b, uint64(e.seq))
	for _, s := range []string{e.school, e.incident, e.at, e.kind, e.command} {
		b = field(b, []byte(s))
	}
	b = field(b, e.digest)
	sum := sha256.Sum256(b)
	return sum[:]
}

func field(b, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(value))), value...)
}

// chain is the end of one school's audit chain.
type chain struct {
	seq    int64 // of the last event
	length int64 // number of events
	head   []byte
}

func (c chain) append(e *eventRow) (chain, []byte) {
	head := link(c.head, e)
	return chain{seq: e.seq, length: c.length + 1, head: head}, head
}
