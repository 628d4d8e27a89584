package backup

import (
	"context"
	"os"
	"time"
)

// restAtMost bounds one rest: a disk that hangs for a while is not waited for
// twice as long.
const restAtMost = 200 * time.Millisecond

// syncEvery is how many steps of a megabyte are written between two syncs.
const syncEvery = 4

// pace keeps a copy from taking the machine: it rests behind each step for as
// long as the step took, so that alarms find a processor and the disk.
type pace struct {
	hurried bool // nobody is to be spared
	steps   int
}

func (p *pace) rest(ctx context.Context, began time.Time) error {
	if p.hurried {
		return ctx.Err()
	}
	t := time.NewTimer(min(time.Since(began), restAtMost))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sync makes what was written durable, now and then.
func (p *pace) sync(f *os.File) error {
	if p.steps++; p.steps%syncEvery != 0 {
		return nil
	}
	return f.Sync()
}
