package console_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
)

// token makes a token of an officer's program as the command line does.
func (b busy) token(name, school string, scopes ...string) (text string) {
	b.t.Helper()
	wish := api.TokenWish{Name: name, Role: alerting.RoleOfficer, Schools: []string{school}, Scopes: scopes, Why: "对接"}
	t, text, kept, err := api.NewToken(campus, wish, "root@hub", time.Now())
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.MakeToken(b.t.Context(), t, kept, people.AccountChange{
		At: time.Now(), Account: t.Program(), Did: people.TokenMade, By: "root@hub", Why: wish.Why, Grant: t.Granted(),
	}))
	return text
}

// problem is what a program is told.
type problem struct {
	status       int
	Type, Detail string
	challenge    string
	body         string
}

// asks sends a request with a token. A stream is left when it begins.
func (b busy) asks(token, method, path, body string) (p problem) {
	b.t.Helper()
	ctx, end := context.WithCancel(b.t.Context())
	defer end()
	req, err := http.NewRequestWithContext(ctx, method, b.http.URL+path, strings.NewReader(body))
	require.NoError(b.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "text/html")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := b.wire.RoundTrip(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	p.status, p.challenge = res.StatusCode, res.Header.Get("WWW-Authenticate")
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		return p
	}
	raw, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	if p.body = string(raw); res.Header.Get("Content-Type") == "application/problem+json" {
		require.NoError(b.t, json.Unmarshal(raw, &p), "%s", raw)
	}
	return p
}

// The routes that each scope opens to programs; any other is closed to them.
var opened = map[string][]string{
	api.ScopeReadIncidents: {"GET /api/v1/incidents", "GET /api/v1/incidents/{id}", "GET /api/v1/stream", "GET /api/v1/groups", "GET /api/v1/call-backs",
		"GET /api/v1/schools", "GET /api/v1/map", "GET /api/v1/schools/{school}/plans/{plan}"},
	api.ScopeNote:        {"POST /api/v1/incidents/{id}/note"},
	api.ScopeRaise:       {"POST /api/v1/incidents"},
	api.ScopeTest:        {"POST /api/v1/incidents"},
	api.ScopeReadDuty:    {"GET /api/v1/posts", "GET /api/v1/posts/coverage"},
	api.ScopeReadRoster:  {"GET /api/v1/roster", "GET /api/v1/roster/changes", "GET /api/v1/posts/checkins", "GET /api/v1/posts/rounds"},
	api.ScopeWriteRoster: {"POST /api/v1/roster"},
	api.ScopeReadDevices: {"GET /api/v1/devices", "GET /api/v1/readings", "GET /api/v1/path-checks", "GET /api/v1/button-tests", "GET /api/v1/schools", "GET /api/v1/gates"},
	api.ScopeReadAudit:   {"GET /api/v1/audit", "GET /api/v1/audit/{school}"},
}

// route is an operation of the API, as the document has it.
type route struct {
	at         string // "GET /api/v1/incidents"
	scopes     []string
	people     bool // whoever is signed in may ask
	parameters []string
	statuses   []string
	etag       bool // what it answers has a version
}

// routes reads them out of the document.
func (b busy) routes() (out []route) {
	b.t.Helper()
	var doc struct {
		Components struct {
			SecuritySchemes map[string]struct{ Type, Scheme string }
		}
		Paths map[string]map[string]struct {
			Security   []map[string][]string
			Parameters []struct{ Name string }
			Responses  map[string]struct{ Headers map[string]any }
		}
	}
	require.NoError(b.t, json.Unmarshal([]byte(b.browser("en").get("/openapi.json").html), &doc))
	assert.Equal(b.t, struct{ Type, Scheme string }{"http", "bearer"}, doc.Components.SecuritySchemes["token"])
	for path, methods := range doc.Paths {
		for method, op := range methods {
			r := route{at: strings.ToUpper(method) + " " + path}
			for status, res := range op.Responses {
				_, has := res.Headers["ETag"]
				r.statuses, r.etag = append(r.statuses, status), r.etag || has
			}
			for _, p := range op.Parameters {
				r.parameters = append(r.parameters, p.Name)
			}
			for _, way := range op.Security {
				_, signedIn := way["cookie"]
				r.people, r.scopes = r.people || signedIn, append(r.scopes, way["token"]...)
			}
			if len(r.scopes) > 0 {
				for _, status := range []string{"401", "403", "429"} {
					assert.Contains(b.t, op.Responses, status, r.at)
				}
			}
			out = append(out, r)
		}
	}
	require.Greater(b.t, len(out), 70)
	return out
}

