// Package trial tests the way to one recipient: it hands one message in mode
// test to the lane that an alarm would take, follows what becomes of it, and
// keeps who asked for it, when and why. It also remembers when each way last
// worked, by whatever went over it.
//
// Desk owns the tests and these memories, under one mutex that nobody holds while
// they wait. Run is its only goroutine: it writes down, and gives tests up that
// nothing was heard of. What is told of alarms comes through a bounded inbox, so
// that the alarm path waits for nothing here.
//
// It opens no incident, escalates nothing, tries no second way, and tells nobody
// who was not asked for. A test proves one way, and not the way from a button.
package trial
