// Package simulation runs whole days of a district through the alert router,
// in virtual time and from one seed: presses, lost receipts, dead channels,
// crashes, restarts, reloads and steps of the clock, beside notices to parents,
// head counts and drills that people go through. After every step it holds
// the engine to the invariants of the design, and it shrinks what fails to the
// shortest story that still does.
//
// It owns a district (buttons, people, terminals, gateways) and a strict
// journal in memory: after a crash it has exactly what was committed. The lanes,
// desks and the board between engine and district are the hub's own. Each
// life of the hub runs in a bubble of testing/synctest of its own, so that the
// next one may begin with an earlier clock. One driver does one thing at a
// time and waits for the engine to come to rest; what a run may choose is
// drawn from the seed and from names, never from the order of goroutines.
//
// Everything here is for tests. It reads no file, opens no socket and sleeps
// in bubbles alone. What it cannot do is step the clock of a hub that is
// running: a bubble's clock only goes forward.
package simulation
