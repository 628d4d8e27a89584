//go:build !linux

package journal

// background does nothing where a thread's priority cannot be lowered alone.
func background() {}
