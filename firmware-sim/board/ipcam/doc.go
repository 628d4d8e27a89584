// Package ipcam is a network camera without the camera: an RTSP 1.0 server
// (RFC 2326) that plays a film of 10 s in a loop, in its own time, with digest
// authentication, a session time-out that it means, and the faults of its kind
// when it is told to. Each picture has its number and a clock burnt in.
//
// It owns its connections, one goroutine that reads and one that sends for
// each. It shares no code with whoever records it, and never knows who does.
package ipcam
