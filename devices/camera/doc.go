// Package camera says what the picture of a camera is made of: access units
// with the instant at which each was taken, the format that decodes them, a
// ring of the newest, and whether there is a picture at all.
//
// It owns the vocabulary and the arithmetic of its sub-packages: rtsp fetches,
// h264 puts together, fmp4 encodes, clip keeps, recorder runs them for one
// camera. It starts no goroutine, does no I/O and reads no clock. Nothing in it
// knows of incidents, and nothing that tells an alarm waits for it.
package camera
