// Package supervise watches over the devices of a hub: it takes what the broker
// hears of them, lets devices/supervision judge it, and has the engine raise and
// end what was found.
//
// Supervisor owns the fleet. Its Run starts one goroutine that owns the state
// and has one timer, and one that writes records down. Seen, which stands in
// the way of every packet, looks a device up and stores one number.
//
// It never closes what people have to look at, never raises one incident for
// each device of a cut link, and never waits for its records: nothing here can
// hold up an alarm.
package supervise
