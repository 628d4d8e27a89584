package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.org/campushub/firmware-sim/campus/load"
)

const recordSize = 300 // bytes

// disk appends a record and syncs it, as often as the presses of a block and
// at their rate: what the same disk does for a program that does nothing else.
// A tail of fewer samples could not be held against theirs.
func disk(ctx context.Context, dir string, stage load.Stage) (_ load.Spread, err error) {
	f, err := os.OpenFile(filepath.Join(dir, "append-and-sync"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return load.Spread{}, fmt.Errorf("measure disk: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	beat := time.NewTicker(time.Duration(float64(time.Second) / stage.Rate))
	defer beat.Stop()
	record := make([]byte, recordSize)
	samples := make([]time.Duration, 0, stage.Presses)
	for len(samples) < stage.Presses {
		select {
		case <-ctx.Done():
			return load.Spread{}, ctx.Err()
		case <-beat.C:
		}
		began := time.Now()
		if _, err := f.Write(record); err != nil {
			return load.Spread{}, fmt.Errorf("measure disk: %w", err)
		}
		if err := f.Sync(); err != nil {
			return load.Spread{}, fmt.Errorf("measure disk: %w", err)
		}
		samples = append(samples, time.Since(began))
	}
	return load.Measure(samples), nil
}
