package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// Progress says which records have been delivered: all before Fill, and those
// from FillEnd to before Live. What lies between Fill and FillEnd is being
// filled in behind what is live.
type Progress struct {
	Fill    uint64 `json:"fill"`
	FillEnd uint64 `json:"fill_end"`
	Live    uint64 `json:"live"`
}

// Filling reports whether anything is left to be filled in.
func (p Progress) Filling() bool { return p.Fill < p.FillEnd }

// Waiting counts the records from a to before b that have not been delivered.
func (p Progress) Waiting(a, b uint64) uint64 {
	return overlap(a, b, p.Fill, p.FillEnd) + overlap(a, b, p.Live, b)
}

// Jump makes everything that waits something to be filled in, and begins to
// be live at next. What was delivered live while an older gap was being filled
// is delivered again: the same points once more, which changes nothing.
func (p Progress) Jump(next uint64) Progress {
	if !p.Filling() {
		p.Fill = p.Live
	}
	p.FillEnd, p.Live = next, next
	return p
}

// within moves what points outside the records that there are to their edge.
func (p Progress) within(first, next uint64) Progress {
	clamp := func(i uint64) uint64 { return min(max(i, first), next) }
	return Progress{clamp(p.Fill), clamp(p.FillEnd), clamp(p.Live)}
}

func overlap(a, b, c, d uint64) uint64 {
	low, high := max(a, c), min(b, d)
	if low >= high {
		return 0
	}
	return high - low
}

// readProgress reads the note of how far delivery got. Where there is none, or
// none that can be read, nothing counts as delivered.
func readProgress(path string) ([classes]Progress, error) {
	var p [classes]Progress
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("read progress: %w", err)
	}
	var read [classes]Progress
	if json.Unmarshal(b, &read) == nil { // else a power cut came during its first writing
		p = read
	}
	return p, nil
}

// writeProgress replaces the note at once or not at all. It is not synced: an
// older note delivers the same points once more.
func writeProgress(path string, p [classes]Progress) error {
	b, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	return nil
}
