package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image/png"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/console"
	"example.org/campushub/devices"
)

// door is an address of a hub that can be shut, with every connection cut, and
// opened again.
type door struct {
	t       *testing.T
	address string
	handler http.Handler
	server  *http.Server
}

func (h *hub) door() *door {
	d := &door{t: h.t, address: "127.0.0.1:0", handler: h.http.Config.Handler}
	d.open()
	h.t.Cleanup(d.shut)
	return d
}

func (d *door) open() {
	d.t.Helper()
	var c net.ListenConfig
	l, err := c.Listen(context.Background(), "tcp", d.address)
	require.NoError(d.t, err)
	d.address = l.Addr().String()
	d.server = &http.Server{Handler: d.handler} //nolint:gosec // a browser of our own is all that calls
	go func() { _ = d.server.Serve(l) }()
}

func (d *door) shut() { _ = d.server.Close() }

const sinceWhen = `document.getElementById("since")?.textContent`

// The hub goes while the board is open, and the page is loaded again: the browser
// says in the reader's words since when there is no hub, and shows no alarm of
// before; when the hub is back, so is the page that was asked for.
func TestWithoutAHubABrowserSaysSinceWhen(t *testing.T) {
	h := start(t)
	d := h.door()
	b := h.tabAt("liaison-1", "http://"+d.address)
	i := press(h, "b-1", devices.Attack)
	b.await(`!!document.querySelector("#i-`+i.ID+`")`, "an alarm is open")
	b.await(`navigator.serviceWorker.controller?.state === "activated" && caches.match("/offline").then((a) => !!a)`, "the worker has its page")
	d.shut()
	b.await(`!document.getElementById("lost").hidden && /自 \d\d:\d\d:\d\d 起/.test(document.getElementById("lost").textContent)`, "the open page says since when")
	said := seen[string](b, `document.getElementById("lost").textContent.match(/\d\d:\d\d:\d\d/)[0]`)

	b.do(chromedp.Reload())
	b.await(sinceWhen+`?.startsWith("自 `+said[:5]+`")`, "and so does the one that is loaded without a hub: the same moment")
	b.await(`!document.body.textContent.includes("北门") && !document.querySelector(".card, .alarm")`, "with no alarm of before")
	b.await(`document.body.textContent.includes("电话联系学校") && document.documentElement.lang === "zh-Hans"`, "in the reader's words")
	b.await(`getComputedStyle(document.getElementById("since")).borderTopWidth === "2px"`, "drawn with its style sheet")

	closed := press(h, "b-2", devices.Attack)
	d.open()
	b.do(chromedp.WaitVisible(chromedp.CSS("#link.connected")))
	b.await(`location.pathname === "/" && !!document.querySelector("#i-`+closed.ID+`") && !!document.querySelector("#link.connected")`, "the page is back, as it is now")
}

// The worker keeps nothing of the hub's but what the page without it needs.
func TestTheWorkerKeepsNoPage(t *testing.T) {
	h := start(t)
	press(h, "b-1", devices.Attack)
	b := h.tab("liaison-1")
	b.await(`caches.match("/offline").then((a) => !!a)`, "it has its page")
	b.do(chromedp.Navigate(h.http.URL+"/incidents"), chromedp.WaitVisible(chromedp.CSS("#link.connected")))
	kept := seen[[]string](b, `(async () => {
		const out = [];
		for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) out.push(new URL(r.url).pathname);
		return out;
	})()`, chromedp.EvalAwaitPromise)
	require.Greater(t, len(kept), 2)
	for _, path := range kept {
		assert.True(t, path == "/offline" || strings.HasPrefix(path, "/assets/"), path)
	}
}

// The page that is kept is drawn with nothing that names or tells anything.
func TestThePageWithoutAHubIsInTheReadersWords(t *testing.T) {
	b := start(t).browser("zh")
	for at, words := range map[string]string{
		"/offline?lang=zh&audience=police":  "在此期间请电话联系学校",
		"/offline?lang=zh&audience=guards":  "请直接拨打 110",
		"/offline?lang=en&audience=parents": "Go by what the school tells you",
		"/offline?lang=en":                  "dial 110",
	} {
		page := b.get(at)
		assert.Equal(t, http.StatusOK, page.status)
		says(t, page.html, words)
		assert.Equal(t, !strings.Contains(at, "police") && !strings.Contains(at, "parents"), strings.Contains(page.html, "tel:110"), at)
		lacks(t, page.html, `action="/sign-out"`)
	}
}

// The console can be installed: it has a name in each language, the colours of its
// own style sheet, and pictures of the sizes that it says.
func TestTheConsoleCanBeInstalled(t *testing.T) {
	b := start(t).browser("zh")
	files, err := console.Embedded()
	require.NoError(t, err)
	for lang, name := range map[string]string{"zh": "校园安全联防", "en": "Campushub"} {
		got := b.get("/manifest.webmanifest?lang=" + lang)
		assert.Equal(t, "application/manifest+json", got.header.Get("Content-Type"))
		var m struct {
			Name       string `json:"name"`
			Lang       string `json:"lang"`
			Start      string `json:"start_url"`
			Display    string `json:"display"`
			Theme      string `json:"theme_color"`
			Background string `json:"background_color"`
			Icons      []struct{ Src, Sizes, Type, Purpose string }
		}
		require.NoError(t, json.Unmarshal([]byte(got.html), &m))
		assert.Equal(t, name, m.Name)
		assert.Equal(t, "/", m.Start)
		assert.Equal(t, "standalone", m.Display)
		assert.Contains(t, string(files["console.css"]), "--surface: "+m.Theme)
		masked := 0
		for _, i := range m.Icons {
			picture := b.get(i.Src)
			require.Equal(t, http.StatusOK, picture.status, i.Src)
			assert.Equal(t, i.Type, picture.header.Get("Content-Type"))
			if i.Purpose == "maskable" {
				masked++
			}
			if i.Type != "image/png" {
				continue
			}
			c, err := png.DecodeConfig(bytes.NewReader([]byte(picture.html)))
			require.NoError(t, err)
			w, h, _ := strings.Cut(i.Sizes, "x")
			assert.Equal(t, []string{w, h}, []string{strconv.Itoa(c.Width), strconv.Itoa(c.Height)}, i.Src)
		}
		assert.Equal(t, 1, masked)
	}
	page := b.get("/sign-in").html
	says(t, page, `rel="manifest" href="/manifest.webmanifest?lang=zh"`)
	says(t, page, `<meta name="theme-color" content="#191c1f" media="(prefers-color-scheme: dark)">`)
}
