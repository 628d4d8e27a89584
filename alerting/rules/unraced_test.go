//go:build !race

package rules

// OneIn is which part of the recordings is replayed: every one.
const OneIn = 1
