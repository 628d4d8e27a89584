package telemetry

import (
	"context"
	"strings"
	"time"
)

// rejection is some points that InfluxDB will never take.
type rejection struct {
	points         [][]byte
	reason, detail string
}

type rejections []rejection

func (r rejections) points() int {
	n := 0
	for _, one := range r {
		n += len(one.points)
	}
	return n
}

// deliver brings points to InfluxDB. It returns nil when what became of each
// is known: those that were rejected, all others are in. With an error the
// whole batch is to be delivered again; points that are in already are then
// replaced by themselves.
func deliver(ctx context.Context, to lineWriter, points [][]byte, within time.Duration) (rejections, error) {
	a := attempt(ctx, to, points, within)
	switch {
	case a.verdict == stored:
		return nil, nil
	case a.verdict == later:
		return nil, laterError{a}
	case a.verdict == refused, len(points) == 1:
		return rejections{{points, a.reason, a.detail}}, nil
	}
	half := len(points) / 2
	first, err := deliver(ctx, to, points[:half], within)
	if err != nil {
		return nil, err
	}
	second, err := deliver(ctx, to, points[half:], within)
	if err != nil {
		return nil, err
	}
	return append(first, second...), nil
}

func attempt(ctx context.Context, to lineWriter, points [][]byte, within time.Duration) answer {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return judge(to.WriteRecord(ctx, join(points)), len(points))
}

func join(points [][]byte) string {
	n := 0
	for _, p := range points {
		n += len(p) + 1
	}
	var b strings.Builder
	b.Grow(n)
	for _, p := range points {
		b.Write(p)
		b.WriteByte('\n')
	}
	return b.String()
}
