package identity_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/identity"
	"example.org/campushub/dashboards/identity/identitytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const redirect = "http://127.0.0.1:8080/sign-in/oidc/return"

// desk is the hub's side beside a provider that it can ask.
type desk struct {
	t       *testing.T
	hub     *identity.Provider
	far     *identitytest.Provider
	logs    *words
	metrics *prometheus.Registry
}

// words is a log.
type words struct {
	mu  sync.Mutex // guards all
	all strings.Builder
}

func (w *words) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.Write(b)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}

func start(t *testing.T, claim string) *desk { return startWith(t, claim, identitytest.Faults{}) }

// startWith runs the hub's side until the test ends, and waits until it has asked
// the provider once.
func startWith(t *testing.T, claim string, f identitytest.Faults) *desk {
	t.Helper()
	far := identitytest.New(t, redirect)
	far.Be(f)
	reg, logs := prometheus.NewRegistry(), &words{}
	hub, err := identity.New(identity.Config{
		Issuer: far.Issuer, ClientID: identitytest.ClientID, Secret: []byte(identitytest.Secret), Claim: claim, Redirect: redirect,
		Label: alerting.Text{ZH: "统一身份认证", EN: "Unified sign-in"},
	}, reg, slog.New(slog.NewTextHandler(logs, nil)))
	require.NoError(t, err)
	d := &desk{t: t, hub: hub, far: far, logs: logs, metrics: reg}
	assert.False(t, hub.There(), "nothing is asked before Run")
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { assert.NoError(t, hub.Run(ctx)) })
	t.Cleanup(func() { cancel(); done.Wait() })
	d.until(func() bool { return hub.There() || strings.Contains(logs.String(), "can't be asked") })
	return d
}

// up is the metric.
func (d *desk) up() float64 {
	all, err := d.metrics.Gather()
	require.NoError(d.t, err)
	require.Len(d.t, all, 1)
	require.Equal(d.t, "campushub_identity_provider_up", all[0].GetName())
	return all[0].GetMetric()[0].GetGauge().GetValue()
}

func (d *desk) until(is func() bool) {
	d.t.Helper()
	require.Eventually(d.t, is, 20*time.Second, 5*time.Millisecond)
}

// begins is a browser that goes to the provider.
func (d *desk) begins() (to, held string) {
	d.t.Helper()
	to, held, err := d.hub.Begin("/incidents?page=2", time.Now())
	require.NoError(d.t, err)
	return to, held
}

// says is what the provider sends somebody back with who signs in there.
func (d *desk) says(to, subject string) url.Values {
	d.t.Helper()
	asked, err := url.Parse(to)
	require.NoError(d.t, err)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(to)
	require.NoError(d.t, err)
	page, err := io.ReadAll(res.Body)
	require.NoError(d.t, err)
	require.NoError(d.t, res.Body.Close())
	require.Equal(d.t, http.StatusOK, res.StatusCode, "%s %s", page, res.Header.Get("Location"))
	res, err = client.PostForm(d.far.Issuer+"/authorize", url.Values{"asked": {asked.RawQuery}, "subject": {subject}})
	require.NoError(d.t, err)
	require.NoError(d.t, res.Body.Close())
	back, err := res.Location()
	require.NoError(d.t, err)
	require.Equal(d.t, redirect, (&url.URL{Scheme: back.Scheme, Host: back.Host, Path: back.Path}).String())
	return back.Query()
}

// finishes is a browser that comes back.
func (d *desk) finishes(held string, said url.Values) (identity.Who, string, error) {
	return d.hub.Finish(d.t.Context(), held, said, time.Now())
}

// signsIn goes the whole way.
func (d *desk) signsIn(subject string) (identity.Who, error) {
	d.t.Helper()
	to, held := d.begins()
	who, next, err := d.finishes(held, d.says(to, subject))
	assert.Equal(d.t, "/incidents?page=2", next)
	return who, err
}
