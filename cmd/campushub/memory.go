package main

import (
	"os"
	"runtime/debug"
)

// collectLess lets the heap grow to five times what is in use before it is
// collected, unless GOGC says otherwise. A hub holds tens of megabytes; with
// Go's own setting a storm of readings has it collected more than once a
// second, on the processors that presses want.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
