package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// roomToGrow is how far the heap may grow beyond what is in use, in percent,
	// before it is collected.
	roomToGrow = 800
	// leastLimit, in bytes, is the limit of a hub that holds little: with the pages
	// of its program it stays below 200 MiB, also beside a full spool.
	leastLimit = 144 << 20
	// roomBeside, in bytes, is what the limit leaves for stacks, and for what a
	// sign-in takes for a moment, beside liveShare times what is in use.
	roomBeside = 54 << 20
	liveShare  = 3
	// mostLimit, in bytes, is the limit at most where the machine's memory is not
	// known.
	mostLimit = 512 << 20
	// memoryShare is the part of the machine's memory that is the limit at most
	// elsewhere.
	memoryShare = 4
)

// collectLess lets the heap grow to nine times what is in use before it is
// collected, unless GOGC says otherwise. A hub holds tens of megabytes; with
// Go's own setting a storm of readings has it collected more than once a
// second, on the processors that presses want, and each time takes them for
// some 15 ms. Where that would be more than the limit, it is collected as often
// as that takes, unless GOMEMLIMIT says otherwise. The limit follows what is in
// use: one that stood still would have a large hub collected without end.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(roomToGrow)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		most := mostOf(memInfo())
		debug.SetMemoryLimit(leastLimit)
		afterEachCollection(func() { debug.SetMemoryLimit(heapLimit(inUse(), most)) })
	}
}

// afterEachCollection runs f soon after each collection of the heap, on a
// goroutine of the runtime's.
func afterEachCollection(f func()) {
	collected := new([64]byte) // in use by nothing: the next collection finds it
	runtime.AddCleanup(collected, func(f func()) { f(); afterEachCollection(f) }, f)
}

// inUse is what the last collection left in the heap, in bytes.
func inUse() int64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(live[0].Value.Uint64()) //nolint:gosec // a heap is smaller than 8 EiB
}

// heapLimit is the limit, in bytes, of a hub that has live bytes in use, on a
// machine that leaves it most.
func heapLimit(live, most int64) int64 {
	return max(leastLimit, min(liveShare*live+roomBeside, most))
}

func memInfo() []byte {
	info, err := os.ReadFile("/proc/meminfo") // Linux alone
	if err != nil {
		return nil
	}
	return info
}

// mostOf reads the line "MemTotal: n kB", which proc_meminfo(5) has first.
func mostOf(info []byte) int64 {
	var total int64
	if _, err := fmt.Fscanf(bytes.NewReader(info), "MemTotal: %d kB", &total); err != nil {
		return mostLimit
	}
	return max(mostLimit, total<<10/memoryShare)
}
