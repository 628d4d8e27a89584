// Package evidence is what leaves the hub of one incident so that a stranger
// can check it: the entries of the audit chain, the files beside them, and the
// manifest that names each file by its SHA-256, in one zip.
//
// It is pure: it reads no journal, takes no decision about who may read what,
// and starts no goroutine. docs/evidence.md has the format.
package evidence
