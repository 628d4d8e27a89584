//go:build race

package rules

// OneIn is which part of the recordings is replayed: the race detector makes each
// ten times slower, and what they hold is held without it.
const OneIn = 8
