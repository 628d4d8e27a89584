package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	lookFor   = 500 * time.Millisecond
	quietEdge = 0.10 // share of all processors: below it nobody else is at work
)

// busy is the processor time that the whole machine has spent at work.
func busy() (time.Duration, error) {
	raw, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, fmt.Errorf("read the machine's processor time: %w", err)
	}
	return busyOf(string(raw))
}

// busyOf adds user, nice, system, irq, softirq and steal of the first line and
// leaves idle and waiting for a disk out.
func busyOf(stat string) (time.Duration, error) {
	line, _, _ := strings.Cut(stat, "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return 0, fmt.Errorf("read the machine's processor time: %q is no processor line", line)
	}
	var ticks int64
	for _, i := range []int{1, 2, 3, 6, 7, 8} {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read the machine's processor time: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / clockTicks, nil
}

// own is the processor time that this process has used.
func own() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("read own processor time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// work is processor time used, by whom.
type work struct{ machine, self, server, beside time.Duration }

func workOf(server *process, beside ...*process) (w work, err error) {
	if w.machine, err = busy(); err != nil {
		return w, err
	}
	if w.self, err = own(); err != nil {
		return w, err
	}
	if w.server, err = server.cpu(); err != nil {
		return w, err
	}
	for _, p := range beside {
		if p == nil {
			continue
		}
		used, err := p.cpu()
		if err != nil {
			return w, err
		}
		w.beside += used
	}
	return w, nil
}

// others is what neither client, server nor what runs beside them used since
// before.
func (w work) others(before work) time.Duration {
	mine := w.self - before.self + w.server - before.server + w.beside - before.beside
	return max(w.machine-before.machine-mine, 0)
}

// quiet waits until nobody else is at work on the machine, or patience ends.
// The servers under test are idle between turns.
func (m *measurement) quiet(ctx context.Context) error {
	return m.quietUntil(ctx, time.Now().Add(m.config.Patience))
}

func (m *measurement) quietUntil(ctx context.Context, until time.Time) error {
	for {
		before, err := busy()
		if err != nil {
			return err
		}
		if err := wait(ctx, lookFor); err != nil {
			return err
		}
		after, err := busy()
		if err != nil {
			return err
		}
		share := float64(after-before) / float64(lookFor) / float64(m.figures.Machine.Cores)
		if share < quietEdge || time.Now().After(until) {
			return nil
		}
	}
}
