// Package provision makes the folder of the demonstration: one made-up
// school, its devices, terminals and accounts, each with a random secret of
// its own, and the configuration that serves them.
//
// It owns what lies in the folder besides the records: campus.yaml and
// campus.svg, written anew at every start, and secrets, drawn once and kept.
// It starts no goroutine, listens to nothing, and never draws a secret twice.
package provision
