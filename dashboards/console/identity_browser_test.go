package console_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/console/browsertest"
	"example.org/campushub/dashboards/identity/identitytest"
)

// stranger is a tab of a browser in which nobody is signed in.
func (h *hub) stranger() tab {
	h.t.Helper()
	return tab{browsertest.Open(h.t, browsertest.Life, chromedp.WindowSize(360, 780)), h.t, h}
}

// atProvider says to the provider, which to a browser is another site, who
// somebody is.
func (b tab) atProvider(far *identitytest.Provider, subject string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(".otherwise a")), chromedp.Click(chromedp.CSS(".otherwise a")), chromedp.WaitVisible(chromedp.CSS("#subject")))
	b.await(`location.origin === "`+far.Issuer+`"`, "at the provider")
	b.do(chromedp.SendKeys(chromedp.CSS("#subject"), subject), chromedp.Click(chromedp.CSS("#let")))
}

// signOut is on the pages of whoever is signed in.
const signOut = `form[action="/sign-out"]`

// A whole sign-in in a browser, from the page that was asked for, over the
// provider, back to it; again once the page's worker is there; and what is said
// where the provider does not let somebody in.
func TestABrowserSignsInByTheProvider(t *testing.T) {
	v := startVouched(t)
	v.far.Be(identitytest.Faults{Token: named("officer-1")})
	b := v.stranger()
	b.do(chromedp.Navigate(v.http.URL + "/devices"))
	for range 2 {
		b.do(chromedp.Navigate(v.http.URL + "/today"))
		b.atProvider(v.far, "u-1")
		b.do(chromedp.WaitReady(chromedp.CSS(signOut)))
		b.await(`location.pathname === "/today" && document.readyState === "complete"`, "the page that was asked for")
		b.await(`location.origin === "`+v.http.URL+`" && !document.cookie.includes("campushub")`, "no script reads a cookie")
		b.await(`navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready.then(() => true)`, "the worker is there")
		b.do(chromedp.Navigate(v.http.URL + "/today"))
		b.await(`location.pathname === "/today"`, "and stays so")
		b.run("document.querySelector(`" + signOut + "`).requestSubmit()")
		b.do(chromedp.WaitVisible(chromedp.CSS("#password")))
		b.await(`location.pathname === "/sign-in" && document.readyState === "complete"`, "out")
	}
	assert.InDelta(t, 2, v.signIns("ok"), 0)

	b.do(chromedp.Click(chromedp.CSS(".otherwise a")), chromedp.WaitVisible(chromedp.CSS("#cancel")), chromedp.Click(chromedp.CSS("#cancel")), chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
	b.await(`location.pathname === "/sign-in/oidc/return" && document.querySelector("[role=alert]").textContent.includes("没有让您登录")`, "why not")
	b.do(chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
	b.await(`document.querySelector("[role=alert]")?.textContent.includes("本次登录已失效")`, "once is once")
	b.atProvider(v.far, "u-1")
	b.do(chromedp.WaitReady(chromedp.CSS(signOut)))
	b.await(`location.pathname === "/"`, "and on from there")
}

// Pictures of the page for signing in, with the provider there, gone, and where it
// let nobody in, for who looks at them.
func TestPicturesOfSigningIn(t *testing.T) {
	dir := os.Getenv(picturesFolder)
	if dir == "" {
		t.Skip("nobody asked for pictures")
	}
	v := startVouched(t)
	gone := startVouchedWith(t, identitytest.Faults{Down: true})
	b := v.stranger()
	for _, p := range []struct{ name, at, scheme string }{
		{"there", v.http.URL + "/sign-in", "light"}, {"gone", gone.http.URL + "/sign-in", "light"}, {"refused", v.http.URL + "/sign-in/oidc/return?state=x", "light"},
		{"there-dark", v.http.URL + "/sign-in", "dark"}, {"refused-dark", v.http.URL + "/sign-in/oidc/return?state=x", "dark"},
	} {
		for _, wide := range []bool{true, false} {
			width, height, name := int64(360), int64(780), p.name+"-phone.png"
			if wide {
				width, height, name = 1366, 900, p.name+"-wide.png"
			}
			b.do(chromedp.EmulateViewport(width, height))
			browsertest.Call(b.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: p.scheme}}})
			b.do(chromedp.Navigate(p.at))
			got, err := chromedp.Call(b.Context(), page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), got.Data, 0o600))
		}
	}
}