// Each scope at each route of the API, and at each page: what the document says
// is what happens, and both are what stands here.
func TestAScopeOpensItsRoutesAndNothingElse(t *testing.T) {
	b := startBusy(t)
	all, known := b.routes(), map[string]bool{}
	want := map[string][]string{}
	for scope, routes := range opened {
		for _, r := range routes {
			want[r] = append(want[r], scope)
		}
	}
	for _, r := range all {
		known[r.at] = true
		assert.ElementsMatch(t, want[r.at], r.scopes, "%s in the document", r.at)
	}
	for r := range want {
		assert.True(t, known[r], "%s is no route", r)
	}
	part := regexp.MustCompile(`\{[^}]+\}`)
	for _, s := range api.Scopes() {
		require.Contains(t, opened, s.ID)
		token := b.token(strings.ReplaceAll(s.ID, ":", "-"), apitest.School, s.ID)
		for _, r := range all {
			if r.at == "GET /api/v1/token" {
				continue
			}
			method, path, _ := strings.Cut(r.at, " ")
			body := ""
			if method != http.MethodGet {
				body = "{}"
			}
			got := b.asks(token, method, part.ReplaceAllString(path, "none"), body)
			switch mine := slices.Contains(r.scopes, s.ID); {
			case mine:
				assert.NotContains(t, got.Type, "token.", "%s with %s: %s", r.at, s.ID, got.body)
				assert.NotContains(t, []int{401, 405, 429, 500}, got.status, "%s with %s: %s", r.at, s.ID, got.body)
			case len(r.scopes) > 0:
				assert.Equal(t, 403, got.status, "%s with %s: %s", r.at, s.ID, got.body)
				assert.Equal(t, "urn:campushub:refusal:token.scope", got.Type, "%s with %s", r.at, s.ID)
				assert.Contains(t, got.Detail, strings.Join(r.scopes, " or "), "%s with %s", r.at, s.ID)
				assert.Contains(t, got.challenge, `error="insufficient_scope", scope="`+strings.Join(r.scopes, " ")+`"`)
			default:
				assert.Equal(t, 403, got.status, "%s with %s: %s", r.at, s.ID, got.body)
				assert.Equal(t, "urn:campushub:refusal:token.people", got.Type, "%s with %s", r.at, s.ID)
			}
		}
	}
	everything := b.token("everything", apitest.School, api.ScopesFor(alerting.RoleOfficer)...)
	for _, pattern := range append(slices.Clone(b.patterns), "GET /metrics", "GET /nothing") {
		method, path, _ := strings.Cut(pattern, " ")
		got := b.asks(everything, method, part.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "none"), "")
		assert.Equal(t, 403, got.status, "%s: %s", pattern, got.body)
		assert.Equal(t, "urn:campushub:refusal:token.page", got.Type, pattern)
	}
}

// What a scope opens, it opens at the schools of the token: another school's is
// not there.
func TestATokenSeesItsOwnSchools(t *testing.T) {
	b := startBusy(t)
	tokens := map[string][2]string{} // of the school, and of another one
	for _, s := range api.Scopes() {
		name := strings.ReplaceAll(s.ID, ":", "-")
		tokens[s.ID] = [2]string{b.token(name, apitest.School, s.ID), b.token(name+"-other", apitest.Other, s.ID)}
	}
	incident := "/api/v1/incidents/" + b.attack.ID
	raise := func(mode string) string {
		return fmt.Sprintf(`{"id":%q,"school":%q,"place":"north-gate","mode":%q}`, uuid.NewString(), apitest.School, mode)
	}
	day := url.Values{"school": {apitest.School}, "from": {"2026-03-02"}, "to": {"2026-03-03"}}.Encode()
	for _, row := range []struct {
		scope, method, path string
		body                func() string
		own, foreign        int
	}{
		{api.ScopeReadIncidents, "GET", incident, nil, 200, 404},
		{api.ScopeReadIncidents, "GET", "/api/v1/incidents/" + b.hidden.ID, nil, 404, 404},
		{api.ScopeNote, "POST", incident + "/note", func() string { return `{"text":"对接单号 7"}` }, 200, 404},
		{api.ScopeRaise, "POST", "/api/v1/incidents", func() string { return raise("live") }, 201, 404},
		{api.ScopeTest, "POST", "/api/v1/incidents", func() string { return raise("test") }, 201, 404},
		{api.ScopeTest, "POST", "/api/v1/incidents", func() string { return raise("live") }, 403, 403},
		{api.ScopeReadRoster, "GET", "/api/v1/roster?" + day, nil, 200, 404},
		{api.ScopeReadRoster, "GET", "/api/v1/roster/changes?school=" + apitest.School, nil, 200, 404},
		{api.ScopeReadRoster, "GET", "/api/v1/posts/checkins?" + day, nil, 200, 404},
		{api.ScopeWriteRoster, "POST", "/api/v1/roster?" + day, func() string { return "no sheet" }, 422, 404},
		{api.ScopeReadDevices, "GET", "/api/v1/readings?school=" + apitest.School, nil, 200, 404},
		{api.ScopeReadAudit, "GET", "/api/v1/audit/" + apitest.School, nil, 200, 404},
	} {
		for k, want := range []int{row.own, row.foreign} {
			body := ""
			if row.body != nil {
				body = row.body()
			}
			got := b.asks(tokens[row.scope][k], row.method, row.path, body)
			assert.Equal(t, want, got.status, "%s %s with %s, foreign %d: %s", row.method, row.path, row.scope, k, got.body)
		}
	}
	for _, row := range []struct{ scope, path, holds string }{
		{api.ScopeReadIncidents, "/api/v1/incidents", b.attack.ID},
		{api.ScopeReadIncidents, "/api/v1/groups", b.attack.ID},
		{api.ScopeReadDuty, "/api/v1/posts", apitest.School},
		{api.ScopeReadDevices, "/api/v1/devices", apitest.School},
		{api.ScopeReadDevices, "/api/v1/button-tests", apitest.School},
	} {
		for k, token := range tokens[row.scope] {
			got := b.asks(token, "GET", row.path, "")
			assert.Equal(t, 200, got.status, "%s: %s", row.path, got.body)
			assert.Equal(t, k == 0, strings.Contains(got.body, `"`+row.holds+`"`), "%s, foreign %d", row.path, k)
			assert.NotContains(t, got.body, b.hidden.ID, row.path)
		}
	}
}

