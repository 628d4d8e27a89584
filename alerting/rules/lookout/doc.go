// Package lookout runs the gate rules of a hub's schools: it takes readings in
// beside the alarm path, looks at each gate when it is due, and raises what the
// rules find.
//
// What a rule says is package rules' business. Run is the only goroutine; it
// owns every gate. Others hand it readings, which never wait: beyond its queue
// the oldest is dropped and counted, as no alarm is among them.
//
// What the sensors say is over is closed by the hub where it is low; an
// incident of a higher severity says so, and is for a person to close. What the
// engine has no room for is said again. The lookout delays no alarm, disarms no
// button, and keeps nothing over a restart: a condition that still holds is
// found anew, and joins the incident that stands.
package lookout
