package console_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
	"example.org/campushub/dashboards/console/browsertest"
)

// reached is web push for the officer and the parent.
type reached struct{}

func (reached) Key(a people.Account) (string, bool) {
	return "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM", a.Name == "officer-1" || a.Name == "parent-1"
}
func (reached) Subscribe(context.Context, string, api.Subscription, time.Time) error { return nil }
func (reached) Unsubscribe(context.Context, string, string) error                    { return nil }

// pushing is a hub with web push; what service workers say arrives.
func pushing(t *testing.T) (h *hub, receipts chan string) {
	t.Helper()
	receipts = make(chan string, 16)
	dir := func() *people.Directory { return campus }
	engine, log, reg := apitest.New(dir), slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	store, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	server, err := api.New(api.Config{}, api.Deps{
		Engine: engine, People: dir, Sessions: store, Passwords: checker, Readiness: engine, Push: reached{},
		Gatherer: reg, Metrics: reg, Log: log,
	})
	require.NoError(t, err)
	c, err := console.New(console.Config{}, server, log)
	require.NoError(t, err)
	pages := c.Handler()
	h = &hub{t: t, engine: engine, http: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gateway, ok := strings.CutPrefix(r.URL.Path, "/push/receipts/"); ok {
			body, _ := io.ReadAll(r.Body)
			receipts <- gateway + " " + string(body)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		pages.ServeHTTP(w, r)
	}))}
	h.stop = sync.OnceFunc(func() {
		h.http.CloseClientConnections()
		h.http.Close()
		_ = store.Close()
	})
	t.Cleanup(h.stop)
	return h, receipts
}

func TestOnlyWhoeverIsReachedIsOfferedNotifications(t *testing.T) {
	h, _ := pushing(t)
	says(t, h.as("officer-1", "zh").get("/").html, `id="notify" hidden`)
	says(t, h.as("officer-1", "zh").get("/").html, "本浏览器未开启通知。")
	lacks(t, h.as("guard-1", "zh").get("/").html, `id="notify"`)
	worker := h.browser("zh").get("/worker.js?lang=zh&title=x")
	assert.Equal(t, http.StatusOK, worker.status)
	assert.Equal(t, "text/javascript; charset=utf-8", worker.header.Get("Content-Type"))
	assert.Equal(t, "no-cache", worker.header.Get("Cache-Control"), "a browser looks for a newer one")
}

const control = `document.getElementById("notify")`

func TestNotificationsAreOffUntilSomebodyWantsThem(t *testing.T) {
	h, _ := pushing(t)
	b := h.tab("officer-1")
	b.await(control+`.dataset.state === "off" && !`+control+`.hidden`, "off by default")
	b.await(control+`.querySelector("button").textContent === "开启通知"`, "one click")
	registered := seen[int](b, `navigator.serviceWorker.ready.then((r) => r.pushManager.getSubscription()).then((s) => s ? 1 : 0)`, chromedp.EvalAwaitPromise)
	assert.Zero(t, registered, "nothing is subscribed before that")
}

func TestAPageWithoutEncryptionSaysThatItCannotNotify(t *testing.T) {
	h, _ := pushing(t)
	h.http.URL = strings.Replace(h.http.URL, "127.0.0.1", "hub.example.org", 1)
	b := h.tab("officer-1", chromedp.Flag("host-resolver-rules", "MAP hub.example.org 127.0.0.1"))
	b.await(control+`.dataset.state === "insecure" && `+control+`.textContent.includes("https")`, "said so")
	b.await(control+`.querySelector("button").hidden`, "and not offered")
}

// A push is shown, newest news first and one for each incident, and the hub
// hears that it arrived and that somebody opened it.
func TestAPushIsShownAndCalledBack(t *testing.T) {
	h, receipts := pushing(t)
	b := h.tab("officer-1")
	b.await(control+`.dataset.state === "off"`, "the script is there")
	_, err := chromedp.CallBrowser(b.Context(), cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
		Origin: h.http.URL, Permission: &cdpbrowser.PermissionDescriptor{Name: "notifications"}, Setting: cdpbrowser.PermissionSettingGranted,
	})
	require.NoError(t, err)
	registration := b.worker()
	push := func(number int, silent bool, text string) {
		t.Helper()
		data, err := json.Marshal(map[string]any{
			"gateway": "browsers", "incident": "i-1", "delivery": "d-1", "number": number, "token": "t",
			"silent": silent, "text": map[string]string{"zh": text, "en": "x"},
		})
		require.NoError(t, err)
		browsertest.Call(b.Tab, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{
			Origin: h.http.URL, RegistrationID: registration, Data: string(data),
		})
		assert.JSONEq(t, `{"incident":"i-1","delivery":"d-1","token":"t","status":"received"}`, heard(t, receipts))
	}

	push(2, false, "北门一键报警")
	assert.Equal(t, "2 北门一键报警 false", b.notified())
	push(1, false, "更早的消息")
	assert.Equal(t, "2 北门一键报警 false", b.notified(), "what was overtaken takes nothing's place")
	push(3, true, "静默")
	assert.Equal(t, "3 静默 true", b.notified(), "a silent one makes no sound")

	b.click()
	assert.JSONEq(t, `{"incident":"i-1","delivery":"d-1","token":"t","status":"read"}`, heard(t, receipts))
}

