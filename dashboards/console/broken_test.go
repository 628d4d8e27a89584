package console_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
	"example.org/campushub/devices"
)

// failing is a hub of which a part can be broken.
type failing struct {
	*hub
	*apitest.Engine
	office *office.Store
	// unread has closed incidents be unreadable, as where the journal's disk fails;
	// pages has the board answered by an error page, commands every command.
	unread, pages, commands atomic.Bool
	gone                    func() // the reader leaves while the incident is read
}

func (f *failing) Incident(ctx context.Context, id string) (alerting.Incident, error) {
	i, err := f.Engine.Incident(ctx, id)
	if err == nil && i.Resolved() && f.unread.Load() {
		return alerting.Incident{}, errors.New("disk I/O error")
	}
	if f.gone != nil {
		f.gone()
		return alerting.Incident{}, ctx.Err()
	}
	return i, err
}

func startFailing(t *testing.T) *failing {
	t.Helper()
	return startFailingWith(t, slog.New(slog.DiscardHandler))
}

// startFailingWith is the same with a log that is read.
func startFailingWith(t *testing.T, log *slog.Logger) *failing {
	t.Helper()
	dir := func() *people.Directory { return campus }
	reg := prometheus.NewRegistry()
	store, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	f := &failing{Engine: apitest.New(dir), office: store}
	server, err := api.New(api.Config{}, api.Deps{
		Engine: f, People: dir, Sessions: store, Passwords: checker, Readiness: f.Engine, Gatherer: reg, Metrics: reg, Log: log,
	})
	require.NoError(t, err)
	c, err := console.New(console.Config{}, server, log)
	require.NoError(t, err)
	pages := c.Handler()
	f.hub = &hub{t: t, engine: f.Engine, metrics: reg, http: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.pages.Load() && r.URL.Path == "/" || f.commands.Load() && r.Method == http.MethodPost {
			r.Method, r.URL.Path = http.MethodGet, "/no-such-page"
			w = answering{w, http.StatusInternalServerError}
		}
		pages.ServeHTTP(w, r)
	}))}
	f.stop = sync.OnceFunc(func() {
		f.http.CloseClientConnections()
		f.http.Close()
		_ = store.Close()
	})
	t.Cleanup(f.stop)
	return f
}

// answering has an answer bear another status.
type answering struct {
	http.ResponseWriter
	status int
}

func (a answering) WriteHeader(int) { a.ResponseWriter.WriteHeader(a.status) }

// board is the liaison's, with an incident on it.
func (f *failing) board() (tab, alerting.Incident) {
	i := press(f.hub, "b-1", devices.Emergency)
	b := f.tab("liaison-1")
	b.do(chromedp.EmulateViewport(1366, 768), chromedp.Navigate(f.http.URL+"/?selected="+i.ID), chromedp.WaitVisible(chromedp.CSS("#link.connected")))
	b.await(`document.querySelectorAll(".card").length === 1`, "one")
	return b, i
}

// attacked says that the attack stands on the board, and sounds.
const attacked = `document.querySelector(".card.g-critical[data-sound=critical]") !== null`

func TestABoardShowsAlarmsWhileNobodysSessionCanBeRead(t *testing.T) {
	f := startFailing(t)
	b, _ := f.board()
	require.NoError(t, f.office.Close())
	press(f.hub, "b-2", devices.Attack)
	b.await(`document.querySelectorAll(".card").length === 2`, "the attack is on the board")
	b.await(attacked, "and sounds")

	stranger, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.http.URL, http.NoBody)
	require.NoError(t, err)
	stranger.AddCookie(&http.Cookie{Name: "campushub_session", Value: "of-nobody"})
	answer, err := http.DefaultClient.Do(stranger)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, "/sign-in", answer.Request.URL.Path, "nobody else is let in")
}

func TestABoardShowsAlarmsWhileWhatIsSelectedCannotBeRead(t *testing.T) {
	f := startFailing(t)
	b, i := f.board()
	for _, c := range []alerting.Command{{Verb: alerting.VerbReset, Reason: "x"}, {Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal}} {
		c.Incident, c.Actor = i.ID, alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison}
		_, err := f.engine.Do(t.Context(), c)
		require.NoError(t, err)
	}
	f.unread.Store(true)
	press(f.hub, "b-2", devices.Attack)
	b.await(`document.querySelector("#detail").textContent.includes("详情暂时无法读取")`, "the page says what it lacks")
	b.await(attacked, "the attack is on the board, and sounds")
}

// Whoever closes the tab while the board is drawn for them is no fault of the hub's.
func TestAReaderWhoLeavesIsNoError(t *testing.T) {
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	f := startFailingWith(t, log)
	i := press(f.hub, "b-1", devices.Emergency)
	b := f.as("liaison-1", "zh")
	at, err := url.Parse(f.http.URL)
	require.NoError(t, err)
	ctx, leave := context.WithCancel(t.Context())
	f.gone = leave
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, f.http.URL+"/?selected="+i.ID, http.NoBody)
	for _, k := range b.client.Jar.Cookies(at) {
		r.AddCookie(k)
	}
	f.http.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
	require.ErrorIs(t, ctx.Err(), context.Canceled, "they were there when it began")
	assert.NotContains(t, said.String(), "level=ERROR")
	assert.NotContains(t, said.String(), "level=WARN")
}

func TestAnErrorIsNeverDrawnOverTheBoard(t *testing.T) {
	f := startFailing(t)
	b, i := f.board()
	f.pages.Store(true)
	press(f.hub, "b-2", devices.Attack)
	b.await(`!document.getElementById("lost").hidden`, "the page says that it is old")
	b.await(`document.querySelector("#i-`+i.ID+`") !== null`, "what stood there stands")
	f.pages.Store(false)
	b.await(attacked, "and what came meanwhile comes as soon as it can be read")
	b.await(`document.getElementById("lost").hidden`, "which it is then")
}

func TestACommandThatTheHubCouldNotTakeSaysSoAndLeavesTheBoard(t *testing.T) {
	f := startFailing(t)
	b, i := f.board()
	b.run(`const ask = fetch; window.asked = Date.now(); window.fetch = (...a) => ((window.asked = Date.now()), ask(...a))`)
	b.await(`Date.now() - window.asked > 1000`, "the receipts are through")
	b.run(`for (let timer = setTimeout(() => {}); timer > 0; timer--) clearInterval(timer)`) // nothing looks at the hub for another reason
	f.commands.Store(true)
	b.do(chromedp.KeyEvent("a"))
	b.await(`document.querySelector("#notice .refused")?.textContent.length > 4`, "in words")
	b.await(`document.querySelector("#link.connected") && document.getElementById("lost").hidden`, "the hub is there")
	b.await(`document.querySelector("#i-`+i.ID+`") !== null`, "and the card too")
	f.commands.Store(false)
	b.do(chromedp.KeyEvent("a"))
	b.await(`document.querySelector("#i-`+i.ID+`.taken") !== null`, "the same key signs")
}
