package hub

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules/lookout"
	"example.org/campushub/alerting/subscribe"
	"example.org/campushub/alerting/supervise"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/broker"
	"example.org/campushub/cmd/internal/backup"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/telemetry/spool"
)

// Hub is one school's hub.
type Hub struct {
	cfg      *config.Config
	log      *slog.Logger
	registry *prometheus.Registry
	who      atomic.Pointer[roster]
	// replacing lets one reload or suspension at a time put another roster there.
	replacing sync.Mutex
	reloads   *prometheus.CounterVec // by result
	readings  readings

	certificates map[string][sha256.Size]byte // as they were at the start, by file

	journal    *journal.Journal
	office     *office.Store
	push       *browsers
	media      media
	engine     *engine.Engine
	supervisor *supervise.Supervisor
	drills     *exercise.Exercises
	trials     *trial.Desk
	duty       *watch.Watcher
	reminders  *reminders
	questions  *reminders // of head counts, apart from those of shifts
	askers     *askers
	notes      *reminders // of errands, apart from both
	errands    *errands
	volunteers *volunteers
	lookout    *lookout.Lookout
	auditor    *auditor
	vitals     *vitals
	seed       []byte // of the posts' codes
	lanes      *lanes
	broker     *broker.Broker
	notices    *notice.Desk
	post       *notice.Post
	welcomes   *welcomes
	subscribe  *subscribe.Desk
	couriers   *couriers
	web        *web
	untested   *untested

	alarms    *alarms
	measured  measured
	spool     *spool.Spool // nil where it could not be opened
	telemetry []part

	pathDevice *pathDevice        // nil where the path check is off
	paths      *pathcheck.Checker // the same

	parts []part // in the order in which they start; they stop in reverse
}

// New opens the records and binds every listener. Nothing is accepted before
// Run; whoever connects earlier waits.
func New(ctx context.Context, cfg *config.Config, log *slog.Logger, version string) (_ *Hub, err error) {
	h := &Hub{cfg: cfg, log: log, registry: prometheus.NewRegistry(), alarms: newAlarms(), certificates: certificatesOf(cfg)}
	h.reloads, h.vitals = newReloads(h.registry), newVitals(h.registry, log)
	h.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	h.who.Store(newRoster(cfg, nil, people.Kept{}))
	h.readings.took(time.Now())
	h.noticeCalendars(time.Now())
	defer func() {
		if err != nil {
			h.abandon()
		}
	}()
	if err := os.MkdirAll(cfg.Hub.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the hub's folder: %w", err)
	}
	if err := backup.Unfinished(cfg.Hub.Dir); err != nil {
		return nil, err
	}
	h.journal, err = journal.Open(ctx, journal.Config{Path: filepath.Join(cfg.Hub.Dir, "journal.db"), Yield: yield}, log, h.registry)
	if err != nil {
		return nil, err
	}
	h.office, err = office.Open(ctx, filepath.Join(cfg.Hub.Dir, "office.db"), log)
	if err != nil {
		return nil, err
	}
	h.takeUp(cfg)
	if err := h.reach(ctx); err != nil {
		return nil, err
	}
	if err := h.recall(ctx); err != nil {
		return nil, err
	}
	if err := h.measure(); err != nil {
		return nil, err
	}
	if err := h.alarmPath(ctx); err != nil {
		return nil, err
	}
	if err := h.parents(ctx); err != nil {
		return nil, err
	}
	if h.web, err = newWeb(h, version); err != nil {
		return nil, err
	}
	h.untested = newUntested(h.web.api.Service().ButtonTests, h.people, h.log, h.registry)
	h.order()
	if cfg.Hub.Metrics.Listen != "" {
		m, err := newMetricsServer(cfg.Hub.Metrics, h.registry)
		if err != nil {
			return nil, err
		}
		h.parts = append(h.parts, part{"metrics", m.run})
	}
	return h, nil
}

// reach prepares what the ways to people beyond the hub's own terminals share.
func (h *Hub) reach(ctx context.Context) error {
	own, err := vapidKey(h.cfg.Hub.Dir)
	if err != nil {
		return err
	}
	h.push, err = openBrowsers(ctx, h.office, h.people, own, h.log)
	h.media = newMedia(h.people, own, h.push)
	return err
}

