// Package board is a circuit board without the board: pins, a button's
// contact, a lamp, a card reader, a waiting area and a radio, on the interfaces
// of periph.io and the network, so that the firmware runs on it unchanged.
// Contacts bounce, stick and pick up interference when they are told to.
//
// It owns the state of its parts and starts no goroutine but those of timers; the radio's
// connections are its users'. It never knows what the firmware on it does.
package board
