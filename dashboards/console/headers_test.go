package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/dashboards/console"
)

// heads asks as a browser does, and follows nothing: a stream has no end, its
// head has.
func (b *browser) heads(method, path string) (int, http.Header) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.h.http.URL+path, nil)
	require.NoError(b.t, err)
	if method == http.MethodPost && !strings.HasPrefix(path, "/api/") {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "text/html")
	direct := *b.client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := direct.Do(req)
	require.NoError(b.t, err)
	require.NoError(b.t, res.Body.Close())
	return res.StatusCode, res.Header
}

// directives of a content security policy, by name.
func directives(policy string) map[string]string {
	out := map[string]string{}
	for d := range strings.SplitSeq(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
		out[name] = value
	}
	return out
}

// The policies of what is opened by itself and was handed in by somebody: nothing
// in it runs. A school's drawing styles itself.
const (
	picture = "default-src 'none'; frame-ancestors 'none'; sandbox"
	drawing = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
)

var pagePolicy = map[string]string{
	"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:", "font-src": "'self'",
	"connect-src": "'self'", "worker-src": "'self'", "manifest-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
}

const forEver = "max-age=31536000, immutable"

// secured holds that an answer has every header that it is to have. What may be
// kept is said; everything else is kept nowhere.
func secured(t *testing.T, of string, got http.Header, policy map[string]string, cached string) {
	t.Helper()
	assert.Equal(t, policy, directives(got.Get("Content-Security-Policy")), of)
	assert.Len(t, got.Values("Content-Security-Policy"), 1, of)
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
	} {
		assert.Equal(t, []string{want}, got.Values(name), "%s of %s", name, of)
	}
	if cached == "" {
		assert.Contains(t, got.Get("Cache-Control"), "no-store", of)
		return
	}
	assert.Equal(t, cached, got.Get("Cache-Control"), of)
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// Every page, asset and route answers with the product's headers, whoever asks,
// and whether there is what is asked for.
func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	b := startBusy(t)
	signedIn := map[string]*browser{"": b.browser("zh")}
	as := func(account string) *browser {
		if signedIn[account] == nil {
			signedIn[account] = b.whoever(account, "zh")
		}
		return signedIn[account]
	}
	for pattern, all := range b.openings() {
		for _, o := range all {
			status, got := as(o.as).heads(http.MethodGet, o.at)
			if pattern != "what is not there" {
				assert.Equal(t, http.StatusOK, status, o.at)
			}
			secured(t, o.at+" as "+o.as, got, pagePolicy, "")
		}
	}
	page := as("officer-1").get("/incidents/" + b.attack.ID).html
	version := regexp.MustCompile(`/assets/([0-9a-f]+)/`).FindStringSubmatch(page)
	require.Len(t, version, 2)
	files, err := console.Embedded()
	require.NoError(t, err)
	for name := range files {
		status, got := as("").heads(http.MethodGet, "/assets/"+version[1]+"/"+name)
		assert.Equal(t, http.StatusOK, status, name)
		secured(t, name, got, pagePolicy, "public, "+forEver)
	}
	for at, want := range map[string]struct {
		policy map[string]string
		cached string
	}{
		regexp.MustCompile(`/plans/[^"#?]+`).FindString(page): {directives(drawing), "private, " + forEver},
		"/worker.js": {pagePolicy, "no-cache"},
		"/posts/north/code.png?school=" + apitest.School: {pagePolicy, ""},
		"/api/v1" + b.found + "/photo":                   {directives(picture), ""},
		"/api/v1/stream":                                 {pagePolicy, ""},
		"/api/v1/incidents":                              {pagePolicy, ""},
		"/openapi.json":                                  {pagePolicy, ""},
		"/metrics":                                       {pagePolicy, ""},
	} {
		status, got := as("officer-1").heads(http.MethodGet, at)
		assert.Equal(t, http.StatusOK, status, at)
		secured(t, at, got, want.policy, want.cached)
	}
	for _, pattern := range append(append([]string{"GET /nothing", "DELETE /alarms", "PUT /api/v1/incidents"}, b.patterns...), b.mounted...) {
		method, path, _ := strings.Cut(strings.ReplaceAll(pattern, "{$}", ""), " ")
		path = wildcard.ReplaceAllString(path, "none")
		for _, account := range []string{"", "officer-1"} {
			if account != "" && (path == "/sign-out" || pattern == "DELETE /api/v1/session") {
				continue // the officer stays
			}
			cached := ""
			if path == "/worker.js" {
				cached = "no-cache"
			}
			_, got := as(account).heads(method, path)
			secured(t, pattern+" as "+account, got, pagePolicy, cached)
		}
	}
	foreign := b.browser("zh")
	foreign.client.Transport = elsewhere{foreign.client.Transport}
	status, got := foreign.heads(http.MethodPost, "/sign-in")
	assert.Equal(t, http.StatusForbidden, status)
	secured(t, "another site's form", got, pagePolicy, "")
}

// elsewhere says that a request comes from another site.
type elsewhere struct{ http.RoundTripper }

func (s elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	return s.RoundTripper.RoundTrip(r)
}