// alarmPath connects what stands between a button and the people.
func (h *Hub) alarmPath(ctx context.Context) (err error) {
	h.engine = engine.New(engine.Deps{Journal: h.journal, People: h.people, Staged: h.staged, Log: h.log, Registry: h.registry})
	h.drills = newDrills(h)
	h.trials = trial.New(trial.Deps{Store: h.office, People: h.people, Log: h.log})
	if err := h.newDuty(); err != nil {
		return err
	}
	h.lanes = newLanes(reports{h.engine, h.drills, h.trials}, h.media, h.log)
	h.lanes.register(h.registry)
	h.supervisor = h.newSupervisor()
	signals, err := newSignals(h.engine, h.lanes, h.measured, h.alarms, h.log, h.registry)
	if err != nil {
		return err
	}
	h.lookout = newLookout(h)
	h.auditor = newAuditor(h.journal, h.office, h.log)
	signals.drills, signals.trials, signals.duty, signals.supervisor, signals.gates = h.drills, h.trials, h.duty, h.supervisor, h.lookout
	listeners, err := mqttListeners(h.cfg.Hub.MQTT)
	if err != nil {
		return err
	}
	h.broker, err = broker.New(broker.Config{Listeners: listeners}, gatekeeper{h}, signals, h.log, h.registry)
	if err != nil {
		return err
	}
	h.lanes.connect(h.broker)
	h.engine.Connect(h.lanes.router, commander{h.broker, h.log}, h.lanes.board)
	if err := h.newPaths(); err != nil {
		return err
	}
	h.connectDrills()
	h.trials.Connect(h.lanes.router)
	return errors.Join(h.engine.Load(ctx), h.drills.Load(ctx), h.loadDuty(ctx), h.trials.Load(ctx))
}

// order says what runs. A part is stopped only when everything behind it has
// stopped: the journal outlives the engine, the engine outlives whoever can
// press or command.
func (h *Hub) order() {
	h.parts = append(h.parts, h.telemetry...)
	h.parts = append(h.parts,
		part{"journal", h.journal.Run},
		part{"engine", h.engine.Run},
	)
	for _, l := range h.lanes.slow {
		h.parts = append(h.parts, part{"lane", l.run})
	}
	h.parts = append(h.parts,
		part{"office", h.runOffice},
		part{"parents", h.runParents},
		part{"welcomes", h.welcomes.run},
		part{"subscriptions", h.subscribe.Run},
		part{"notices", h.notices.Run},
		part{"drills", h.drills.Run},
		part{"trials", h.trials.Run},
		part{"reminders", h.reminders.run},
		part{"duty", h.duty.Run},
		part{"coverage", h.cover},
		part{"volunteers", h.volunteers.run},
		part{"questions", h.questions.run},
		part{"head counts", h.askers.run},
		part{"notes", h.notes.run},
		part{"errands", h.errands.run},
		part{"button tests", h.untested.run},
		part{"lookout", h.lookout.Run},
		part{"auditor", h.auditor.run},
		part{"browsers", h.push.run},
		part{"supervision", h.supervisor.Run},
		part{"broker", h.broker.Run},
		part{"web", h.web.run},
	)
	if h.paths != nil {
		h.parts = append(h.parts, part{"paths", h.paths.Run})
	}
}

// runOffice keeps the office's records tidy, and closes them at the end.
func (h *Hub) runOffice(ctx context.Context) error {
	return errors.Join(h.office.Run(ctx), h.office.Close())
}

// Run serves until ctx ends or a part fails, then stops everything in reverse
// order, within the configured time.
func (h *Hub) Run(ctx context.Context) error {
	return runParts(ctx, h.parts, h.cfg.Hub.StopWithin, h.log)
}

// Console is the address of the console, as a browser takes it.
func (h *Hub) Console() string { return h.web.url() }

// MQTT is the address of the first listener of the broker.
func (h *Hub) MQTT() string { return "tcp://" + h.broker.Addresses()[0].String() }

// Name is what the configuration calls the hub.
func (h *Hub) Name() string { return h.cfg.Hub.Name }

// Ready says why the hub cannot do its whole work; nil if it can.
func (h *Hub) Ready() error {
	if !h.journal.Healthy() {
		return errors.New("journal: the disk does not take what is told")
	}
	return nil
}

func (h *Hub) people() *people.Directory { return h.who.Load().directory }

// abandon closes what New had opened.
func (h *Hub) abandon() {
	if h.journal != nil {
		_ = h.journal.Close()
	}
	if h.office != nil {
		_ = h.office.Close()
	}
	if h.spool != nil {
		_ = h.spool.Close()
	}
}

func mqttListeners(m config.MQTT) ([]broker.Listener, error) {
	var out []broker.Listener
	for _, a := range m.Listen {
		out = append(out, broker.Listener{Address: a})
	}
	if !m.TLS.Enabled() {
		return out, nil
	}
	pair, err := tls.LoadX509KeyPair(m.TLS.Cert, m.TLS.Key)
	if err != nil {
		return nil, fmt.Errorf("load the broker's certificate: %w", err)
	}
	for _, a := range m.TLS.Listen {
		out = append(out, broker.Listener{Address: a, TLS: &tls.Config{
			Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12,
		}})
	}
	return out, nil
}

// listen binds a listener for HTTP.
func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for HTTP on %s: %w", address, err)
	}
	return l, nil
}

// serve runs an HTTP server that is shut down from outside.
func serve(s *http.Server, l net.Listener, k config.KeyPair) error {
	var err error
	if k.Enabled() {
		err = s.ServeTLS(l, k.Cert, k.Key)
	} else {
		err = s.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
