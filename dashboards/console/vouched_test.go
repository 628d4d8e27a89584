package console_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
	"example.org/campushub/dashboards/identity"
	"example.org/campushub/dashboards/identity/identitytest"
)

// vouched is a hub whose people may sign in by an identity provider.
type vouched struct {
	*hub
	far      *identitytest.Provider
	near     *identity.Provider
	who      *atomic.Pointer[people.Directory]
	accounts *apitest.Accounts
}

// vouching is an identity provider that a hub at an address asks until the test
// ends, by the claim that names accounts.
func vouching(t *testing.T, address string) *identity.Provider {
	t.Helper()
	near, _ := provider(t, address, prometheus.NewRegistry(), identitytest.Faults{})
	return near
}

func provider(t *testing.T, address string, reg prometheus.Registerer, f identitytest.Faults) (*identity.Provider, *identitytest.Provider) {
	t.Helper()
	far := identitytest.New(t, address+api.IdentityReturn)
	far.Be(f)
	near, err := identity.New(identity.Config{
		Issuer: far.Issuer, ClientID: identitytest.ClientID, Secret: []byte(identitytest.Secret), Claim: "preferred_username", Redirect: address + api.IdentityReturn,
		Label: alerting.Text{ZH: "公安统一身份认证", EN: "Police Unified Sign-in"},
	}, reg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = near.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	asked := func() bool { return far.Asked("/.well-known/openid-configuration") > 0 && (f.Down || near.There()) }
	require.Eventually(t, asked, patience, 5*time.Millisecond)
	return near, far
}

func startVouched(t *testing.T) *vouched { return startVouchedWith(t, identitytest.Faults{}) }

func startVouchedWith(t *testing.T, f identitytest.Faults) *vouched {
	t.Helper()
	v := &vouched{who: &atomic.Pointer[people.Directory]{}}
	v.who.Store(campus)
	dir := v.who.Load
	engine, log, reg := apitest.New(dir), slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	store, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	v.near, v.far = provider(t, "http://"+listener.Addr().String(), reg, f)
	v.accounts = apitest.NewAccounts(store, v.who)
	server, err := api.New(api.Config{}, api.Deps{
		Engine: engine, People: dir, Sessions: store, Passwords: checker, Readiness: engine, Accounts: v.accounts, Identities: v.near,
		Gatherer: reg, Metrics: reg, Log: log,
	})
	require.NoError(t, err)
	c, err := console.New(console.Config{}, server, log)
	require.NoError(t, err)
	far := httptest.NewUnstartedServer(c.Handler())
	require.NoError(t, far.Listener.Close())
	far.Listener = listener
	far.Start()
	v.hub = &hub{t: t, engine: engine, http: far, metrics: reg}
	v.stop = sync.OnceFunc(func() {
		far.CloseClientConnections()
		far.Close()
		_ = store.Close()
	})
	t.Cleanup(v.stop)
	return v
}

// named has the provider say in its ID tokens whose account somebody has.
func named(account string) func(map[string]any) {
	return func(claims map[string]any) { claims["preferred_username"] = account }
}

// link links an account to a subject of the provider.
func (v *vouched) link(account, subject string) {
	d := v.who.Load()
	l := people.Lists{Schools: d.Schools(), Devices: d.Devices()}
	for _, a := range d.Everyone() {
		if a.Name == account {
			a.Identity = people.Identity{Issuer: v.far.Issuer, Subject: subject}
		}
		l.Accounts = append(l.Accounts, a)
	}
	v.who.Store(people.New(l))
}

// signIns counts the attempts of a result.
func (v *vouched) signIns(result string) float64 {
	families, err := v.metrics.Gather()
	require.NoError(v.t, err)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "campushub_api_sign_ins_total" && m.GetLabel()[0].GetValue() == result {
				return m.GetCounter().GetValue()
			}
		}
	}
	v.t.Errorf("nothing counts %s", result)
	return 0
}

// begins is a browser that goes to the provider, and what it asks there.
func (b *browser) begins(next string) *url.URL {
	b.t.Helper()
	status, header := b.heads(http.MethodGet, api.IdentityPath+"?next="+url.QueryEscape(next))
	require.Equal(b.t, http.StatusSeeOther, status)
	to, err := url.Parse(header.Get("Location"))
	require.NoError(b.t, err)
	return to
}

// says is the path of the hub that the provider sends a browser to whose owner
// says there who they are.
func (v *vouched) says(to *url.URL, subject string) string {
	v.t.Helper()
	require.Equal(v.t, v.far.Issuer, fmt.Sprintf("%s://%s", to.Scheme, to.Host))
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.PostForm(v.far.Issuer+"/authorize", url.Values{"asked": {to.RawQuery}, "subject": {subject}})
	require.NoError(v.t, err)
	_, _ = io.Copy(io.Discard, res.Body)
	require.NoError(v.t, res.Body.Close())
	back, err := res.Location()
	require.NoError(v.t, err)
	return back.RequestURI()
}

// signsIn goes the whole way in a browser.
func (v *vouched) signsIn(b *browser, subject, next string) shown {
	v.t.Helper()
	return b.get(v.says(b.begins(next), subject))
}
