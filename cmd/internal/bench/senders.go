package main

import (
	"context"
	"time"
)

const (
	dialsAtOnce = 24                     // fewer than the hub lets one address have before they have signed in
	againAfter  = 200 * time.Millisecond // until a client tries again, whoever it speaks to
	writeLimit  = 10 * time.Second
)

// senders are the clients of a peer, each with a connection of its own.
type senders interface {
	// send hands a signal over through client i and returns at once. The signal
	// is sent again until the peer has acknowledged it, or ctx ends.
	send(ctx context.Context, i int, id string)
	// close follows the end of every ctx that send was given.
	close()
}

// paced calls do for 0 to n-1 at a rate per second, all at once where it is 0.
// A late one moves no later one.
func paced(ctx context.Context, n int, rate float64, do func(i int)) error {
	began := time.Now()
	for i := range n {
		if rate > 0 {
			due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
			if err := wait(ctx, time.Until(due)); err != nil {
				return err
			}
		}
		do(i)
	}
	return ctx.Err()
}
