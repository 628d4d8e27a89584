package console_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
	"example.org/campushub/dashboards/console/browsertest"
)

const axeFolder = "testdata/axe"

// longLife is for some hundred looks at pages.
const longLife = 15 * time.Minute

// axe is axe-core as it was published.
func axe(t *testing.T) string {
	t.Helper()
	sums, err := os.ReadFile(filepath.Join(axeFolder, "SHA256SUMS"))
	require.NoError(t, err)
	for line := range strings.Lines(string(sums)) {
		want, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		require.True(t, ok, line)
		b, err := os.ReadFile(filepath.Join(axeFolder, name))
		require.NoError(t, err)
		got := sha256.Sum256(b)
		require.Equal(t, want, hex.EncodeToString(got[:]), name)
	}
	b, err := os.ReadFile(filepath.Join(axeFolder, "axe.min.js"))
	require.NoError(t, err)
	return string(b)
}

func TestNoBinaryCarriesAxe(t *testing.T) {
	files, err := console.Embedded()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for name, b := range files {
		assert.NotContains(t, string(b), "Deque Systems", name)
	}
}

// opening is a page as somebody opens it; on a phone too, where it is for those
// who have nothing else at hand.
type opening struct {
	as, at string
	phone  bool
}

// openings of everything that answers a GET. What is no page has none.
func (b busy) openings() map[string][]opening {
	at := "/incidents/" + b.attack.ID
	b.issued()
	const phone = true
	return map[string][]opening{
		"GET /{$}": {
			{"liaison-1", "/", false}, {"guard-1", "/", phone}, {"officer-1", "/?selected=" + b.over.ID, false}, {"named-1", "/?selected=" + b.hidden.ID, false},
			{"admin-1", "/", false}, {"parent-1", "/", phone}, {"staff-1", "/", phone}, {"volunteer-1", "/", phone},
		},
		"GET /alarms":    {{"officer-1", "/alarms", false}},
		"GET /incidents": {{"officer-1", "/incidents", false}},
		"GET /incidents/{id}": {
			{"liaison-1", at, false}, {"guard-1", at, phone}, {"officer-1", "/incidents/" + b.over.ID, false}, {"named-1", "/incidents/" + b.hidden.ID, false},
		},
		"GET /incidents/{id}/review":           {{"officer-1", "/incidents/" + b.over.ID + "/review", false}, {"liaison-1", at + "/review", false}},
		"GET /incidents/{id}/release":          {{"officer-1", at + "/release", false}, {"liaison-1", at + "/release", false}},
		"GET /plans/{school}/{plan}/{version}": nil,
		"GET /notices":                         {{"parent-1", "/notices", phone}},
		"GET /subscriptions":                   {{"officer-1", "/subscriptions", phone}},
		"GET /parent":                          {{"subscriber", "/parent", phone}},
		"GET /parent/subscribe":                {{"", "/parent/subscribe", phone}},
		"GET /parent/code":                     {{"proving", "/parent/code", phone}},
		"GET /parent/stream":                   nil,
		"GET /headcounts":                      {{"staff-1", "/headcounts", phone}},
		"GET /deliveries":                      {{"officer-1", "/deliveries", false}},
		"GET /audit":                           {{"officer-1", "/audit", false}, {"admin-1", "/audit", false}},
		"GET /false-alarms":                    {{"officer-1", "/false-alarms", false}},
		"GET /raise":                           {{"guard-1", "/raise", phone}},
		"GET /devices":                         {{"officer-1", "/devices", false}},
		"GET /devices/{school}/{device}":       {{"officer-1", "/devices/" + apitest.School + "/b-3", false}},
		"GET /gates":                           {{"officer-1", "/gates", false}},
		"GET /today":                           {{"officer-1", "/today", false}, {"liaison-1", "/today", true}},
		"GET /accounts":                        {{"admin-1", "/accounts", true}},
		"GET /accounts/{name}":                 {{"admin-1", "/accounts/guard-1", true}, {"admin-1", "/accounts/admin-1", false}, {"admin-1", "/accounts/named-1", false}},
		"GET /password":                        {{"guard-1", "/password", phone}},
		"GET /tokens":                          {{"admin-1", "/tokens", true}},
		"GET /tokens/{name}":                   {{"admin-1", "/tokens/gate-system", true}, {"admin-1", "/tokens/old-one", false}},
		"GET /people":                          {{"officer-1", "/people", true}, {"liaison-1", "/people", true}},
		"GET /map":                             {{"named-1", "/map", true}, {"liaison-1", "/map", false}},
		"GET /configuration":                   {{"admin-1", "/configuration", true}, {"officer-1", "/configuration", false}},
		"GET /hub":                             {{"admin-1", "/hub", false}},
		"GET /styleguide":                      {{"admin-1", "/styleguide", true}},
		"GET /drills":                          {{"officer-1", "/drills", false}},
		"GET /drills/{id}":                     {{"officer-1", "/drills/d-1", false}, {"guard-1", "/drills/d-1", phone}},
		"GET /drills/{id}/release":             {{"officer-1", "/drills/d-1/release?school=" + apitest.School, false}},
		"GET /posts":                           {{"officer-1", "/posts", false}},
		"GET /posts/day":                       {{"officer-1", "/posts/day", false}},
		"GET /posts/{id}/code.png":             nil,
		"GET /roster":                          {{"officer-1", "/roster", false}},
		"GET /shift":                           {{"guard-1", "/shift", phone}, {"volunteer-1", "/shift", phone}},
		"GET /hazards":                         {{"guard-1", "/hazards", phone}, {"officer-1", "/hazards", false}},
		"GET /hazards/{id}":                    {{"guard-1", b.found, phone}, {"guard-1", b.bare, phone}, {"officer-1", b.found, false}},
		"GET /sign-in":                         {{"", "/sign-in", phone}},
		"GET /sign-in/oidc":                    nil,
		"GET /sign-in/oidc/return":             nil, // but for whom it refuses, below
		"GET /worker.js":                       nil,
		"GET /manifest.webmanifest":            nil,
		"GET /offline":                         {{"", "/offline?audience=police", phone}, {"", "/offline?audience=guards", phone}},
		"GET /assets/{version}/{name}":         nil,
		"what is not there":                    {{"", "/sign-in/oidc/return?state=none", phone}, {"guard-1", "/incidents/none", phone}},
	}
}

