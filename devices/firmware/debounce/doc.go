// Package debounce says what a switch and a finger on it meant: edges of a
// contact that bounces, sparks or picks up interference, and presses, long
// presses and the silent pattern of a button.
//
// It is pure: a value, a level, a time. It starts no goroutine, reads no clock
// and touches no pin, and never decides differently because it was asked more
// often or later.
package debounce
