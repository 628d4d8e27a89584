package console_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices"
)

// connected is true of a page that follows the stream.
const connected = `!!document.querySelector("#link.connected")`

// beside opens one more tab of the same browser.
func (b tab) beside(address string) (other tab, closeTab func()) {
	b.t.Helper()
	beside, closeTab := b.Beside()
	other = tab{beside, b.t, b.h}
	other.do(chromedp.Navigate(address))
	return other, closeTab
}

// streams awaits that the hub has so many event streams open.
func (h *hub) streams(want float64, why string) {
	h.t.Helper()
	require.EventuallyWithT(h.t, func(t *assert.CollectT) {
		families, err := h.metrics.Gather()
		require.NoError(t, err)
		for _, f := range families {
			if f.GetName() == "campushub_api_streams" {
				assert.InDelta(t, want, f.GetMetric()[0].GetGauge().GetValue(), 0)
			}
		}
	}, patience, 20*time.Millisecond, why)
}

// hide has a page believe that nobody sees it, or that somebody does.
func (b tab) hide(hidden bool) {
	b.t.Helper()
	state := map[bool]string{true: "hidden", false: "visible"}[hidden]
	b.run(`Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "` + state + `" }); document.dispatchEvent(new Event("visibilitychange"))`)
}

// Over plain HTTP a browser has six connections to a hub: its tabs share one
// stream, and the first of nine signs as if it were alone.
func TestTheFirstOfNineTabsSigns(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	b := h.tab("liaison-1")
	b.await(connected, "the first")
	var closing []func()
	for _, path := range []string{"/incidents/" + i.ID, "/incidents", "/today", "/", "/incidents/" + i.ID, "/today", "/", "/incidents"} {
		other, closeTab := b.beside(h.http.URL + path)
		other.await(connected, path)
		closing = append(closing, closeTab)
	}
	h.streams(1, "one for them all")
	ctx, stop := context.WithTimeout(b.Context(), 10*time.Second)
	defer stop()
	require.NoError(t, chromedp.Do(ctx, chromedp.KeyEvent("a")))
	require.Eventually(t, func() bool {
		got, err := h.engine.Incident(t.Context(), i.ID)
		return err == nil && got.State == alerting.StateAcknowledged
	}, 10*time.Second, 20*time.Millisecond, "signed")
	for _, f := range closing {
		f()
	}
	press(h, "b-2", devices.Fire)
	b.await(`document.querySelectorAll(".card").length === 2`, "the stream is there for who is left")
	b.do(chromedp.Navigate("about:blank"))
	h.streams(0, "and nobody's once nobody is left")
}

// spied counts the tones that a page plays, and notes what it asks for to draw itself.
const spied = `window.tones = 0; window.asked = []
const Tone = window.OscillatorNode
window.OscillatorNode = class extends Tone { constructor(...a) { super(...a); window.tones++ } }
const get = window.fetch
window.fetch = (address, ...more) => { const { pathname } = new URL(address, location.href); if (more[0]?.signal) window.asked.push(pathname); return get(address, ...more) }`

// spy has every page that a tab opens from now on be spied on.
func (b tab) spy() {
	b.t.Helper()
	browsertest.Call(b.Tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: spied})
}

