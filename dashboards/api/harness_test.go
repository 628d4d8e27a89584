package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting/hazard"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/trial"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

// hub is the API over an engine in memory and an office on disk.
type hub struct {
	t       *testing.T
	engine  *apitest.Engine
	people  atomic.Pointer[people.Directory]
	metrics *prometheus.Registry
	store   *office.Store
	server  *api.Server
	http    *httptest.Server
	desk    *notice.Desk
	trials  *trial.Desk
	endDesk func()
	config  api.Config
	deps    api.Deps
}

func start(t *testing.T) *hub { return startWith(t, api.Config{}) }

func startWith(t *testing.T, c api.Config) *hub {
	return startAt(t, c, filepath.Join(t.TempDir(), "office.db"))
}

func startAt(t *testing.T, c api.Config, officePath string) *hub {
	t.Helper()
	return startRecording(t, c, officePath, nil)
}

// startRecording is the same, with something that is recorded.
func startRecording(t *testing.T, c api.Config, officePath string, past api.Past) *hub {
	t.Helper()
	h := &hub{t: t, metrics: prometheus.NewRegistry()}
	h.people.Store(campus())
	h.engine = apitest.New(h.people.Load)
	log := slog.New(slog.DiscardHandler)
	var err error
	h.store, err = office.Open(t.Context(), officePath, log)
	require.NoError(t, err)
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	h.desk = notice.New(notice.Deps{Engine: h.engine, People: h.people.Load, Log: log})
	h.engine.OnBeside(h.desk.Hear)
	ctx, cancel := context.WithCancel(context.Background())
	var desk sync.WaitGroup
	desk.Go(func() { _ = h.desk.Run(ctx) })
	h.endDesk = func() { cancel(); desk.Wait() }
	h.trials = trial.New(trial.Deps{Store: h.store, People: h.people.Load, Log: log})
	h.trials.Connect(carried{h.trials})
	hazards, err := hazard.New(hazard.Deps{Store: h.store, Log: log, Registry: h.metrics})
	require.NoError(t, err)
	h.config, h.deps = c, api.Deps{
		Hazards: hazards, Engine: h.engine, Notices: h.desk, People: h.people.Load, Sessions: h.store, Passwords: checker,
		Readiness: h.engine, Past: past, Evidence: h.engine, Audit: h.engine, Accounts: apitest.NewAccounts(h.store, &h.people), Trials: h.trials, Answers: h.store, On: desks{}, Configured: apitest.Read{}, Gatherer: h.metrics, Metrics: h.metrics, Log: log,
	}
	h.serve()
	t.Cleanup(h.stop)
	return h
}

// campus is built once: hashing passwords takes time.
var campus = func() func() *people.Directory {
	d := apitest.Campus()
	return func() *people.Directory { return d }
}()

func (h *hub) serve() {
	var err error
	h.server, err = api.New(h.config, h.deps)
	require.NoError(h.t, err)
	h.http = httptest.NewServer(h.server.Handler())
}

// restart is another API over what was kept; who is signed in stays so.
func (h *hub) restart() {
	h.http.CloseClientConnections()
	h.http.Close()
	h.deps.Metrics = prometheus.NewRegistry()
	h.serve()
}

func (h *hub) stop() {
	h.http.CloseClientConnections()
	h.http.Close()
	h.endDesk()
	_ = h.store.Close()
}

func (h *hub) refused(reason string) float64 {
	families, err := h.metrics.Gather()
	require.NoError(h.t, err)
	for _, f := range families {
		if f.GetName() != "campushub_api_refused_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			if m.GetLabel()[0].GetValue() == reason {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

// browser is one client with a cookie jar.
type browser struct {
	t      *testing.T
	h      *hub
	client *http.Client
}

func (h *hub) browser() *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(h.t, err)
	transport := &http.Transport{}
	h.t.Cleanup(transport.CloseIdleConnections)
	return &browser{t: h.t, h: h, client: &http.Client{Jar: jar, Transport: transport}}
}

// as is a browser that is signed in.
func (h *hub) as(account string) *browser {
	h.t.Helper()
	b := h.browser()
	require.Equal(h.t, http.StatusOK, b.signIn(account, apitest.Password).status)
	return b
}

func (b *browser) signIn(name, pass string) answer {
	return b.post("/api/v1/session", map[string]any{"name": name, "password": pass})
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal(a.body, &v), "%s", a.body)
	return v
}

func (b *browser) get(path string) answer { return b.do(http.MethodGet, path, "", nil) }

func (b *browser) post(path string, body any) answer {
	raw, err := json.Marshal(body)
	require.NoError(b.t, err)
	return b.do(http.MethodPost, path, "application/json", raw)
}

func (b *browser) do(method, path, contentType string, body []byte, header ...string) answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.h.http.URL+path, bytes.NewReader(body))
	require.NoError(b.t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return answer{status: res.StatusCode, header: res.Header, body: raw}
}
