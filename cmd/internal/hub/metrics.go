package hub

import (
	"context"
	"net"
	"net/http"
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

func newMetricsServer(address string, g prometheus.Gatherer) (*metricsServer, error) {
	l, err := listen(address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(g, promhttp.HandlerOpts{}))
	return &metricsServer{listener: l, server: &http.Server{
		Handler: mux, ReadHeaderTimeout: headWithin, WriteTimeout: 30 * time.Second, MaxHeaderBytes: maxHead,
	}}, nil
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
