// Package backup takes a copy of a hub's records while the hub runs, checks such
// a copy, and puts it back.
//
// A backup is one tar file without compression, so that tar alone can open it:
// the records, the configuration, the secrets where they were asked for, and
// last the manifest with the SHA-256 of each file and of each block of it.
// docs/backup.md has the format.
//
// It starts no goroutine. It never writes to a database that a hub has open,
// never changes a file that is there already, and leaves nothing under the
// backup's name that is not a whole one.
package backup
