package hub

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/dashboards/api"
)

// Registry is where everything that this hub exposes is described, whether it
// has happened already or not.
func (h *Hub) Registry() *prometheus.Registry { return h.registry }

// Subscribe switches a browser on as the API does, which takes none of a
// machine's own addresses.
func (h *Hub) Subscribe(ctx context.Context, account string, s api.Subscription) error {
	return h.push.Subscribe(ctx, account, s, time.Now())
}

// LatestAlarm is when the latest alarm came; zero where there was none.
func (h *Hub) LatestAlarm() time.Time { return h.alarms.last() }
