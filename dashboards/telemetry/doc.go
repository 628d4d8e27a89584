// Package telemetry brings what devices measure, how they are, how far
// deliveries got and how the hub is to InfluxDB, by way of a spool on disk, so
// that an InfluxDB that is away costs nothing but delay.
//
// It owns the measurements (names, tags, fields, units: see [Measurements]),
// the spool, the writer and the file of what InfluxDB rejected. The Recorder
// starts two goroutines in its Run, one that writes to the spool and one that
// syncs it; the Writer runs in one.
//
// It never delays an alarm: what the alarm path hands over is put into a
// bounded queue without waiting. It never writes of an incident that is
// confidential, never retries what InfluxDB rejected, and never gives a point
// a second time stamp.
package telemetry
