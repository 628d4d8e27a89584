package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheHeapKeepsToAQuarterOfTheMemory(t *testing.T) {
	for info, want := range map[string]int64{
		"MemTotal:        8388608 kB\nMemFree: 1 kB\n": 2 << 30,
		"MemTotal:         949352 kB\n":                leastLimit,
		"MemFree: 1 kB\n":                              leastLimit,
		"":                                             leastLimit,
	} {
		assert.Equal(t, want, heapLimitOf([]byte(info)), info)
	}
	assert.GreaterOrEqual(t, heapLimit(), int64(leastLimit))
}
