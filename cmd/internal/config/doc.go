// Package config reads a hub's configuration: one YAML file, or a folder of
// them, and the secrets that it names by file.
//
// It owns the shape of the file, its defaults (all of them in defaults.go)
// and its checks. Reading is strict and whole: an unknown key is a fault, and
// every fault is reported with its path, file and line, not just the first.
//
// It starts no goroutine, keeps no file open, and never takes a secret from
// the YAML itself, so that a configuration can be shown to anybody.
package config
