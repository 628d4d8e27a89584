// Package broker is the MQTT broker of the hub: mochi in a box.
//
// It owns the listeners, the connections, who a client is and what it may
// say and hear. It hands every signal to the [Hub] before the publish is
// acknowledged, and writes the hub's messages to the one topic that a device
// or a terminal listens to. The [Hub] is the only reader of what clients
// publish, and the only writer of what they read.
//
// One connection, from the socket upwards:
//
//	socket → buffered (never blocks a writer) → TLS, if any → framed (reads
//	whole, checked packets) → mochi (MQTT) → hook (identity, permission) → Hub
//
// Goroutines: one for each listener, one for each connection with mochi's
// own writer beside it, one more while a connection has bytes to flush, and
// mochi's housekeeping. All of them end with [Broker.Run].
//
// It never keeps a session or a message for a client that is away: what an
// absent client missed is the hub's to send again when [Hub] is told that it
// is up. It never lets one client's slowness or silence wait on another's
// behalf. It knows no incidents.
package broker
