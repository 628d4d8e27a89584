package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// coarse is how long before its moment a paced press leaves the runtime's
// timers, which round to a millisecond on Linux, for the kernel's.
const coarse = 2 * time.Millisecond

// pacer does things at their due moments. A late one is done at once and
// moves no later one: the schedule never waits for the system under test.
type pacer struct {
	workers int
	fine    func(time.Duration) // a precise, short, uninterrupted pause
}

// drive calls do for 0 to n-1, each at start plus due of it, until ctx ends.
// Due must not fall.
func (p pacer) drive(ctx context.Context, start time.Time, n int, due func(i int) time.Duration, do func(i int, at time.Time)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range max(p.workers, 1) {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				at := start.Add(due(i))
				if !p.wait(ctx, at) {
					return
				}
				do(i, at)
			}
		})
	}
	all.Wait()
}

// wait returns at the moment, or at once where that has passed; false once
// ctx has ended.
func (p pacer) wait(ctx context.Context, at time.Time) bool {
	for {
		left := time.Until(at)
		if left <= 0 {
			return ctx.Err() == nil
		}
		if left <= coarse {
			p.fine(left)
			continue
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(left - coarse):
		}
	}
}

// every is the schedule of a rate per second; a rate of 0 is one instant.
func every(rate float64) func(i int) time.Duration {
	if rate <= 0 {
		return func(int) time.Duration { return 0 }
	}
	return func(i int) time.Duration { return time.Duration(float64(i) / rate * float64(time.Second)) }
}
