// Package fmp4 writes and reads the boxes of a fragmented MP4 (ISO/IEC
// 14496-12) with one H.264 track (ISO/IEC 14496-15).
//
// It owns the bytes: a header that says nothing of how long the film will be,
// and fragments that each stand by themselves, so that a file can be watched
// while it grows and is whole up to its last fragment however it ended. Nothing
// that is written is ever changed. It starts no goroutine and does no I/O but
// on the reader that it is given.
package fmp4
