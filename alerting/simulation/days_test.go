//go:build !race

package simulation

// days is how many seeds a run of all tests lives through.
const days = many
