package config

import "reflect"

// NeedsRestart names the keys by which the next configuration differs and that
// are read once, at the start: all that is said of the hub itself, and where
// measurements go.
func (c *Config) NeedsRestart(next *Config) []string {
	var out []string
	h, then := c.Hub, next.Hub
	for _, k := range []struct {
		key      string
		old, new any
	}{
		{"hub.name", h.Name, then.Name},
		{"hub.dir", h.Dir, then.Dir},
		{"hub.http.listen", h.HTTP.Listen, then.HTTP.Listen},
		{"hub.http.tls", h.HTTP.TLS, then.HTTP.TLS},
		{"hub.http.behind_tls", h.HTTP.BehindTLS, then.HTTP.BehindTLS},
		{"hub.http.public", h.HTTP.Public, then.HTTP.Public},
		{"hub.http.oidc", h.HTTP.OIDC, then.HTTP.OIDC},
		{"hub.mqtt.listen", h.MQTT.Listen, then.MQTT.Listen},
		{"hub.mqtt.tls.listen", h.MQTT.TLS.Listen, then.MQTT.TLS.Listen},
		{"hub.mqtt.tls", h.MQTT.TLS.KeyPair, then.MQTT.TLS.KeyPair},
		{"hub.metrics.listen", h.Metrics.Listen, then.Metrics.Listen},
		{"hub.metrics.from", h.Metrics.From, then.Metrics.From},
		{"hub.path_check", h.PathCheck, then.PathCheck},
		{"hub.supervision", h.Supervision, then.Supervision},
		{"hub.stop_within", h.StopWithin, then.StopWithin},
		{"telemetry", c.Telemetry, next.Telemetry},
	} {
		if !reflect.DeepEqual(k.old, k.new) {
			out = append(out, k.key)
		}
	}
	return out
}
