package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// part is something that runs until its context ends.
type part struct {
	name string
	run  func(ctx context.Context) error
}

type ended struct {
	index int
	err   error
}

// errStopTimeout says that a part had not ended within the configured time.
var errStopTimeout = errors.New("did not stop in time")

// runParts starts the parts in order and waits for ctx, or for the first of
// them to end. Then it stops them in reverse order, each after the one behind
// it has ended. The whole stop takes at most within.
func runParts(ctx context.Context, parts []part, within time.Duration, log *slog.Logger) error {
	done := make(chan ended, len(parts))
	cancels := make([]context.CancelFunc, len(parts))
	for i, p := range parts {
		// Parts outlive ctx: the order of the stop is ours.
		pctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		cancels[i] = cancel
		go func() { done <- ended{i, p.run(pctx)} }()
	}
	over := make([]bool, len(parts))
	var cause error
	select {
	case <-ctx.Done():
		log.Info("stopping", "component", "hub")
	case e := <-done:
		over[e.index] = true
		cause = fmt.Errorf("%s ended: %w", parts[e.index].name, orUnexpected(e.err))
	}
	return errors.Join(cause, stopParts(parts, cancels, over, done, within))
}

func stopParts(parts []part, cancels []context.CancelFunc, over []bool, done <-chan ended, within time.Duration) error {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	var errs error
	for i := len(parts) - 1; i >= 0; i-- {
		cancels[i]()
		for !over[i] {
			select {
			case e := <-done:
				over[e.index] = true
				if e.err != nil {
					errs = errors.Join(errs, fmt.Errorf("stop %s: %w", parts[e.index].name, e.err))
				}
			case <-deadline.C:
				for _, cancel := range cancels {
					cancel()
				}
				return errors.Join(errs, fmt.Errorf("stop %s: %w", parts[i].name, errStopTimeout))
			}
		}
	}
	return errs
}

var errUnexpected = errors.New("unexpectedly")

func orUnexpected(err error) error {
	if err == nil {
		return errUnexpected
	}
	return err
}
