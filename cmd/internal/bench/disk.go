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

const (
	recordSize  = 300 // bytes
	diskSamples = 400
)

// disk appends a record and syncs it, at the rate of the presses: what the
// same disk does for a program that does nothing else.
func disk(ctx context.Context, dir string, rate float64) (_ load.Spread, err error) {
	f, err := os.OpenFile(filepath.Join(dir, "append-and-sync"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return load.Spread{}, fmt.Errorf("measure disk: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	beat := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer beat.Stop()
	record := make([]byte, recordSize)
	samples := make([]time.Duration, 0, diskSamples)
	for len(samples) < diskSamples {
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
