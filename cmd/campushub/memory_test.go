package main

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTheHeapKeepsToAQuarterOfTheMemory(t *testing.T) {
	for info, want := range map[string]int64{
		"MemTotal:        8388608 kB\nMemFree: 1 kB\n": 2 << 30,
		"MemTotal:         949352 kB\n":                mostLimit,
		"MemFree: 1 kB\n":                              mostLimit,
		"":                                             mostLimit,
	} {
		assert.Equal(t, want, mostOf([]byte(info)), info)
	}
	assert.GreaterOrEqual(t, mostOf(memInfo()), int64(mostLimit))
}

func TestTheLimitFollowsWhatIsInUse(t *testing.T) {
	for live, want := range map[int64]int64{
		0:         leastLimit,
		30 << 20:  leastLimit,
		100 << 20: 354 << 20,
		900 << 20: 1 << 30,
	} {
		assert.Equal(t, want, heapLimit(live, 1<<30), live)
	}
	assert.Positive(t, inUse())
}

func TestEachCollectionIsHeardOf(t *testing.T) {
	heard := make(chan struct{}, 64)
	afterEachCollection(func() {
		select {
		case heard <- struct{}{}:
		default: // the test is over
		}
	})
	for n := range 3 {
		runtime.GC()
		select {
		case <-heard:
		case <-time.After(time.Minute):
			assert.FailNow(t, "not heard", "of collection %d", n)
		}
	}
}
