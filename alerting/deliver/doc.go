// Package deliver tells recipients: it carries a planned delivery over its
// channel and reports what became of it.
//
// A Sink takes a message without ever blocking, so the engine tells from its
// own goroutine. Terminals and console pages are sinks of their own, in the
// sub-packages; a slow channel sits behind a Lane, one per audience and
// channel, with its own queue, workers and connections: lanes share nothing,
// so no audience can stand in front of another. Within a lane each far side has
// room and workers of its own, so that one which hangs holds up only what goes to
// it. A lane's goroutines start in Run, one for each message under way. The package
// never decides who is told.
package deliver
