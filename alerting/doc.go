// Package alerting holds what a school and its police station act on: the
// incident, the events that make it, and the pure transition from a press or
// a command to events.
//
// Step decides, Apply folds; both are functions of their arguments alone, so
// that replaying the journal rebuilds exactly what people were told. The
// package starts no goroutine, reads no clock and knows no MQTT, HTTP or SQL.
package alerting