// A parent's browser is given a text and nothing else. The newest number of a
// school closes the one before it; what is of another school, or of a row that
// counts higher, stays, and nobody is called back.
func TestAParentsBrowserShowsTheReleasedText(t *testing.T) {
	h, receipts := pushing(t)
	b := h.tabOf("parent-1", "#notify")
	b.await(control+`.dataset.state === "off"`, "offered to parents")
	_, err := chromedp.CallBrowser(b.Context(), cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
		Origin: h.http.URL, Permission: &cdpbrowser.PermissionDescriptor{Name: "notifications"}, Setting: cdpbrowser.PermissionSettingGranted,
	})
	require.NoError(t, err)
	registration := b.worker()
	push := func(zh, en string) {
		t.Helper()
		data, err := json.Marshal(map[string]any{"text": map[string]string{"zh": zh, "en": en}})
		require.NoError(t, err)
		for range 4 { // a busy Chromium loses one now and then; the same text again is the same notification
			browsertest.Call(b.Tab, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{
				Origin: h.http.URL, RegistrationID: registration, Data: string(data),
			})
			if b.showsWithin(zh) {
				return
			}
		}
		require.FailNow(t, "not shown", zh)
	}
	push("【紫薇小学】第1号 10:00:请勿前来", "[Ziwei] No. 1")
	push("【紫薇小学】第1号 10:00:请勿前来", "[Ziwei] No. 1")
	push("【兰花小学】第1号 10:01:请勿前来", "[Lanhua] No. 1")
	push("【演练】【紫薇小学】第1号 10:01:请勿前来【演练】", "[DRILL] [Ziwei] No. 1 [DRILL]")
	push("【紫薇小学】第2号(代替第1号)10:20:情况已解除", "[Ziwei] No. 2")
	all := seen[[]string](b, `navigator.serviceWorker.getRegistration("/")
		.then((r) => r.getNotifications()).then((all) => all.map((n) => n.title + " " + n.body))`, chromedp.EvalAwaitPromise)
	assert.ElementsMatch(t, []string{
		"学校通知 【兰花小学】第1号 10:01:请勿前来", "学校通知 【演练】【紫薇小学】第1号 10:01:请勿前来【演练】", "学校通知 【紫薇小学】第2号(代替第1号)10:20:情况已解除",
	}, all)
	assert.Empty(t, receipts)
}

// showsWithin reports whether a notification with this text is there within 5 s.
func (b tab) showsWithin(text string) bool {
	b.t.Helper()
	there := seen[bool](b, `(async () => {
		const registration = await navigator.serviceWorker.getRegistration("/")
		for (let i = 0; i < 100; i++) {
			if ((await registration.getNotifications()).some((n) => n.body === `+strconv.Quote(text)+`)) return true
			await new Promise((later) => setTimeout(later, 50))
		}
		return false
	})()`, chromedp.EvalAwaitPromise)
	return there
}

// click opens the notification, as far as a script can: no window opens, which
// needs a hand.
func (b tab) click() {
	b.t.Helper()
	all, err := chromedp.Targets(b.Context())
	require.NoError(b.t, err)
	at := slices.IndexFunc(all, func(i *target.Info) bool { return i.Type == "service_worker" })
	require.GreaterOrEqual(b.t, at, 0, "the worker runs")
	worker, end := b.Beside(chromedp.WithTargetID(all[at].TargetID))
	defer end()
	browsertest.Read[bool](worker, `registration.getNotifications().then(([notification]) =>
		dispatchEvent(new NotificationEvent("notificationclick", { notification })))`, chromedp.EvalAwaitPromise)
}

func heard(t *testing.T, receipts chan string) string {
	t.Helper()
	select {
	case r := <-receipts:
		body, ok := strings.CutPrefix(r, "browsers ")
		require.True(t, ok, r)
		return body
	case <-time.After(patience):
		require.FailNow(t, "the worker did not call back")
		return ""
	}
}

// worker registers the page's own worker, as switching on does before it asks
// the push service, which there is none of here.
func (b tab) worker() serviceworker.RegistrationID {
	b.t.Helper()
	found := make(chan serviceworker.RegistrationID, 64)
	require.NoError(b.t, chromedp.Listen(b.Context(), func(ev any) {
		if e, ok := ev.(*serviceworker.EventWorkerRegistrationUpdated); ok {
			for _, r := range e.Registrations {
				if r.ScopeURL == b.h.http.URL+"/" && !r.IsDeleted {
					select {
					case found <- r.RegistrationID:
					default:
					}
				}
			}
		}
	}))
	browsertest.Call(b.Tab, serviceworker.Enable, cdp.Empty{})
	b.await(`(async () => !!(await navigator.serviceWorker.getRegistration("/"))?.active)()`, "the worker is ready")
	select {
	case id := <-found:
		return id
	case <-time.After(patience):
		require.FailNow(b.t, "no worker was registered")
		return ""
	}
}

// notified is what the browser shows now: one notification.
func (b tab) notified() string {
	b.t.Helper()
	shown := seen[[]string](b, `navigator.serviceWorker.getRegistration("/")
		.then((r) => r.getNotifications()).then((all) => all.map((n) => n.data.number + " " + n.body + " " + n.silent))`, chromedp.EvalAwaitPromise)
	require.Len(b.t, shown, 1, "one for each incident")
	return shown[0]
}
