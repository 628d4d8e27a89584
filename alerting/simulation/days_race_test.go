//go:build race

package simulation

// days under the race detector, where each takes ten times as long: races show
// in any of them, and the laws are held without it.
const days = 12
