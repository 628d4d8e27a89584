package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting/pathcheck"
)

// Config is how the API behaves; the zero value of each field is its default.
type Config struct {
	// SessionLifetime is how long a session lasts without use: 7 days. It is
	// renewed while it is used, so that a wall never signs itself out.
	SessionLifetime time.Duration
	// SecureCookies marks cookies Secure although the listener has no TLS of
	// its own, because a proxy before it has.
	SecureCookies bool
	// MetricsFrom are the networks that may read /metrics and the reason of a
	// failed /readyz, besides this machine itself and a signed-in administrator.
	MetricsFrom []netip.Prefix
	// Heartbeat is the time between a stream's comment lines, and beats: 3 s. A page that misses three says so.
	Heartbeat time.Duration
	// FrameDeadline is how long writing one frame may take: 5 s.
	FrameDeadline time.Duration
	// MaxChanges is how many changes a stream catches up with before it begins
	// anew: 5,000.
	MaxChanges int
	// MaxStreams bounds the streams of all accounts, and MaxStreamsEach those
	// of one: 2,000 and 32. Overflow: refused with 503.
	MaxStreams, MaxStreamsEach int
	// MaxPages bounds the parents' pages that follow, of all and of one account:
	// 6,000 and 8. Overflow: refused with 503, and the page asks again.
	MaxPages, MaxPagesEach int
	// Version is the program's, for the OpenAPI document.
	Version string
}

func (c Config) withDefaults() Config {
	set(&c.SessionLifetime, 7*24*time.Hour)
	set(&c.Heartbeat, 3*time.Second)
	set(&c.FrameDeadline, 5*time.Second)
	set(&c.MaxChanges, 5_000)
	set(&c.MaxStreams, 2_000)
	set(&c.MaxStreamsEach, 32)
	set(&c.MaxPages, 6_000)
	set(&c.MaxPagesEach, 8)
	set(&c.Version, "0")
	return c
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Deps is what the API stands on.
type Deps struct {
	Engine      Engine
	Notices     Notices // nil serves no notices to parents
	Drills      Drills  // nil: no drills are run here
	Duty        Duty    // nil: no posts are watched here
	Gates       Gates   // nil: no gate rules run here
	Hazards     Hazards // nil: none are reported here
	People      People
	Sessions    scs.CtxStore
	Push        Push // nil offers no web push
	Passwords   Passwords
	Readiness   Readiness
	Paths       Paths       // nil: no path is checked
	Supervision Supervision // nil: no device is supervised
	Past        Past        // nil: nothing is recorded
	Examined    Examined    // nil: no day is an examination day
	Evidence    Evidence    // nil: none is taken away
	Audit       Audit       // nil: nobody reads the audit chains here
	Accounts    Accounts    // nil: accounts are looked after elsewhere
	Trials      Trials      // nil: no way is tested here
	// Subscriptions are those of parents; nil: nobody subscribes here.
	Subscriptions Subscriptions
	On            pathcheck.Connections // who is connected now; nil: nobody is known to be
	Identities    Identities            // nil: people sign in by password alone
	Answers       Answers               // nil: idempotency keys are known until the hub ends
	Configured    Configured            // nil: nobody says what is at fault in the configuration
	Gatherer      prometheus.Gatherer   // for /metrics
	Metrics       prometheus.Registerer
	Log           *slog.Logger
}

// Server serves the API.
type Server struct {
	config    Config
	service   *Service
	engine    Engine
	people    People
	sessions  *sessions
	push      Push
	passwords Passwords
	accounts  Accounts // nil: looked after elsewhere
	// subscriptions are those of parents; nil: nobody subscribes here.
	subscriptions Subscriptions
	identities    Identities // nil: people sign in by password alone
	backoff       *backoff
	programs      *programs
	reports       Reports // of incidents, as pages; nil: bundles have none
	streams       *streams
	pages         *streams // of parents: apart, so that they take nobody else's place
	readiness     Readiness
	gatherer      prometheus.Gatherer
	metrics       *metrics
	answered      *answered
	editing       sync.Mutex // held by an edit that names a version
	terms         sync.Mutex // held while an account's terms are replaced; behind editing
	log           *slog.Logger
}

// New builds the API.
func New(c Config, d Deps) (*Server, error) {
	if d.Engine == nil || d.People == nil || d.Sessions == nil || d.Passwords == nil || d.Readiness == nil {
		return nil, errors.New("api: a dependency is missing")
	}
	c = c.withDefaults()
	m, err := newMetrics(d.Metrics, d.Identities != nil)
	if err != nil {
		return nil, err
	}
	known, err := newAnswered(d.Answers)
	if err != nil {
		return nil, err
	}
	log := d.Log.With("component", "api")
	return &Server{
		config: c,
		service: &Service{
			engine: d.Engine, people: d.People, paths: d.Paths, notices: d.Notices, drills: d.Drills, supervision: d.Supervision, duty: d.Duty, gates: d.Gates, hazards: d.Hazards,
			past: d.Past, examined: d.Examined, evidence: d.Evidence, audit: d.Audit, trials: d.Trials, on: d.On, asked: newAllowance(askedAtOnce, askedEvery), gatherer: d.Gatherer, configured: d.Configured,
		},
		engine:        d.Engine,
		people:        d.People,
		sessions:      newSessions(d.Sessions, d.People, c.SessionLifetime, c.SecureCookies, log),
		push:          d.Push,
		passwords:     d.Passwords,
		accounts:      d.Accounts,
		subscriptions: d.Subscriptions,
		identities:    d.Identities,
		backoff:       newBackoff(),
		programs:      newPrograms(d.Accounts, d.People, log),
		streams:       newStreams(c.MaxStreams, c.MaxStreamsEach),
		pages:         newStreams(c.MaxPages, c.MaxPagesEach),
		readiness:     d.Readiness,
		gatherer:      d.Gatherer,
		metrics:       m,
		answered:      known,
		log:           log,
	}, nil
}

// Run ends the streams of tokens that end, until the context's end, and then
// every stream, so that the HTTP server can shut down: streams would keep it
// waiting for ever.
func (s *Server) Run(ctx context.Context) error {
	s.followTokens(ctx)
	s.streams.drain()
	s.pages.drain()
	return nil
}

// Service reads and changes incidents on behalf of an account.
func (s *Server) Service() *Service { return s.service }

// Mux takes routes, pattern by pattern, as http.ServeMux does.
type Mux interface {
	humago.Mux
	Handle(pattern string, handler http.Handler)
}

// Mount adds the API's routes to a mux.
func (s *Server) Mount(mux Mux) {
	s.mountOperations(mux)
	mux.HandleFunc("GET /api/v1/stream", s.stream)
	if s.service.notices != nil {
		mux.HandleFunc("GET /api/v1/notices/stream", s.noticeStream)
	}
	mux.HandleFunc("GET /livez", s.livez)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", s.metricsHandler())
}

// Handler serves the API alone, without the console's pages.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.Mount(mux)
	return s.Guard(mux, Problems)
}
