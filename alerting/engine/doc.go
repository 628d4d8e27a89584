// Package engine is the single owner of open incidents and of their timers.
//
// A lock guards them all. One goroutine, in Run, takes it for one thing at a
// time. It has two bounded inboxes and always empties the alarm one first;
// everything else comes in slices. A press that finds the lock free and no
// alarm waiting is told on the goroutine that brought it. A press is
// told before it is stored: the engine steps, tells every recipient without
// blocking, and only then hands the event to the journal; the press is
// acknowledged when the journal says that it is durable. What a person or a
// timer does commits first. A second goroutine, the feed, publishes what
// changed, so that no reader can hold up an alarm.
//
// The engine never waits: not for the disk, not for a terminal, not for a
// page. It knows no MQTT, HTTP or SQL.
package engine
