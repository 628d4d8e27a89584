//go:build !linux

package turns

// Short has nobody to ask.
func Short() {}

// Usual does what it is given.
func Usual(do func() error) error { return do() }