// looker goes through the pages in one language, in a tab of its own.
type looker struct {
	tab
	b        busy
	lang     string
	sessions map[string][]*http.Cookie
	looked   int
}

// Every page that the console has, in both themes and languages, on a desk's
// screen, and on a phone where people have nothing else at hand: axe-core finds
// no breach of WCAG 2.2 AA. Whatever is typed into or unfolded on a page that is
// drawn anew has an id, by which it is met again.
func TestEveryPageIsFreeOfAxesViolations(t *testing.T) {
	b := startBusy(t)
	pages := b.openings()
	known := map[string]bool{"what is not there": true}
	for _, pattern := range b.patterns {
		if strings.HasPrefix(pattern, "GET ") {
			known[pattern] = true
			assert.Contains(t, pages, pattern, "a page that nobody looks at")
		}
	}
	for pattern := range pages {
		assert.True(t, known[pattern], "%s is no route", pattern)
	}
	source := axe(t)
	first := browsertest.Open(t, longLife)
	t.Run("pages", func(t *testing.T) {
		for _, lang := range []string{"zh", "en"} {
			alone, _ := first.Beside(chromedp.WithNewBrowserContext())
			t.Run(lang, func(t *testing.T) {
				t.Parallel()
				l := &looker{tab: tab{alone.For(t), t, b.hub}, b: b, lang: lang, sessions: map[string][]*http.Cookie{}}
				l.begin(source)
				for pattern, all := range pages {
					for _, o := range all {
						l.open(pattern, o)
					}
				}
				l.planted()
				t.Logf("%d looks", l.looked)
			})
		}
	})
}

func (l *looker) begin(source string) {
	browsertest.Call(l.Tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: source})
	browsertest.Call(l.Tab, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": l.lang}})
}

