package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"example.org/campushub/dashboards/telemetry"
	"example.org/campushub/dashboards/telemetry/spool"
)

const (
	memoryAim   = 200 // MiB, of a hub beside a full spool
	memoryLook  = 20 * time.Second
	memoryEach  = 250 * time.Millisecond
	outageHours = 71 // within the 72 that a spool keeps
)

// memoryUse is what a hub beside a full spool takes, in bytes: the most that
// was seen.
type memoryUse struct {
	Points  uint64  `json:"points"`
	SpoolMB float64 `json:"spool_mib"`
	Waiting usage   `json:"waiting"`
	Filling usage   `json:"filling"`
	Filled  float64 `json:"filled"` // points meanwhile
	Peak    int64   `json:"peak_rss"`
}

type usage struct {
	RSS  int64   `json:"rss"`
	Heap float64 `json:"heap"` // objects in use and not yet collected
}

// memory looks at a hub beside a full spool: while InfluxDB is away, and while
// it is being filled in.
func (m *measurement) memory(ctx context.Context) (_ *memoryUse, err error) {
	h, err := m.newBacklogHub("memory", m.config.Spool)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	var out memoryUse
	now := time.Now()
	if err := h.prepare(now.Add(-outageHours*time.Hour), func(sp *spool.Spool) error {
		err := fillUp(ctx, sp, h.spooled.MaxBytes, now)
		s := sp.Stats()
		out.Points, out.SpoolMB = s.Waiting[spool.Reading], mib(s.Bytes)
		return err
	}); err != nil {
		return nil, err
	}
	m.say("memory: %d points wait, %.0f MiB", out.Points, out.SpoolMB)
	if err := h.start(ctx, m); err != nil {
		return nil, err
	}
	if out.Waiting, err = h.most(ctx); err != nil {
		return nil, err
	}
	m.say("memory: waiting: %.0f MiB resident, %.0f MiB heap", mib(out.Waiting.RSS), out.Waiting.Heap/(1<<20))
	if err := errors.Join(h.startInflux(ctx), h.filling(ctx)); err != nil {
		return nil, err
	}
	if out.Filling, err = h.most(ctx); err != nil {
		return nil, err
	}
	if out.Filled, err = h.served.metric(ctx, "campushub_telemetry_points_filled_total"); err != nil {
		return nil, err
	}
	out.Peak, err = h.resident("VmHWM")
	m.say("memory: filling: %.0f MiB resident, %.0f MiB heap, %.0f points meanwhile; %.0f MiB resident at the most",
		mib(out.Filling.RSS), out.Filling.Heap/(1<<20), out.Filled, mib(out.Peak))
	return &out, err
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// fillUp writes the readings of an outage until the spool is full, as evenly
// over the hours as they come.
func fillUp(ctx context.Context, sp *spool.Spool, most int64, now time.Time) error {
	const perPoint = 150 // bytes, about
	step := outageHours * time.Hour / time.Duration(max(most/perPoint, 1))
	at := now.Add(-outageHours * time.Hour)
	batch := make([][]byte, 0, pointsSpooled)
	for n := 0; at.Before(now) && sp.Stats().Bytes < most-(8<<20); {
		batch = batch[:0]
		for range cap(batch) {
			batch = append(batch, spooledPoint(n, at))
			n, at = n+1, at.Add(step)
		}
		if err := errors.Join(sp.Append(spool.Reading, batch, at), ctx.Err()); err != nil {
			return fmt.Errorf("fill spool: %w", err)
		}
	}
	return nil
}

// spooledPoint is the n-th reading of an outage, as the recorder writes it.
func spooledPoint(n int, at time.Time) []byte {
	return fmt.Appendf(nil, `%s,device=gate-%d,kind=gate,place=north-gate,school=no-1 open=%d,passages_in=%d,passages_out=%d,seq=%di,boot="a1b2" %d`,
		telemetry.MeasureReading, n%pointsDevices, n%2, n%7, n%5, n/pointsDevices+1, at.UnixNano())
}

// most looks for a while.
func (h *backlogHub) most(ctx context.Context) (u usage, err error) {
	for until := time.Now().Add(memoryLook); time.Now().Before(until); {
		rss, err := h.resident("VmRSS")
		if err != nil {
			return u, err
		}
		heap, err := h.served.metric(ctx, "go_memstats_heap_alloc_bytes")
		if err != nil {
			return u, err
		}
		u.RSS, u.Heap = max(u.RSS, rss), max(u.Heap, heap)
		if err := wait(ctx, memoryEach); err != nil {
			return u, err
		}
	}
	return u, nil
}

// resident reads a line "VmRSS: n kB" of what the kernel says of the hub.
func (h *backlogHub) resident(line string) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.served.part.proc.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read resident memory: %w", err)
	}
	return residentOf(string(raw), line)
}

func residentOf(status, line string) (int64, error) {
	for l := range strings.Lines(status) {
		if name, value, _ := strings.Cut(l, ":"); name == line {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read resident memory: %w", err)
			}
			return kb << 10, nil
		}
	}
	return 0, fmt.Errorf("read resident memory: no %s", line)
}
