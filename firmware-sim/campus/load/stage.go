package load

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// Bounds of a stage: what one process can hold and a person can wait for.
const (
	maxPresses = 5_000_000
	maxRate    = 100_000
	maxLength  = 6 * time.Hour
)

const (
	stuckTail    = time.Second // how long a stuck button goes on after the last other press
	defaultDrain = 5 * time.Second
	defaultCalm  = 100 * time.Millisecond
)

// Stage is one measured load.
type Stage struct {
	// Presses is how many there are, in turn over the buttons that are not
	// stuck.
	Presses int
	// Rate is presses per second; 0 makes all of them in the same instant.
	Rate float64
	// Stuck is how many buttons, the last ones, are stuck: each repeats itself
	// StuckRate times a second beside the others, from Lead before the first
	// of them until a second after the last.
	Stuck     int
	StuckRate float64
	Lead      time.Duration
	// Drain is how long to wait after the last press for what is still to
	// come (5 s by default); Calm is how long to listen for duplicates once
	// all has come (0.1 s).
	Drain, Calm time.Duration
}

func (s Stage) withDefaults() Stage {
	if s.Drain == 0 {
		s.Drain = defaultDrain
	}
	if s.Calm == 0 {
		s.Calm = defaultCalm
	}
	if s.Stuck > 0 && s.StuckRate == 0 {
		s.StuckRate = 10
	}
	if s.Stuck == 0 {
		s.Lead, s.StuckRate = 0, 0
	}
	return s
}

func (s Stage) validate(buttons int) error {
	var faults []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	add(s.Presses < 1 || s.Presses > maxPresses, "presses %d: want 1 to %d", s.Presses, maxPresses)
	add(s.Rate == 0 && s.Presses > buttons-s.Stuck, "%d presses of %d buttons in the same instant: each can be pressed once", s.Presses, buttons-s.Stuck)
	add(s.Rate < 0 || s.Rate > maxRate, "rate %g/s: want 0 to %d", s.Rate, maxRate)
	add(s.Stuck < 0 || s.Stuck >= buttons, "%d stuck of %d buttons: want at least one that is not", s.Stuck, buttons)
	add(s.StuckRate < 0 || s.StuckRate > 1000, "stuck rate %g/s: want at most 1000", s.StuckRate)
	add(s.Lead < 0 || s.Drain < 0 || s.Calm < 0, "a negative wait")
	add(s.Rate > 0 && s.length() > maxLength, "%d presses at %g/s last longer than %s", s.Presses, s.Rate, maxLength)
	return errors.Join(faults...)
}

// length is from the first press to the last of the plain load.
func (s Stage) length() time.Duration { return every(s.Rate)(s.Presses - 1) }

// stuckPresses is how many the stuck buttons make together.
func (s Stage) stuckPresses() int {
	if s.Stuck == 0 {
		return 0
	}
	return s.Stuck * (int((s.Lead+s.length()+stuckTail).Seconds()*s.StuckRate) + 1)
}

// Press runs one stage and waits for what comes of it. An ended ctx ends it
// early: the result then covers what was pressed, beside ctx's error. Stages
// of one fleet run one after the other.
func (f *Fleet) Press(ctx context.Context, s Stage) (Result, error) {
	s = s.withDefaults()
	if err := s.validate(len(f.buttons)); err != nil {
		return Result{}, fmt.Errorf("run stage: %w", err)
	}
	t := newTally(f.pressed, s.Presses, s.stuckPresses(), len(f.terminals))
	f.pressed += len(t.records)
	f.tally.Store(t)
	late, other, broken := f.late.Load(), f.other.Load(), f.broken.Load()
	start := time.Now()
	f.drive(ctx, s, t, start)
	f.drain(ctx, s, t)
	r := t.result(f.config.Lights)
	r.Buttons, r.Terminals, r.Rate = len(f.buttons), len(f.terminals), s.Rate
	r.TookMS = milliseconds(time.Since(start))
	r.Late, r.Other, r.Disconnected = f.late.Load()-late, f.other.Load()-other, f.broken.Load()-broken
	return r, ctx.Err()
}

// drive presses the load and, beside it, the stuck buttons.
func (f *Fleet) drive(ctx context.Context, s Stage, t *tally, start time.Time) {
	plain := f.buttons[:len(f.buttons)-s.Stuck]
	stuck := f.buttons[len(plain):]
	first := f.cursor
	f.cursor = (f.cursor + s.Presses) % len(plain)
	workers := 1
	if s.Rate == 0 {
		// In a burst each button is pressed once, so no two workers meet.
		workers = min(runtime.GOMAXPROCS(0), len(plain))
	}
	var all sync.WaitGroup
	all.Go(func() {
		p := pacer{workers: workers, fine: pause}
		p.drive(ctx, start.Add(s.Lead), s.Presses, every(s.Rate), func(i int, at time.Time) {
			f.press(plain[(first+i)%len(plain)], t, i, at)
		})
	})
	if s.Stuck > 0 {
		all.Go(func() {
			beat := every(s.StuckRate)
			p := pacer{workers: 1, fine: pause}
			p.drive(ctx, start, s.stuckPresses(), func(i int) time.Duration { return beat(i / s.Stuck) }, func(i int, at time.Time) {
				f.press(stuck[i%s.Stuck], t, t.plain+i, at)
			})
		})
	}
	all.Wait()
}

func (f *Fleet) press(b *button, t *tally, i int, at time.Time) {
	r := &t.records[i]
	r.due = at.Sub(f.epoch)
	if err := b.press(t.base+i, r.due, func() { r.wrote.first(f.now()) }); err != nil {
		t.failed(i)
	}
}

// drain waits for what is still to come, then for the calm.
func (f *Fleet) drain(ctx context.Context, s Stage, t *tally) {
	select {
	case <-ctx.Done():
		return
	case <-time.After(s.Drain):
	case <-t.done:
	}
	select {
	case <-ctx.Done():
	case <-time.After(s.Calm):
	}
}
