// Package h264 makes access units of RTP packets (RFC 6184) and reads of their
// parameter sets what a recorder has to know (ITU-T H.264).
//
// It owns the bounds of what a camera may make the hub hold, and what is lost
// when packets are: everything to the next keyframe. It decodes no picture,
// starts no goroutine and never panics on what a camera sends.
package h264
