// Package board is a circuit board without the board: pins, a button's
// contact, a lamp, a card reader and a radio, on the interfaces of periph.io
// and the network, so that the firmware runs on it unchanged.
//
// It owns the state of its parts and starts no goroutine; the radio's
// connections are its users'. It never knows what the firmware on it does.
package board
