// Package schoolday has a whole school day arrive: it plays a scenario against
// a real hub, in a process of its own, that writes to a real InfluxDB, breaks
// what the scenario says, and compares point by point what is stored with what
// was sent.
//
// It owns the two processes, the gateway between them and their folders, and
// ends them by their ids. It starts the goroutines of what it plays, none of
// which outlives Run. It judges nothing: it counts, and names what is not as
// it was sent.
package schoolday
