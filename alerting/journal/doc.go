// Package journal keeps what happened on disk: the events of every incident,
// its latest state, its deliveries, the presses it was made of, and one audit
// chain per school, in a SQLite database of its own.
//
// It owns that database. Append queues an entry and returns; Run is the one
// writer, which commits everything that waits in one transaction with one
// fsync, and then says so to each entry. While the disk is broken the entries
// stay in memory, their owners are told at once, and the writer tries again
// until it has written every one of them. Readers have a pool of read-only
// connections; in write-ahead mode they neither wait for the writer nor hold
// it up.
//
// Open starts no goroutine. Run starts one beside itself, which moves
// committed pages from the write-ahead log into the database, and waits for
// it. The package decides nothing about incidents: it never folds an event
// and never changes one.
package journal
