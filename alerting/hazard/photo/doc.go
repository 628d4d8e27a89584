// Package photo makes of what a telephone sends a picture that can be kept and
// shown: told by its own bytes, bounded before anything is decoded, upright, at
// most Longest pixels long, and encoded anew as a JPEG, so that nothing of the
// file that came is in the one that is kept: no place, no name of a device, no
// comment, nothing behind its end.
//
// It is pure: it starts no goroutine, keeps nothing, and reads no file. Whoever
// calls it bounds how many pictures are decoded at once.
package photo
