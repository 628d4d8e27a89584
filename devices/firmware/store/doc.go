// Package store keeps what a board has not yet told its hub in one file that
// survives a power cut at any moment: presses and check-ins, how many were
// dropped, and how long the board has certainly lived.
//
// It owns the file. What is saved is taken into memory at once and written by
// Run's one goroutine, so that no alarm waits for a disk; Flush waits until it
// is safe. A line is appended with its checksum and synced; the file is made
// anew beside the old one, synced, renamed and its folder synced. What a power
// cut has torn is left out when the file is opened, and written over.
//
// It never refuses or drops a press while there is a check-in to drop, never
// gives anything another id, and never says that a press is younger than it is.
package store
