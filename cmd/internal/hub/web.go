package hub

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting/office/password"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/console"
	"example.org/campushub/dashboards/identity"
)

// The time that reading a request's head and an idle connection may take. A
// whole request has no limit of its own: the event stream is one.
const (
	headWithin = 5 * time.Second
	idleFor    = 2 * time.Minute
	maxHead    = 32 << 10
	// signInsWaiting bounds the sign-ins that wait for a password check.
	signInsWaiting = 64
)

// web is the hub's HTTP side.
type web struct {
	api      *api.Server
	provider *identity.Provider // nil: people sign in by password alone
	server   *http.Server
	listener net.Listener
	keys     config.KeyPair
}

func newWeb(h *Hub, version string) (*web, error) {
	checker, err := password.NewChecker(password.DefaultParams(), runtime.NumCPU(), signInsWaiting)
	if err != nil {
		return nil, err
	}
	hazards, err := newHazards(h)
	if err != nil {
		return nil, err
	}
	provider, err := newProvider(h)
	if err != nil {
		return nil, err
	}
	a, err := api.New(api.Config{Version: version, SecureCookies: h.cfg.Hub.HTTP.BehindTLS, MetricsFrom: h.cfg.Hub.Metrics.From}, api.Deps{
		Engine: desk{h.engine, h.lanes.board}, Notices: h.notices, Drills: h.drills, Duty: h.duty, Gates: h.lookout, Hazards: hazards, People: h.people, Sessions: h.office, Push: h.push, Paths: h.checkedPaths(), Supervision: h.supervisor, Past: h.past(), Examined: h.examined, Evidence: vault{h.engine, h.journal}, Audit: h.auditor, Accounts: accounts{h.office, h}, Trials: h.trials, Subscriptions: h.subscribe, Answers: h.office, Identities: offered(provider), On: connections{h.broker, h.lanes.board},
		Passwords: checker, Readiness: h, Configured: h, Gatherer: h.registry, Metrics: h.registry, Log: h.log,
	})
	if err != nil {
		return nil, err
	}
	pages, err := console.New(console.Config{}, a, h.log)
	if err != nil {
		return nil, err
	}
	l, err := listen(h.cfg.Hub.HTTP.Listen)
	if err != nil {
		return nil, err
	}
	return &web{
		api: a, provider: provider, listener: l, keys: h.cfg.Hub.HTTP.TLS,
		server: &http.Server{
			Handler: newEntrance(h, pages.Handler()), ReadHeaderTimeout: headWithin, IdleTimeout: idleFor, MaxHeaderBytes: maxHead,
			ErrorLog: slog.NewLogLogger(h.log.With("component", "web").Handler(), slog.LevelDebug),
		},
	}, nil
}

// run serves until ctx ends; then the streams end, and requests under way
// finish.
func (w *web) run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serve(w.server, w.listener, w.keys) })
	g.Go(func() error { return w.api.Run(gctx) })
	if w.provider != nil {
		g.Go(func() error { return w.provider.Run(gctx) })
	}
	g.Go(func() error {
		<-gctx.Done()
		return w.server.Shutdown(context.WithoutCancel(gctx)) // bounded by the hub's own stop
	})
	return g.Wait()
}

func (w *web) url() string {
	scheme := "http"
	if w.keys.Enabled() {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, w.listener.Addr())
}
