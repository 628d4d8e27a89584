// Package exercise runs drills: it opens the windows of their buttons in time,
// hears what is pressed, tells everybody what a drill makes due, and stops it
// everywhere when anything is real.
//
// What a drill is and what follows from what is package drill's business; the
// exercise owns the drills of the hub, their timers and what became of their
// texts. Run is its only goroutine. Others hand it signals, which never wait,
// and commands, or read what it last published.
//
// What a person or a timer does is stored before anything of it is done or
// told. What ends a drill because it is real is told first, like the press
// that says so, and stored as soon as the disk takes it.
//
// It opens no incident and changes the mode of none: a press is what its
// device says. It sends nobody back inside.
package exercise
