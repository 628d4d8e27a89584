package hub

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"example.org/campushub/cmd/internal/config"
)

// metricsServer serves /metrics on an address of its own, for a monitoring
// network that must not reach the console.
type metricsServer struct {
	server   *http.Server
	listener net.Listener
}

func newMetricsServer(c config.Metrics, g prometheus.Gatherer) (*metricsServer, error) {
	l, err := listen(c.Listen)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", only(c.From, promhttp.HandlerFor(g, promhttp.HandlerOpts{})))
	return &metricsServer{listener: l, server: &http.Server{
		Handler: mux, ReadHeaderTimeout: headWithin, WriteTimeout: 30 * time.Second, MaxHeaderBytes: maxHead,
	}}, nil
}

// only serves this machine and the networks; everybody where there are none.
func only(from []netip.Prefix, next http.Handler) http.Handler {
	if len(from) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ap, err := netip.ParseAddrPort(r.RemoteAddr)
		addr := ap.Addr().Unmap()
		in := func(p netip.Prefix) bool { return p.Contains(addr) }
		if err != nil || !addr.IsLoopback() && !slices.ContainsFunc(from, in) {
			http.Error(w, "metrics are for this machine and the networks that the configuration names", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (m *metricsServer) run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serve(m.server, m.listener, config.KeyPair{}) })
	g.Go(func() error {
		<-gctx.Done()
		return m.server.Shutdown(context.WithoutCancel(gctx)) // bounded by the hub's own stop
	})
	return g.Wait()
}
