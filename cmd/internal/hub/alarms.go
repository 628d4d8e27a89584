package hub

import (
	"sync/atomic"
	"time"
)

// alarms remembers when the latest alarm came, for whoever works beside them
// and can wait. It stands in the way of every press, and stores one number.
type alarms struct {
	began  time.Time    // with the clock that nobody sets
	latest atomic.Int64 // ns since began; 0: none
}

func newAlarms() *alarms { return &alarms{began: time.Now()} }

// note takes an alarm down.
func (a *alarms) note() { a.latest.Store(max(int64(time.Since(a.began)), 1)) }

// last is when the latest alarm came, zero where there was none.
func (a *alarms) last() time.Time {
	if ns := a.latest.Load(); ns > 0 {
		return a.began.Add(time.Duration(ns))
	}
	return time.Time{}
}
