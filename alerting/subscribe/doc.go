// Package subscribe lets parents have a school's notices sent to a telephone of
// their own: with a code that the school gives out, and a one-time code by text
// message that proves the number.
//
// A Desk owns the one-time codes that are running and how often somebody has
// tried, both in memory: after a restart whoever waited for a code asks again.
// Subscriptions, their sessions and the schools' codes are the Book's, on disk.
// Run starts the few goroutines that hand the text messages over; nothing of
// what a page asks waits for a gateway.
//
// It never tells whoever has not proven a number whether that is subscribed:
// question and answer, their time and their bounds are the same. It never
// writes a notice, and knows nothing of any incident.
package subscribe
