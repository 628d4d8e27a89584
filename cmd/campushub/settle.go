package main

import (
	"log/slog"

	"example.org/campushub/cmd/internal/turns"
)

// settle fits the process to its machine. It is the first thing that a hub
// does: the process may begin once more in it.
func settle(log *slog.Logger) {
	if err := turns.Loosen(); err != nil {
		log.Info("timers stay tight: the hub takes a little more of the processor", "error", err)
	}
	turns.Short()
	collectLess()
}
