// Package scenario reads what happens on a virtual campus: a text archive
// (txtar) of sections, each of lines in a small readable language.
//
//	An ordinary day.
//
//	-- day --
//	from 06:30 to 18:30
//	-- devices --
//	x-1 to x-8 are gates on mains: state every 30m, reading every 5m
//	-- happenings --
//	at 06:50 x-1 opens
//	at 07:00 the officer brings the roster
//	at 09:00 influxdb is stopped for 20m
//
// It owns the language: what can be said, and that what is said makes sense.
// Everything is read strictly, and every fault is reported with its path and
// line. It starts no goroutine, opens no connection and never reads a clock.
package scenario
