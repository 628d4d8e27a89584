// Package schoolday has a whole school day arrive: it plays a scenario against
// a real hub, in a process of its own, that writes to a real InfluxDB, breaks
// what the scenario says, has people do on their pages what it says, and
// compares point by point what is stored with what was sent. Where it is told
// to, a real Prometheus watches the hub, and after the day every question of
// every page for Grafana is asked.
//
// It owns these processes, the gateway between hub and InfluxDB, one for text
// messages and their folders, and ends them by their ids. It starts the
// goroutines of what it plays, none of which outlives Run. It judges nothing:
// it counts, and names what is not as it was sent.
package schoolday