// become gives the tab an account's session; "" is nobody's.
func (l *looker) become(account string) {
	if account == "" {
		browsertest.Call(l.Tab, network.ClearBrowserCookies, struct{}{})
		return
	}
	if l.sessions[account] == nil {
		at, err := url.Parse(l.h.http.URL + "/parent")
		require.NoError(l.t, err)
		l.sessions[account] = l.h.whoever(account, l.lang).client.Jar.Cookies(at)
	}
	for _, k := range l.sessions[account] {
		browsertest.Call(l.Tab, network.SetCookie, network.SetCookieParams{Name: k.Name, Value: k.Value, URL: l.h.http.URL})
	}
}

func (l *looker) open(pattern string, o opening) {
	l.do(chromedp.Navigate("about:blank")) // the page before asks no more, as somebody else
	l.become(o.as)
	l.do(chromedp.EmulateViewport(1366, 900), chromedp.Navigate(l.h.http.URL+o.at))
	l.await(`document.readyState === "complete" && document.documentElement.lang === "`+map[string]string{"zh": "zh-Hans", "en": "en"}[l.lang]+`"`, o.at)
	l.pictures(pattern, o)
	l.run(`document.querySelectorAll("details").forEach((d) => (d.open = true))`)
	name := pattern + " as " + o.as + " in " + l.lang
	at := seen[string](l.tab, "location.pathname")
	require.Equal(l.t, strings.Split(o.at, "?")[0], at, "%s leads elsewhere", name)
	assert.Empty(l.t, l.unnamed(), "%s: without an id of its own", name)
	for _, theme := range []string{"light", "dark"} {
		l.theme(theme)
		if pattern == "GET /styleguide" { // it has all that the other pages are made of
			l.media(theme, "more")
			assert.Empty(l.t, l.look(), "%s, %s, with more contrast", name, theme)
			l.theme(theme)
		}
		assert.Empty(l.t, l.look(), "%s, %s, on a desk", name, theme)
		if o.phone {
			l.do(chromedp.EmulateViewport(360, 780))
			assert.Empty(l.t, l.look(), "%s, %s, on a phone", name, theme)
			l.do(chromedp.EmulateViewport(1366, 900))
		}
	}
}

func (l *looker) theme(name string) { l.media(name, "no-preference") }

func (l *looker) media(theme, contrast string) {
	browsertest.Call(l.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-contrast", Value: contrast},
	}})
}

// look runs axe, and gives a line for each element that breaks a rule.
func (l *looker) look() []string {
	l.t.Helper()
	l.looked++
	found := seen[[]string](l.tab, `axe.run(document, {
		runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"] },
		rules: { "target-size": { enabled: true } }, resultTypes: ["violations"],
	}).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + ": " + n.any.concat(n.all, n.none).map((c) => c.message).join("; "))))`, chromedp.EvalAwaitPromise)
	return found
}

// unnamed lists what is typed into or unfolded on a page that is drawn anew and
// would not be met again, and ids that two elements have.
func (l *looker) unnamed() []string {
	l.t.Helper()
	found := seen[[]string](l.tab, `(() => {
		const typed = 'input:not([type="hidden"]), select, textarea';
		const ids = [...document.querySelectorAll("[id]")].map((e) => e.getAttribute("id"));
		const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
		const anew = document.querySelector("script[src$='console.js']") || Number(document.body.dataset.renew);
		if (!anew) return twice;
		return twice.concat([...document.querySelectorAll("#main details, #main form")]
			.filter((e) => !e.getAttribute("id") && (e.nodeName === "DETAILS" || (!e.closest("details[id]") && [...e.querySelectorAll(typed)].some((f) => !f.id))))
			.map((e) => e.outerHTML.slice(0, 120)));
	})()`)
	return found
}

// planted puts breaches on a page: whoever looks finds them.
func (l *looker) planted() {
	l.run(`document.body.insertAdjacentHTML("beforeend", '<img src="x"><button id="mute"></button><p id="pale">pale</p><div><input id="a"></div>');
		Object.assign(document.getElementById("pale").style, { color: "#777", background: "#888" })`)
	all := strings.Join(l.look(), "\n")
	for _, rule := range []string{"image-alt: img", "button-name: #mute", "color-contrast: #pale", "label: #a"} {
		assert.Contains(l.t, all, rule)
	}
}
