// Package doctor looks a hub over and says in plain words what it found, one
// line each, and what to do.
//
// It looks at the configuration, the folder of the records and the disk below
// it, the clock, the listeners, the certificates, the journal, InfluxDB and what
// waits in the spool for it, the calendar and the roster of today, and, where a
// hub answers, at what that hub knows. It starts goroutines only to look at several
// gateways at once, and waits for them. It changes nothing but one file, which
// it makes beside the journal to time the disk and removes again; and it says
// nothing of what it has not looked at.
package doctor
