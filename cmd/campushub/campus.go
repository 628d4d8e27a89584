package main

import (
	"context"
	"log/slog"

	"example.org/campushub/cmd/internal/provision"
)

// drive runs the virtual devices until ctx ends.
func drive(ctx context.Context, _ string, _ *provision.Campus, _ *slog.Logger) error {
	<-ctx.Done()
	return nil
}
