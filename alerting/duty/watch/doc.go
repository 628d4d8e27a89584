// Package watch runs the duty of a hub's schools: it owns their rosters, their
// check-ins and their roll calls, raises who is missed and which post is
// uncovered, and takes that back when somebody comes.
//
// What stands is package duty's business, as a function of what is known and an
// instant. Run is the only goroutine and sets one timer, by duty.Watch.Next.
// Others hand it cards, which never wait, and orders, or read what it last
// published.
//
// What a person does is stored before it counts. A card counts at once and is
// stored as soon as the disk takes it. A raise has an id that follows from what
// it is about and when that was due, so that a restart raises nothing twice.
//
// Reminders go out once each; one that was on its way at a stop is sent again,
// under the same id.
//
// A school without a roster for a day raises nothing that day, and its board
// says so. The watch never delays an alarm, opens no gate, and closes nothing
// to which nobody came: that is a person's to settle.
package watch