// A page that nobody sees sounds, says in its title how many are open, and asks
// for no more than that; seen again it is drawn anew.
func TestAPageThatNobodySeesSounds(t *testing.T) {
	h := startOn(t, nil, aFleet())
	b := h.tab("officer-1", chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	b.spy()
	for n, path := range []string{"/devices", "/today"} {
		open := string(rune('1' + n))
		b.do(chromedp.Navigate(h.http.URL + path))
		b.await(connected+` && window.asked.length > 0 && document.getElementById("sound").hidden`, path)
		b.hide(true)
		b.run(`window.tones = 0; window.asked = []; window.title = document.title.replace(/^\(\d+\) /, "")`)
		press(h, []string{"b-1", "b-2"}[n], []devices.Alarm{devices.Fire, devices.Attack}[n])
		b.await(`window.tones > 0 && document.title === "(`+open+`) " + window.title && `+connected, path)
		b.await(`window.asked.every((path) => path === "/alarms")`, "and the page itself is not asked for")
		b.hide(false)
		b.await(`window.asked.includes("`+path+`")`, "drawn anew")
	}
}

// Who signs out in one tab is out in all of them, also where nobody sees them.
func TestSigningOutInOneTabLeadsTheOthersOut(t *testing.T) {
	h := start(t)
	b := h.tab("officer-1")
	unseen, _ := b.beside(h.http.URL + "/today")
	last, _ := b.beside(h.http.URL + "/incidents")
	for _, of := range []tab{b, unseen, last} {
		of.await(connected, "all are in")
	}
	unseen.hide(true)
	last.run(`setTimeout(() => document.querySelector('form[action="/sign-out"] button').click())`)
	for _, of := range []tab{b, unseen} {
		of.do(chromedp.WaitVisible(chromedp.CSS("#password")))
	}
	h.streams(0, "nobody is left")
}

// Somebody else signs in: their page has a stream of their own, and a page that
// the hub gives them from then on leaves the other one.
func TestAnotherAccountHasItsOwnStream(t *testing.T) {
	h := start(t)
	b := h.tab("liaison-1")
	b.await(connected, "the liaison's")
	other, _ := b.beside(h.http.URL + "/incidents")
	seen[int](other, `fetch("/sign-in", { method: "POST", body: new URLSearchParams({ name: "officer-1", password: "`+apitest.Password+`" }) }).then((r) => r.status)`, chromedp.EvalAwaitPromise)
	other.do(chromedp.Navigate(h.http.URL + "/"))
	other.await(connected, "the officer's")
	h.streams(2, "each their own")
	press(h, "b-1", devices.Fire)
	b.await(`document.getElementById("link").dataset.account === "officer-1" && `+connected, "the hub gives the page to the officer")
	h.streams(1, "and the liaison's stream is nobody's")
}

// Of many tabs that nobody sees one asks at once, and the others one after the
// other: what somebody does meanwhile waits for none of them. One tab sounds for
// them all; where it is closed another one does.
func TestTabsThatNobodySeesTakeTurns(t *testing.T) {
	h := start(t)
	b := h.tab("officer-1", chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	b.spy()
	all := []tab{b}
	for range 2 {
		other, _ := b.beside("about:blank")
		other.spy()
		all = append(all, other)
	}
	b.do(chromedp.Navigate(h.http.URL + "/"))
	b.await(connected+` && document.getElementById("sound").hidden`, "it follows, and may sound")
	for _, of := range all[1:] {
		of.do(chromedp.Navigate(h.http.URL + "/incidents"))
		of.await(connected+` && document.getElementById("sound").hidden`, "it follows, and may sound")
		of.hide(true)
		of.run(`new MutationObserver(() => { window.came ||= Date.now() }).observe(document.getElementById("alarms"), { childList: true })`)
	}
	b.run(`new MutationObserver(() => { if (document.querySelector(".card")) window.came ||= Date.now() }).observe(document.body, { childList: true, subtree: true })`)
	press(h, "b-1", devices.Fire)
	var came []float64
	for _, of := range all {
		of.await(`!!window.came`, "it came")
		came = append(came, seen[float64](of, `window.came`))
	}
	assert.Greater(t, came[1]-came[0], 500.0, "who sees it comes first")
	assert.Greater(t, came[2]-came[0], 500.0)
	tones := func(of tab) float64 { return seen[float64](of, `window.tones`) }
	b.await(`window.tones > 0`, "the first sounds")
	assert.Zero(t, tones(all[1])+tones(all[2]), "and nobody else")
	b.do(chromedp.Navigate("about:blank"))
	require.Eventually(t, func() bool { return tones(all[1])+tones(all[2]) > 0 }, patience, 20*time.Millisecond, "one sounds for them both")
	assert.Zero(t, min(tones(all[1]), tones(all[2])), "one")
}
