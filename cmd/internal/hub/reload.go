package hub

import (
	"crypto/sha256"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/cmd/internal/config"
)

// What became of a reload: the label of campushub_hub_reloads_total.
const (
	reloadTaken   = "taken"
	reloadPartly  = "needs_restart" // taken, but for what is read at the start alone
	reloadRefused = "refused"       // a bad configuration changes nothing
)

func newReloads(reg prometheus.Registerer) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "campushub_hub_reloads_total", Help: "Reloads of the configuration, by what became of them.",
	}, []string{"result"})
	reg.MustRegister(c)
	for _, result := range []string{reloadTaken, reloadPartly, reloadRefused} {
		c.WithLabelValues(result)
	}
	return c
}

// ReloadFile reads the configuration at path and reloads it. A bad one changes
// nothing and is logged with every fault; what needs a restart is named.
func (h *Hub) ReloadFile(path string) {
	cfg, err := config.Load(path)
	if err != nil {
		h.reloads.WithLabelValues(reloadRefused).Inc()
		h.readings.refuses(err, time.Now())
		h.log.Error("configuration was not reloaded; nothing has changed", "component", "hub", "error", err)
		return
	}
	restart := h.Reload(cfg)
	log := h.log.With("component", "hub", "schools", len(cfg.Schools), "clients", len(cfg.Credentials()))
	for _, w := range cfg.Warnings {
		log.Warn("configuration falls short", "of", w.String())
	}
	if len(restart) > 0 {
		h.reloads.WithLabelValues(reloadPartly).Inc()
		log.Warn("configuration reloaded, but for what needs a restart of the hub", "restart_for", strings.Join(restart, ", "))
		return
	}
	h.reloads.WithLabelValues(reloadTaken).Inc()
	log.Info("configuration reloaded")
}

// changed names what differs from the configuration that the hub was started
// with and is read at the start alone, and the certificates that have been renewed.
func (h *Hub) changed(cfg *config.Config) []string {
	out := h.cfg.NeedsRestart(cfg)
	now := certificatesOf(cfg)
	for _, file := range []string{h.cfg.Hub.HTTP.TLS.Cert, h.cfg.Hub.MQTT.TLS.Cert} {
		if sum, still := now[file]; file != "" && still && sum != h.certificates[file] {
			out = append(out, "the certificate "+file)
		}
	}
	return out
}

// certificatesOf is the content of every certificate that the hub serves with,
// as its SHA-256, by file.
func certificatesOf(cfg *config.Config) map[string][sha256.Size]byte {
	out := map[string][sha256.Size]byte{}
	for _, file := range []string{cfg.Hub.HTTP.TLS.Cert, cfg.Hub.MQTT.TLS.Cert} {
		if data, err := os.ReadFile(file); err == nil { // config has read it a moment ago
			out[file] = sha256.Sum256(data)
		}
	}
	return out
}
