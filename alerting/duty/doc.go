// Package duty knows who has to stand where, and when: posts and the shifts in
// which they are occupied, the roster, check-ins, patrol rounds, roll calls and
// the timer of whoever watches alone.
//
// Everything is a function of what is known and an instant: Shifts says which
// posts a day wants, Watch.Board how they stand, Watch.Raises what is to be
// raised, Watch.Reminders who is to be reminded, and Watch.Next when any of it
// changes by itself, so that whoever runs it sets one timer. A check-in counts
// from when it was made and is known from when it arrived.
//
// A missed person (未到岗) and an uncovered post (缺岗) are two things: a person
// may be missing from a post that has enough others, and a post may be below
// its minimum although everybody who was asked has come.
//
// The package starts no goroutine, reads no clock and does no I/O. It never
// says that somebody was there because nothing says otherwise.
package duty
