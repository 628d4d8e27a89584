package hub

import "github.com/prometheus/client_golang/prometheus"

// Registry is where everything that this hub exposes is described, whether it
// has happened already or not.
func (h *Hub) Registry() *prometheus.Registry { return h.registry }
