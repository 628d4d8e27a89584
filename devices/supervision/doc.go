// Package supervision knows that a silent device is alive, or says that it is
// not: a state for each device, over its packets and the time; one loss apart
// from a school whose link was cut, and both apart from a hub that was itself
// held up; what devices say of their battery, case, firmware and radio; and how
// long each was there, day by day.
//
// It is a function of what was heard and of the instants that it is given. It
// starts no goroutine, reads no clock, and never tells anybody anything: it
// returns findings. A Fleet belongs to one goroutine.
package supervision
