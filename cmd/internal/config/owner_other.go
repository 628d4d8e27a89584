//go:build !linux

package config

// Owned leaves a file to who has written it.
func Owned(string, string) error { return nil }
