// Package clip keeps what a camera saw: access units in, a film on the disk out,
// written as they come.
//
// It owns the files of a clip. Nothing that is written is changed: a clip that
// ends by a power cut is whole up to its last fragment that reached the disk,
// and Salvage makes a file of it. A clip belongs to one goroutine, which waits
// for the disk; it starts none. It never decides what is worth keeping, for how
// long, or who may see it, and makes room for nothing.
package clip