func TestATokenIsMadeAndRevokedOnItsPages(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1", "en")
	says(t, admin.get("/accounts").html, `href="/tokens"`)
	page := admin.get("/tokens")
	says(t, page.html, "There are no tokens.")
	says(t, page.html, `value="incidents:read"`)
	lacks(t, page.html, `value="liaison"`)
	lacks(t, page.html, "Yucai")
	form := []string{"name", "gate-system", "role", "officer", "school", apitest.School, "scope", "incidents:read", "days", "30", "reason", "<i>gate</i> system"}
	made := admin.post("/tokens", form...)
	require.Equal(t, http.StatusOK, made.status)
	text := regexp.MustCompile(`chub_[0-9a-f]{64}`).FindString(made.html)
	require.NotEmpty(t, text)
	assert.Equal(t, "no-store", made.header.Get("Cache-Control"))
	says(t, made.html, "it is shown this once")
	row := between(t, made.html, `<tr id="token-gate-system">`, "</tr>")
	says(t, row, "read incidents, also as they change")
	says(t, row, "good")
	says(t, row, "never")
	for _, path := range []string{"/tokens", "/tokens/gate-system", "/accounts"} {
		lacks(t, admin.get(path).html, text)
	}
	again := admin.post("/tokens", form...)
	assert.Equal(t, http.StatusConflict, again.status)
	says(t, again.html, "A token has had this name")
	says(t, again.html, `value="gate-system"`, "what was typed stays")
	says(t, h.as("admin-1", "zh").post("/tokens", "name", "x", "role", "officer", "school", apitest.School, "days", "0", "reason", "x", "scope", "duty:read").html, "有效期为 1 至 366 天")

	one := admin.get("/tokens/gate-system")
	says(t, one.html, "by admin-1")
	says(t, one.html, "&lt;i&gt;gate&lt;/i&gt; system")
	says(t, one.html, "token made")
	page = admin.post("/tokens/gate-system/revoke", "reason", " ")
	says(t, page.html, "say why")
	page = admin.post("/tokens/gate-system/revoke", "reason", "replaced")
	assert.Equal(t, "/tokens/gate-system", page.path)
	says(t, page.html, "nothing is let in with it any more")
	lacks(t, page.html, `action="/tokens/gate-system/revoke"`)
	says(t, admin.post("/tokens/gate-system/revoke", "reason", "again").html, "revoked already")
	says(t, admin.get("/accounts").html, "<td>program:gate-system</td><td>token revoked</td><td>admin-1</td><td>replaced</td>")
	assert.Equal(t, http.StatusNotFound, admin.get("/tokens/none").status)
}

func TestTokensAreForAdministrators(t *testing.T) {
	h := start(t)
	for _, who := range []string{"officer-1", "liaison-1", "guard-1", "staff-1", "volunteer-1", "district-1", "parent-1"} {
		b := h.as(who, "zh")
		for _, path := range []string{"/tokens", "/tokens/x"} {
			assert.Equal(t, http.StatusForbidden, b.get(path).status, "%s %s", who, path)
		}
		assert.Equal(t, http.StatusForbidden, b.post("/tokens", "name", "x", "role", "officer", "school", apitest.School, "scope", "duty:read", "days", "1", "reason", "x").status, who)
		assert.Equal(t, http.StatusForbidden, b.post("/tokens/x/revoke", "reason", "x").status, who)
	}
	assert.Equal(t, "/sign-in", h.browser("zh").get("/tokens").path)
}
