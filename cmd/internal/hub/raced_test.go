//go:build race

package hub

// raced says that the race detector watches, which makes everything some ten
// times slower.
const raced = true
