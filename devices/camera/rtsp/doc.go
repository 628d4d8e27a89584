// Package rtsp fetches the picture of a camera by RTSP 1.0 (RFC 2326), with
// RTP interleaved in the one TCP connection (10.12).
//
// It owns the connection: Play holds one for as long as it lasts, on the
// caller's goroutine and one that keeps the session alive; both have ended when
// it returns. Every wait has its deadline, and every header, body and packet
// its bound, so that a camera that hangs, floods or sends garbage costs its own
// picture alone. It follows no redirection, sends a password in the clear to
// nobody, and writes neither password nor digest into an error or a log.
package rtsp
