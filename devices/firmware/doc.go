// Package firmware is what runs in a button, a gate and a card reader, on the
// pins of periph.io: the same code on a board and in the simulator.
//
// It owns the way of a press out of the device. The contact is debounced, the
// press gets its id, and it is sent again and again, its age computed anew,
// until the hub itself says that the press is durable; the light says how far
// it got. It never takes a client library's completed publish for that proof,
// never drops a press that it has taken in, and never resets its own latch.
//
// Each device is a pure core, a state machine of (state, input, now), in a
// thin shell. The shell's Run starts the link, one goroutine for each input
// pin or card reader, and one that owns the core; all have ended when it
// returns. Nothing else touches the core: others read the status that it
// publishes after each step.
package firmware
