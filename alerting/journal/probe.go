package journal

import (
	"context"
	"fmt"
	"time"
)

// Probe is a path check on its way through the writer: committed like an event,
// with the same fsync, and part of no incident and of no audit chain. Only the
// latest of each school is kept. A broken disk drops it: it proves nothing
// later.
type Probe struct {
	School string
	ID     string // the press id of the check
	At     time.Time
}

const writeProbe = `INSERT INTO probes (school, id, at) VALUES (?, ?, ?)
	ON CONFLICT (school) DO UPDATE SET id = excluded.id, at = excluded.at`

func (s *store) writeProbes(ctx context.Context, probes []Probe) error {
	for _, p := range probes {
		if err := s.exec(ctx, s.stmts.probe, p.School, p.ID, timeText(p.At)); err != nil {
			return fmt.Errorf("write path check of %s: %w", p.School, err)
		}
	}
	return nil
}
