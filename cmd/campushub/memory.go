package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
)

const (
	// roomToGrow is how far the heap may grow beyond what is in use, in percent,
	// before it is collected.
	roomToGrow = 800
	// leastLimit, in bytes, is the heap's limit where the machine's memory is
	// small or not known.
	leastLimit = 512 << 20
	// memoryShare is the part of the machine's memory that is the limit elsewhere.
	memoryShare = 4
)

// collectLess lets the heap grow to nine times what is in use before it is
// collected, unless GOGC says otherwise. A hub holds tens of megabytes; with
// Go's own setting a storm of readings has it collected more than once a
// second, on the processors that presses want, and each time takes them for
// some 15 ms. Where that would be more than a quarter of the machine's memory,
// it is collected as often as that takes, unless GOMEMLIMIT says otherwise.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(roomToGrow)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapLimit())
	}
}

// heapLimit is in bytes.
func heapLimit() int64 {
	info, err := os.ReadFile("/proc/meminfo") // Linux alone
	if err != nil {
		return leastLimit
	}
	return heapLimitOf(info)
}

// heapLimitOf reads the line "MemTotal: n kB", which proc_meminfo(5) has first.
func heapLimitOf(info []byte) int64 {
	var total int64
	if _, err := fmt.Fscanf(bytes.NewReader(info), "MemTotal: %d kB", &total); err != nil {
		return leastLimit
	}
	return max(leastLimit, total<<10/memoryShare)
}
