package console_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

const patience = time.Minute

// tab is a real browser: Chromium without a window, as wide as a phone.
type tab struct {
	t   *testing.T
	h   *hub
	ctx context.Context //nolint:containedctx // chromedp's tab is its context
}

func (h *hub) tab(account string, more ...chromedp.ExecAllocatorOption) tab {
	h.t.Helper()
	return h.tabOf(account, "#groups", more...)
}

// tabOf is a tab of an account whose first page has something else to wait for.
func (h *hub) tabOf(account, until string, more ...chromedp.ExecAllocatorOption) tab {
	h.t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"), chromedp.UserDataDir(h.t.TempDir()), chromedp.WindowSize(360, 780),
		chromedp.Flag("accept-lang", "zh-CN"), chromedp.Flag("disable-gpu", true),
	)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), append(opts, more...)...)
	h.t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	h.t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits for the browser's end
		closeTab()
	})
	b := tab{h.t, h, ctx}
	b.do(
		chromedp.Navigate(h.http.URL),
		chromedp.SendKeys(chromedp.CSS("#name"), account), chromedp.SendKeys(chromedp.CSS("#password"), apitest.Password),
		chromedp.Click(chromedp.CSS("button.main")), chromedp.WaitVisible(chromedp.CSS(until)),
	)
	return b
}

func (b tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

// await waits until an expression is true on the page.
func (b tab) await(expression, why string) {
	b.t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(20*time.Millisecond)))
	require.NoError(b.t, err, why)
}

func (b tab) run(script string) {
	b.t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("(() => { "+script+"; return true; })()"))
	require.NoError(b.t, err)
}

const (
	down = `document.querySelector(".raise-button").dispatchEvent(new PointerEvent("pointerdown", { button: 0 }))`
	up   = `document.querySelector(".raise-button").dispatchEvent(new PointerEvent("pointerup"))`
	said = `document.getElementById("raise-state").textContent`
)

func TestAPhoneIsHeldForOneSecond(t *testing.T) {
	h := start(t)
	b := h.tab("guard-1")
	b.do(chromedp.Navigate(h.http.URL + "/raise"))
	b.await(`document.querySelector(".raise-button")?.textContent === "按住 1 秒报警"`, "the script is there")

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
	h.stop()
	b.run(down)
	b.await(said+` === "报警未送出，请拨 110"`, "a failure is said, with what to do now")
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
