package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/firmware-sim/campus/load"
)

const (
	backfillAim    = 1.2 // times the p99 without
	backfillPoints = 500_000
	backfillRate   = 100.0 // presses per second that do not end
	backfillFor    = 8 * time.Second
	// Presses that come while filling in is at work: so many at once, so often
	// a turn, each time after it has worked again. It rests for 5 s after an
	// alarm.
	firstAtOnce = 100
	firstRate   = 200.0
	firstTimes  = 6
	firstAfter  = 7 * time.Second
)

// besideBackfill is the way of a press to the police alone, and while an
// outage's points are filled in, block by block.
type besideBackfill struct {
	FirstAlone  []sample  `json:"first_alone"`
	FirstBeside []sample  `json:"first_beside"`
	Alone       []sample  `json:"alone"`
	Beside      []sample  `json:"beside"`
	Before      []float64 `json:"filled_before"` // points filled in before the presses of each of FirstBeside
	During      []float64 `json:"filled_during"` // and during each of Beside
}

// backfill presses in pairs of turns of a hub that has just started, one of
// them on a spool that an outage has filled; which comes first alternates.
func (m *measurement) backfill(ctx context.Context) (_ *besideBackfill, err error) {
	h, err := m.newBacklogHub("backfill", 1024)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.startInflux(ctx); err != nil {
		return nil, err
	}
	var out besideBackfill
	for block := range m.config.Blocks {
		for turn := range 2 {
			beside := (block+turn)%2 == 1
			if err := out.turn(ctx, m, h, beside); err != nil {
				return nil, fmt.Errorf("backfill: %w", err)
			}
		}
		m.sayBackfill(block, out)
	}
	return &out, nil
}

func (b *besideBackfill) turn(ctx context.Context, m *measurement, h *backlogHub, beside bool) (err error) {
	now := time.Now()
	if err := h.prepare(now.Add(-time.Hour), func(sp *spool.Spool) error { return leave(ctx, sp, beside, now) }); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.stop()) }()
	if err := h.start(ctx, m); err != nil {
		return err
	}
	if beside {
		if err := h.filling(ctx); err != nil {
			return err
		}
	}
	var first []sample
	var before float64
	for range firstTimes {
		x, filled, err := h.press(ctx, m, load.Stage{Presses: firstAtOnce, Rate: firstRate}, beside)
		if err != nil {
			return err
		}
		first, before = append(first, x), before+filled.before
	}
	b.addFirst(together(first), before, beside)
	x, filled, err := h.press(ctx, m, load.Stage{Presses: int(backfillRate * backfillFor.Seconds()), Rate: backfillRate}, beside)
	if beside {
		b.Beside, b.During = append(b.Beside, x), append(b.During, filled.during)
	} else {
		b.Alone = append(b.Alone, x)
	}
	return err
}

func (b *besideBackfill) addFirst(x sample, filled float64, beside bool) {
	if beside {
		b.FirstBeside, b.Before = append(b.FirstBeside, x), append(b.Before, filled)
		return
	}
	b.FirstAlone = append(b.FirstAlone, x)
}

// together measures the presses of all as one turn's: of a hundred the 99th
// percentile is one press, of all of them it is several.
func together(all []sample) sample {
	var writes []time.Duration
	out := sample{}
	out.Load.Presses = total(all)
	for _, x := range all {
		writes = append(writes, x.Load.Terminal.Writes...)
		out.CPU += x.CPU
		out.Others = max(out.Others, x.Others)
	}
	out.Load.Terminal.FromWrite = load.Measure(writes)
	return out
}

// leave has all delivered, and where something is to be filled in as much as
// an outage of an hour leaves.
func leave(ctx context.Context, sp *spool.Spool, much bool, now time.Time) error {
	_, next := sp.Bounds(spool.Reading)
	if err := sp.SetProgress(spool.Reading, spool.Progress{Fill: next, FillEnd: next, Live: next}, true); err != nil || !much {
		return err
	}
	batch := make([][]byte, 0, pointsSpooled)
	for n := 0; n < backfillPoints; {
		batch = batch[:0]
		for range cap(batch) {
			batch = append(batch, spooledPoint(n, now.Add(-time.Hour+time.Duration(n)*time.Millisecond)))
			n++
		}
		if err := errors.Join(sp.Append(spool.Reading, batch, now), ctx.Err()); err != nil {
			return fmt.Errorf("fill spool: %w", err)
		}
	}
	return nil
}

// filledIn is how many points were filled in before presses and while they
// came.
type filledIn struct{ before, during float64 }

// press waits until filling in has worked for a while, and presses.
func (h *backlogHub) press(ctx context.Context, m *measurement, stage load.Stage, beside bool) (x sample, f filledIn, err error) {
	begin, err := h.filled(ctx)
	if err != nil {
		return x, f, err
	}
	if err := wait(ctx, firstAfter); err != nil {
		return x, f, err
	}
	if err := m.quietBut(ctx, beside); err != nil {
		return x, f, err
	}
	pressed, err := h.filled(ctx)
	if err != nil {
		return x, f, err
	}
	if x, err = m.turn(ctx, h.server, h.fleet, stage, nil); err != nil {
		return x, f, err
	}
	after, err := h.filled(ctx)
	if f = (filledIn{pressed - begin, after - pressed}); err == nil && beside && f.before == 0 {
		err = errors.New("nothing was filled in before the presses")
	}
	return x, f, err
}

// quietBut waits until nobody else is at work. Beside a back-fill somebody is.
func (m *measurement) quietBut(ctx context.Context, beside bool) error {
	if beside {
		return wait(ctx, lookFor)
	}
	return m.quiet(ctx)
}

func (h *backlogHub) filled(ctx context.Context) (float64, error) {
	return h.served.metric(ctx, "campushub_telemetry_points_filled_total")
}

func (m *measurement) sayBackfill(block int, b besideBackfill) {
	p := func(all []sample) float64 { return ms(all[len(all)-1].Load.Terminal.FromWrite.P99) }
	m.say("backfill %d/%d police p99: first presses alone %.3f ms, beside %.3f ms (%.0f points filled in before); endless ones alone %.3f ms, beside %.3f ms (%.0f points filled in)",
		block+1, m.config.Blocks, p(b.FirstAlone), p(b.FirstBeside), b.Before[len(b.Before)-1], p(b.Alone), p(b.Beside), b.During[len(b.During)-1])
}
