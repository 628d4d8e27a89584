package endpoints

import (
	"context"
	"errors"
	"time"
)

// flapping is what is dead and well in turn, on a goroutine of its own until end.
type flapping struct {
	stop   func()
	result chan error
}

// flapTogether takes endpoints that are well.
func flapTogether(ctx context.Context, all []Endpoint) *flapping {
	ctx, stop := context.WithCancel(ctx)
	f := &flapping{stop: stop, result: make(chan error, 1)}
	go func() { f.result <- flap(ctx, all) }()
	return f
}

// flap leaves them dead or well.
func flap(ctx context.Context, all []Endpoint) (err error) {
	turn := time.NewTicker(FlapEvery)
	defer turn.Stop()
	for next := Dead; ; next = map[State]State{Dead: Well, Well: Dead}[next] {
		select {
		case <-turn.C:
		case <-ctx.Done():
			return err
		}
		for _, one := range all {
			// Whoever is stopped on the way comes back no more, which is no fault.
			if failed := one.Become(ctx, next); failed != nil && ctx.Err() == nil {
				err = errors.Join(err, failed)
			}
		}
	}
}

func (f *flapping) end() error {
	f.stop()
	return <-f.result
}
