package schoolday

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"example.org/campushub/firmware-sim/campus/scenario"
)

// outside brings the scenario's outages about and ends them. An outage does
// not end before it was felt, for a write that nobody tried proves nothing, and
// the day goes on when a batch is in again: what comes next finds a hub that
// does not wait from before.
type outside struct {
	*rig
	refused, broken, failing int32 // of the gateway, when the outage began
	killed                   <-chan error
}

func (o *outside) begin(ctx context.Context, what scenario.What) error {
	g := o.gateway
	o.config.Log.Info("outage began", "what", what)
	o.refused, o.broken, o.failing = g.refused.Load(), g.broken.Load(), g.failing.Load()
	switch what {
	case scenario.InfluxStopped:
		return o.influx.Stop()
	case scenario.InfluxKilled:
		o.killed = g.duringABatch(o.influx.URL, o.influx.Kill)
		return nil
	case scenario.Influx429:
		g.answer.Store(http.StatusTooManyRequests)
		return nil
	case scenario.Influx503:
		g.answer.Store(http.StatusServiceUnavailable)
		return nil
	case scenario.InfluxHangs:
		o.hung = true
		return o.influx.Hang()
	case scenario.InfluxFull:
		return fill(o.filler())
	case scenario.HubKilled:
		g.answer.Store(http.StatusServiceUnavailable)
		if err := o.isRefused(ctx, 1); err != nil { // now points wait in its spool
			return err
		}
		return o.hub.kill()
	}
	return fmt.Errorf("nobody knows how to bring it about that %s", what)
}

func (o *outside) end(ctx context.Context, what scenario.What) error {
	began := time.Now()
	if err := o.mend(ctx, what); err != nil {
		return err
	}
	mended, written := time.Now(), o.gateway.written.Load()
	err := until(ctx, "a batch is in again", func() bool { return o.gateway.written.Load() > written })
	o.config.Log.Info("outage ended", "what", what, "mended", mended.Sub(began), "written", time.Since(mended))
	return err
}

// mend ends an outage that was felt.
func (o *outside) mend(ctx context.Context, what scenario.What) error {
	switch what {
	case scenario.InfluxStopped:
		return errors.Join(o.isBroken(ctx), o.influx.Start(ctx))
	case scenario.InfluxKilled:
		return o.killedAndBack(ctx)
	case scenario.Influx429, scenario.Influx503:
		err := o.isRefused(ctx, 1)
		o.gateway.answer.Store(0)
		return err
	case scenario.InfluxHangs:
		err := o.isBroken(ctx) // by its deadline: nobody answers, and nothing is cut
		o.cut += int(o.gateway.broken.Load() - o.broken)
		return errors.Join(err, o.goOn())
	case scenario.InfluxFull:
		return o.roomAgain(ctx)
	case scenario.HubKilled:
		err := o.hub.start(ctx)
		o.gateway.answer.Store(0)
		return err
	}
	return nil
}

func (o *outside) isRefused(ctx context.Context, times int32) error {
	return until(ctx, "a write is refused", func() bool { return o.gateway.refused.Load() >= o.refused+times })
}

func (o *outside) isBroken(ctx context.Context) error {
	return until(ctx, "a write breaks", func() bool { return o.gateway.broken.Load() > o.broken })
}

func (o *outside) killedAndBack(ctx context.Context) error {
	select {
	case err := <-o.killed:
		if err != nil {
			return err
		}
	case <-ctx.Done():
		return ctx.Err()
	}
	err := o.influx.Start(ctx)
	o.gateway.instead.Store(nil)
	return err
}

// roomAgain makes room and starts InfluxDB anew: 1.8 keeps its log's first
// error until then.
func (o *outside) roomAgain(ctx context.Context) error {
	err := until(ctx, "InfluxDB says that it cannot write", func() bool { return o.gateway.failing.Load() > o.failing })
	return errors.Join(err, os.Remove(o.filler()), o.influx.Stop(), o.influx.Start(ctx))
}

func (o *outside) filler() string { return filepath.Join(o.config.Disk, "filler") }

// tidy removes what an outage that never ended has left.
func (o *outside) tidy() error {
	if err := os.Remove(o.filler()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// fill leaves no block of a disk free. It is for a small disk of its own.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if closed := f.Close(); !errors.Is(err, syscall.ENOSPC) || closed != nil {
		return fmt.Errorf("fill disk: %w", errors.Join(err, closed))
	}
	return nil
}
