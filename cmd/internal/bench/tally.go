package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"example.org/campushub/firmware-sim/campus/load"
)

// tally follows the signals of one turn, by id, from just before their bytes
// were first written to the webhook that names them.
type tally struct {
	mu      sync.Mutex // guards the fields below
	traces  map[string]*trace
	missing int // sent, and named by no webhook yet
	acked   int
}

// trace is what became of one signal.
type trace struct {
	sent, arrived time.Time
	acked         bool
	keys          []string // what the sender of each webhook called it
	twice         int      // webhooks under a key that had come before
}

func newTally() *tally { return &tally{traces: map[string]*trace{}} }

// began notes the moment before a signal's first attempt.
func (y *tally) began(id string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.traces[id] = &trace{sent: time.Now()}
	y.missing++
}

// acknowledged notes that the peer took the signal over.
func (y *tally) acknowledged(id string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if t := y.traces[id]; t != nil && !t.acked {
		t.acked = true
		y.acked++
	}
}

// arrived notes a webhook that names the signal. A peer that sends a webhook
// once more says so by its key; one without keys sends all under "".
func (y *tally) arrived(id, key string, at time.Time) {
	y.mu.Lock()
	defer y.mu.Unlock()
	t := y.traces[id]
	if t == nil {
		return // of another turn
	}
	if t.arrived.IsZero() {
		t.arrived = at
		y.missing--
	}
	if slices.Contains(t.keys, key) {
		t.twice++
		return
	}
	t.keys = append(t.keys, key)
}

// complete reports whether everything sent has arrived and was acknowledged.
func (y *tally) complete() bool {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.missing == 0 && y.acked == len(y.traces)
}

// settle waits until all is complete, at most limit.
func (y *tally) settle(ctx context.Context, limit time.Duration) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for until := time.Now().Add(limit); !y.complete() && time.Now().Before(until); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
	return nil
}

// outcome is what a turn came to.
type outcome struct {
	Sent         int         `json:"sent"`
	Acknowledged int         `json:"acknowledged"`
	Lost         int         `json:"lost"`       // acknowledged or not: named by no webhook
	Taken        int         `json:"taken"`      // of those lost, the ones that were acknowledged
	Duplicates   int         `json:"duplicates"` // webhooks that repeat an earlier one
	Further      int         `json:"further"`    // webhooks with other news of a signal
	Latency      load.Spread `json:"latency"`
	Last         float64     `json:"last_s"` // from the first signal to the last first webhook

	CPU    time.Duration `json:"cpu_ns"` // that the peer's processes used meanwhile
	Others float64       `json:"others"` // share of all processors that anybody else had

	samples []time.Duration // what Latency is made of
}

// and is both together; what lasted, and what others used, is the longer and
// the mean of n and one.
func (o outcome) and(b outcome, n int) outcome {
	o.Sent, o.Acknowledged, o.Lost, o.Taken = o.Sent+b.Sent, o.Acknowledged+b.Acknowledged, o.Lost+b.Lost, o.Taken+b.Taken
	o.Duplicates, o.Further, o.CPU = o.Duplicates+b.Duplicates, o.Further+b.Further, o.CPU+b.CPU
	o.samples = slices.Concat(o.samples, b.samples)
	o.Latency = load.Measure(slices.Clone(o.samples))
	o.Last = max(o.Last, b.Last)
	o.Others = (o.Others*float64(n) + b.Others) / float64(n+1)
	return o
}

// outcome counts; the tally may still grow.
func (y *tally) outcome() outcome {
	y.mu.Lock()
	defer y.mu.Unlock()
	o := outcome{Sent: len(y.traces), Acknowledged: y.acked}
	var first, last time.Time
	for _, t := range y.traces {
		if first.IsZero() || t.sent.Before(first) {
			first = t.sent
		}
		o.Duplicates += t.twice
		o.Further += max(len(t.keys)-1, 0)
		if t.arrived.IsZero() {
			o.Lost++
			if t.acked {
				o.Taken++
			}
			continue
		}
		o.samples = append(o.samples, t.arrived.Sub(t.sent))
		if t.arrived.After(last) {
			last = t.arrived
		}
	}
	o.Latency = load.Measure(slices.Clone(o.samples))
	o.Last = max(last.Sub(first), 0).Seconds()
	return o
}
