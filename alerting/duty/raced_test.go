//go:build race

package duty_test

// worlds under the race detector, which makes each some ten times slower: what is
// computed here shares nothing.
const worlds = 150
