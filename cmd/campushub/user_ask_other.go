//go:build !linux

package main

import (
	"errors"
	"os"
)

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// hideTyping knows the terminals of Linux alone: elsewhere a password is piped
// in or drawn, and never shown while it is typed.
func hideTyping(*os.File) (restore func(), err error) {
	return nil, errors.New("not known on this system: pipe the password in, or use --generate")
}
