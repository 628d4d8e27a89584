package console_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/devices"
)

const patience = time.Minute

// tab is a page of a real browser, as wide as a phone.
type tab struct {
	browsertest.Tab
	t *testing.T
	h *hub
}

func (h *hub) tab(account string, more ...chromedp.ExecAllocatorOption) tab {
	h.t.Helper()
	return h.tabOf(account, "#groups", more...)
}

// tabOf is a tab of an account whose first page has something else to wait for.
func (h *hub) tabOf(account, until string, more ...chromedp.ExecAllocatorOption) tab {
	h.t.Helper()
	return h.tabFrom(h.http.URL, account, until, more...)
}

// tabAt is a tab that reaches the hub at another address.
func (h *hub) tabAt(account, address string) tab { return h.tabFrom(address, account, "#groups") }

func (h *hub) tabFrom(address, account, until string, more ...chromedp.ExecAllocatorOption) tab {
	h.t.Helper()
	wide := []chromedp.ExecAllocatorOption{chromedp.WindowSize(360, 780)}
	b := tab{browsertest.Open(h.t, browsertest.Life, append(wide, more...)...), h.t, h}
	b.SignIn(address, account, apitest.Password, until)
	return b
}

func (b tab) do(steps ...chromedp.Action[chromedp.Void]) { b.t.Helper(); b.Do(steps...) }

func (b tab) await(expression, why string) { b.t.Helper(); b.Await(expression, why) }

func (b tab) run(script string) { b.t.Helper(); b.Run(script) }

// seen is what an expression is on the page.
func seen[T any](b tab, expression string, how ...chromedp.EvaluateOption) T {
	b.t.Helper()
	return browsertest.Read[T](b.Tab, expression, how...)
}

const (
	down = `document.querySelector(".raise-button").dispatchEvent(new PointerEvent("pointerdown", { button: 0 }))`
	up   = `document.querySelector(".raise-button").dispatchEvent(new PointerEvent("pointerup"))`
	said = `document.getElementById("raise-state").textContent`
	// choose says where the guard stands.
	choose = `const place = document.getElementById("raise-place"); place.selectedIndex = 1; place.dispatchEvent(new Event("change"))`
)

func TestAPhoneIsHeldForOneSecond(t *testing.T) {
	h := start(t)
	b := h.tab("guard-1")
	b.do(chromedp.Navigate(h.http.URL + "/raise"))
	b.await(`document.querySelector(".raise-button")?.textContent === "按住 1 秒报警"`, "the script is there")

	b.run(down)
	b.await(said+`.startsWith("请先选择地点")`, "nobody knows where the guard stands: the page asks, and guesses nothing")
	assert.Empty(t, h.engine.Unresolved())
	b.do(chromedp.Navigate(h.http.URL + "/raise"))
	b.await(`document.querySelector(".raise-button")?.textContent === "按住 1 秒报警"`, "the script is there")
	b.run(choose)

	b.run(down + "; window.let = setTimeout(() => { " + up + "; window.over = Date.now() }, 500)")
	b.await(`window.over && Date.now() - window.over > 1000`, "let go in time")
	assert.Empty(t, h.engine.Unresolved(), "half a second calls nobody")

	b.run(down)
	b.await(said+` === "已记录"`, "the same words as the button's light")
	require.Len(t, h.engine.Unresolved(), 1)
	i := h.engine.Unresolved()[0]
	assert.Equal(t, devices.Live, i.Mode)
	_, err := h.engine.Do(t.Context(), alerting.Command{
		Incident: i.ID, Verb: alerting.VerbAcknowledge, Actor: alerting.Actor{Name: "liaison-1", Role: alerting.RoleLiaison},
	})
	require.NoError(t, err)
	b.await(said+` === "警方已签收"`, "the police have it")
}

func TestAPhoneSaysThatNothingWentOut(t *testing.T) {
	h := start(t)
	b := h.tab("guard-1")
	b.do(chromedp.Navigate(h.http.URL + "/raise"))
	b.await(`document.querySelector(".raise-button")?.textContent === "按住 1 秒报警"`, "the script is there")
	b.run(choose)
	h.stop()
	b.run(down)
	b.await(said+` === "报警未送出，请拨 110"`, "a failure is said, with what to do now")
	b.await(`!document.querySelector(".raise-button").disabled && document.querySelector(".call-110").getBoundingClientRect().height > 60`, "the button works on, and 110 is as large")
	b.await(`JSON.parse(localStorage.getItem("campushub-alarm")).id.length === 36`, "the alarm is kept")
}

// A hub that does not answer: at once there is a word, soon what to do; the
// alarm goes out by itself when the hub is back, and once.
func TestAPhoneKeepsItsAlarmForAFrozenHub(t *testing.T) {
	h := start(t)
	f := h.freezer()
	b := h.tabAt("guard-1", f.url)
	b.do(chromedp.Navigate(f.url + "/raise"))
	b.await(`document.querySelector(".raise-button")?.textContent === "按住 1 秒报警"`, "the script is there")
	b.run(choose)
	b.run(`window.heard = []; new MutationObserver(() => window.heard.push([Date.now(), ` + said + `])).observe(document.getElementById("raise-state"), { childList: true, characterData: true, subtree: true })`)
	f.freeze()
	b.run(down)
	b.await(said+` === "报警未送出，请拨 110"`, "what to do now")
	b.await(`window.heard[0][1].startsWith("正在发送") && window.heard.some((h) => h[1] === "报警未送出，请拨 110")`, "there was a word at once")
	f.thaw()
	b.await(said+` === "已记录"`, "it went out by itself")
	assert.Len(t, h.engine.Unresolved(), 1, "once")
	b.await(`localStorage.getItem("campushub-alarm") === null`, "and is kept no longer")
}

// The whole button is on a small phone's first screen.
func TestTheAlarmButtonIsOnTheFirstScreen(t *testing.T) {
	h := start(t)
	b := h.tab("guard-1", chromedp.WindowSize(360, 740))
	b.do(chromedp.EmulateViewport(360, 740), chromedp.Navigate(h.http.URL+"/raise"))
	b.await(`document.querySelector(".raise-button")?.textContent === "按住 1 秒报警"`, "the script is there")
	b.await(`document.querySelector(".raise-button").getBoundingClientRect().bottom <= innerHeight && innerHeight <= 740`, "wholly visible")
	b.await(`document.documentElement.scrollWidth <= 360`, "and nothing is wider")
}

// One tap each, in a page that does not reload: the tapped button's own value
// is what is sent.
func TestAFactIsOneTap(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	b := h.tab("guard-1")
	b.do(chromedp.Navigate(h.http.URL + "/incidents/" + i.ID))
	for _, fact := range []string{"armed", "injured"} {
		tap := `.facts button[value="` + fact + `"]`
		b.do(chromedp.WaitVisible(chromedp.CSS(tap)))
		b.run(`document.querySelector('` + tap + `').click()`)
		b.await(`document.querySelector('`+tap+`').getAttribute("aria-pressed") === "true"`, fact)
	}
	got, err := h.engine.Incident(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Equal(t, []string{alerting.FactArmed, alerting.FactInjured}, got.Facts)
}
