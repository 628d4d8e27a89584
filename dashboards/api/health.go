package api

import (
	"io"
	"net/http"
	"net/netip"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.org/campushub/alerting"
)

// livez says that the process answers.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) { plain(w, "ok\n") }

// readyz says whether the hub can do its work. Everybody may ask; the reason
// is for operators.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	err := s.readiness.Ready()
	switch {
	case err == nil:
		plain(w, "ok\n")
	case s.operator(w, r):
		writeProblem(w, http.StatusServiceUnavailable, err.Error())
	default:
		writeProblem(w, http.StatusServiceUnavailable, "not ready")
	}
}

func plain(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, body)
}

// metricsHandler serves /metrics to operators. The figures name no person, no
// incident and nothing confidential, but they tell a stranger when a school
// is busy.
func (s *Server) metricsHandler() http.Handler {
	scrape := promhttp.HandlerFor(s.gatherer, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.operator(w, r) {
			writeProblem(w, http.StatusForbidden, "metrics are for this machine, the networks that the configuration names, and administrators")
			return
		}
		scrape.ServeHTTP(w, r)
	})
}

// operator reports whether a request comes from this machine, from a network
// that the configuration names, or from a signed-in administrator. A request
// that a proxy forwarded does not come from this machine.
func (s *Server) operator(w http.ResponseWriter, r *http.Request) bool {
	forwarded := r.Header.Get("Forwarded") != "" || r.Header.Get("X-Forwarded-For") != ""
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && !forwarded {
		addr := ap.Addr().Unmap()
		if addr.IsLoopback() {
			return true
		}
		for _, p := range s.config.MetricsFrom {
			if p.Contains(addr) {
				return true
			}
		}
	}
	reader, ok, err := s.Reader(w, r)
	return err == nil && ok && reader.Account.Role == alerting.RoleAdmin && !reader.Account.Initial
}
