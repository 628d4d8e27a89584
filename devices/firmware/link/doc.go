// Package link connects a device or a terminal to its hub over MQTT 3.1.1, on
// the Eclipse Paho client.
//
// It owns the connection: one Paho client for each connection, never a
// reconnecting one, because that completes tokens of messages that the hub
// never had, and sends again, with their old age, messages that the firmware
// sends again itself. Run starts the client's goroutines and one that writes;
// all have ended when it returns. It never decides that a message arrived, and
// never blocks a publisher.
package link
