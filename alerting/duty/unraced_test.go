//go:build !race

package duty_test

// worlds are generated for a test that compares each with the reference.
const worlds = 1000
