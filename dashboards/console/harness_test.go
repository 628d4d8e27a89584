package console_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type hub struct {
	t      *testing.T
	engine *apitest.Engine
	http   *httptest.Server
	// metrics are the hub's own.
	metrics *prometheus.Registry
	// texts are those that parents had who subscribed.
	texts *phones
	stop  func()
}

var campus = apitest.Campus()

func start(t *testing.T) *hub { return startWith(t, nil) }

// startWith starts a hub whose paths are checked.
func startWith(t *testing.T, paths api.Paths) *hub { return startOn(t, paths, nil) }

// startOn is the same, with devices that are supervised.
func startOn(t *testing.T, paths api.Paths, devices api.Supervision) *hub {
	t.Helper()
	return startShowing(t, paths, devices, nil)
}

// startShowing is the same, with something that is recorded.
func startShowing(t *testing.T, paths api.Paths, devices api.Supervision, past api.Past) *hub {
	t.Helper()
	return startAt(t, campus, paths, devices, past)
}

// startAt is the same at another campus.
func startAt(t *testing.T, campus *people.Directory, paths api.Paths, devices api.Supervision, past api.Past) *hub {
	t.Helper()
	return startWhole(t, campus, paths, devices, past, nil)
}

// startGates starts a hub whose gates have rules.
func startGates(t *testing.T, gates api.Gates) *hub {
	t.Helper()
	return startWhole(t, campus, nil, aFleet(), walked{}, gates)
}

func startWhole(t *testing.T, campus *people.Directory, paths api.Paths, devices api.Supervision, past api.Past, gates api.Gates) *hub {
	t.Helper()
	var who atomic.Pointer[people.Directory]
	who.Store(campus)
	dir := who.Load
	engine, log, reg := apitest.New(dir), slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	store, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	desk := notice.New(notice.Deps{Engine: engine, People: dir, Log: log})
	engine.OnBeside(desk.Hear)
	ctx, endDesk := context.WithCancel(context.Background())
	var deskDone sync.WaitGroup
	deskDone.Go(func() { _ = desk.Run(ctx) })
	texts := &phones{}
	server, err := api.New(api.Config{}, api.Deps{
		Engine: engine, Notices: desk, People: dir, Sessions: store, Passwords: checker, Readiness: engine, Paths: paths, Supervision: devices, Past: past, Gates: gates, Evidence: engine, Audit: engine, Hazards: hazardDesk(t, store, log, reg), Accounts: apitest.NewAccounts(store, &who), Trials: waysOf(t, store, dir), Subscriptions: texts.desk(t, store, dir), On: nobodyElse{},
		Configured: apitest.Read{}, Gatherer: reg, Metrics: reg, Log: log,
	})
	require.NoError(t, err)
	c, err := console.New(console.Config{}, server, log)
	require.NoError(t, err)
	h := &hub{t: t, engine: engine, http: httptest.NewServer(c.Handler()), metrics: reg, texts: texts}
	h.stop = sync.OnceFunc(func() {
		h.http.CloseClientConnections()
		h.http.Close()
		endDesk()
		deskDone.Wait()
		_ = store.Close()
	})
	t.Cleanup(h.stop)
	return h
}

// browser is a browser without JavaScript.
type browser struct {
	t      *testing.T
	h      *hub
	client *http.Client
	lang   string
}

type shown struct {
	status int
	path   string
	header http.Header
	html   string
}

func (h *hub) browser(lang string) *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(h.t, err)
	transport := &http.Transport{}
	h.t.Cleanup(transport.CloseIdleConnections)
	return &browser{t: h.t, h: h, lang: lang, client: &http.Client{Jar: jar, Transport: transport}}
}

func (h *hub) as(account, lang string) *browser {
	b := h.browser(lang)
	page := b.post("/sign-in", "name", account, "password", apitest.Password)
	require.Equal(h.t, http.StatusOK, page.status)
	require.Equal(h.t, "/", page.path)
	return b
}

func (b *browser) get(path string) shown { return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, pairs ...string) shown {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

func (b *browser) do(method, path string, form url.Values) shown {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.h.http.URL+path, strings.NewReader(form.Encode()))
	require.NoError(b.t, err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Language", b.lang)
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return shown{status: res.StatusCode, path: res.Request.URL.Path, header: res.Header, html: string(body)}
}

func press(h *hub, device string, kind devices.Alarm) alerting.Incident {
	return h.engine.Press(apitest.APress(apitest.School, device, kind))
}

// says and lacks keep whole pages out of a failure's words.
func says(t *testing.T, page, words string, of ...any) {
	t.Helper()
	assert.True(t, strings.Contains(page, words) || strings.Contains(html.UnescapeString(page), words), "the page does not say %q %v", words, of)
}

func lacks(t *testing.T, page, words string, of ...any) {
	t.Helper()
	assert.False(t, strings.Contains(page, words) || strings.Contains(html.UnescapeString(page), words), "the page says %q %v", words, of)
}
