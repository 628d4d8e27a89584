// Package hub puts a hub together: it opens the records, binds the listeners,
// connects broker, engine, lanes, API and console, and runs them until told to
// stop.
//
// It owns the wiring and the order in which things end, and nothing else: no
// decision about an incident is taken here. It starts one goroutine a part.
package hub
