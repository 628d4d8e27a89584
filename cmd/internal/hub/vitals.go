package hub

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/dashboards/telemetry"
)

// vitalsEvery is how often the hub's own metrics are read for its telemetry, as
// a Prometheus reads them.
const vitalsEvery = 5 * time.Second

// vitals reads on a goroutine of its own how the hub works inside, so that who
// records it waits for nothing.
type vitals struct {
	from prometheus.Gatherer
	log  *slog.Logger
	last atomic.Pointer[telemetry.Vitals]
}

func newVitals(from prometheus.Gatherer, log *slog.Logger) *vitals {
	v := &vitals{from: from, log: log.With("component", "vitals")}
	v.last.Store(&telemetry.Vitals{})
	return v
}

// latest is what was read last. It never blocks.
func (v *vitals) latest() telemetry.Vitals { return *v.last.Load() }

// run reads until ctx ends.
func (v *vitals) run(ctx context.Context) error {
	every := time.NewTicker(vitalsEvery)
	defer every.Stop()
	for {
		if now, err := telemetry.ReadVitals(v.from); err != nil {
			v.log.Error("the hub's own metrics could not be read", "error", err)
		} else {
			v.last.Store(&now)
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			return nil
		}
	}
}
