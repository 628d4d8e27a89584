// Package rules says when the sensors of a school's gates report something that
// people have to be told of: a gate that is open out of hours, held open or
// forced, crowding, nobody entering when school starts, a counter that drifts.
//
// A rule is data: a condition in CEL over typed inputs, how long it must hold,
// when it is over, and what it raises. The built-in ones are defaults.yaml; a
// school replaces or adds some ([Read]). A [Set] is compiled once and never
// written to again; a [Point] is what is known of one gate, and how the rules
// stand there. Everything is a function of readings and an instant: Point.Read
// takes a reading in, Point.Step says what has changed, Point.Next when to ask
// again. A [Memory] is a point over a restart; a [Mute] keeps a rule from raising
// anything new for a time.
//
// A rule that errs, or costs more than [CostLimit], is reported and stops no
// other. What a point keeps is bounded, whatever is sent.
//
// The package starts no goroutine, reads no clock and does no I/O. It opens no
// incident: lookout does.
package rules
