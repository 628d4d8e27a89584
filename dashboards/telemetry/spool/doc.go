// Package spool keeps records on disk until they have been delivered, and for
// a while after: two logs of segments, one for each class, bounded together by
// bytes and age.
//
// It owns its folder, what is in it, and the note of how far delivery got. A
// record survives a kill of the process as soon as Append has returned, and a
// power cut once Sync has. It starts no goroutine. It never gives an alarm's
// record up while there is anything else to give up, never changes a record,
// and never holds more than one segment's part in memory.
package spool
