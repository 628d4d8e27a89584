// Package terminal tells the MQTT terminals of one audience: each on a
// private topic of its own, so that a stuck one holds up only itself.
//
// It owns, per terminal, what waits to be sent again. It starts no goroutine:
// a new alarm is written on the caller's, and what waits is sent as the
// terminal's acknowledgements make room. It never queues a new alarm behind
// what is sent again.
package terminal
