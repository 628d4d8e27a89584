// Package notice is the desk at which notices to parents and head counts are
// kept: it owns the running state of both for every incident, brings each
// decision of packages release and muster into the journal, and publishes what
// is out.
//
// One goroutine, in Run, takes one decision at a time. What it knows is the
// fold of the events that the journal holds; nothing counts before the engine
// says that it is durable, and nothing goes out before that. Readers see
// snapshots that no later event touches. A Post, beside it, carries what is
// out to the parents, in lanes that no other audience uses.
//
// It never writes a text: release does. What a parent can read here is a
// rendered notice, its number and its time, and nothing of any incident.
package notice
