package journal

import "example.org/campushub/alerting/evidence"

// digestOf commits to a payload without showing it.
func digestOf(salt, payload []byte) []byte { return evidence.Digest(salt, payload) }

// link is the chain value of a row after the school's previous one; the first
// row follows the empty value.
func link(previous []byte, e *eventRow) []byte { return evidence.Link(previous, e.audited()) }

// audited is what the chain hashes of a row.
func (e *eventRow) audited() evidence.Row {
	return evidence.Row{Seq: e.seq, School: e.school, Incident: e.incident, At: e.at, Type: e.kind, Command: e.command, Digest: e.digest}
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
