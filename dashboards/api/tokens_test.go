package api_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

// program is a client that comes with a token.
type program struct {
	*browser
	token string
}

func (p program) get(path string) answer {
	return p.do(http.MethodGet, path, "", nil, "Authorization", "Bearer "+p.token)
}

func (p program) post(path, body string, header ...string) answer {
	return p.do(http.MethodPost, path, "application/json", []byte(body), append([]string{"Authorization", "Bearer " + p.token}, header...)...)
}

// program makes a token as the command line does, and comes with it.
func (h *hub) program(name string, role alerting.Role, until time.Duration, schools []string, scopes ...string) program {
	h.t.Helper()
	wish := api.TokenWish{Name: name, Role: role, Schools: schools, Scopes: scopes, Why: "x"}
	t, text, kept, err := api.NewToken(h.people.Load(), wish, "root@hub", time.Now())
	require.NoError(h.t, err)
	t.Until = t.Made.Add(until)
	require.NoError(h.t, h.store.MakeToken(h.t.Context(), t, kept, people.AccountChange{At: time.Now(), Account: t.Program(), Did: people.TokenMade, By: "root@hub", Why: "x", Grant: t.Granted()}))
	return program{h.browser(), text}
}

var own = []string{apitest.School}

func (a answer) problem(t *testing.T) (kind, detail string) {
	t.Helper()
	require.Equal(t, "application/problem+json", a.header.Get("Content-Type"), "%s", a.body)
	b := a.json(t)
	assert.InDelta(t, a.status, b["status"], 0)
	kind, _ = b["type"].(string)
	detail, _ = b["detail"].(string)
	return kind, detail
}

func TestAnAdministratorMakesATokenThatIsShownOnce(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	a := admin.post("/api/v1/tokens", m{"name": "gate-system", "role": "officer", "schools": own, "scopes": []string{"devices:read", "incidents:read"}, "reason": "门禁系统对接"})
	require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
	text := a.json(t)["token"].(string)
	assert.Regexp(t, `^chub_[0-9a-f]{64}$`, text)
	made := a.json(t)["made"].(m)
	assert.Equal(t, []any{"incidents:read", "devices:read"}, made["scopes"], "in their own order")
	assert.Equal(t, "active", made["state"])
	assert.Equal(t, "program:gate-system", made["program"])
	assert.Nil(t, made["used_at"])
	until, err := time.Parse(time.RFC3339, made["until"].(string))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().AddDate(0, 0, people.TokenDays), until, time.Minute)

	p := program{h.browser(), text}
	require.Equal(t, http.StatusOK, p.get("/api/v1/incidents").status)
	list := admin.get("/api/v1/tokens")
	assert.NotContains(t, string(list.body), text)
	hour := time.Now().UTC().Truncate(time.Hour)
	used, err := time.Parse(time.RFC3339, list.json(t)["tokens"].([]any)[0].(m)["used_at"].(string))
	require.NoError(t, err)
	assert.WithinDuration(t, hour, used, time.Hour)
	assert.Zero(t, used.Minute()+used.Second(), "by the hour")

	self := p.get("/api/v1/token").json(t)
	assert.Equal(t, "program:gate-system", self["program"])
	assert.Equal(t, []any{apitest.School}, self["schools"])
	assert.Equal(t, http.StatusUnauthorized, admin.get("/api/v1/token").status, "a person has none")

	changes := admin.get("/api/v1/accounts/changes?account=program:gate-system").json(t)["changes"].([]any)
	require.Len(t, changes, 1)
	c := changes[0].(m)
	assert.Equal(t, []any{"token-made", "admin-1", "门禁系统对接"}, []any{c["did"], c["by"], c["why"]})
	assert.Equal(t, []any{"incidents:read", "devices:read"}, c["grant"].(m)["scopes"])
	again := admin.post("/api/v1/tokens", m{"name": "gate-system", "role": "officer", "schools": own, "scopes": []string{"devices:read"}, "reason": "x"})
	assert.Equal(t, http.StatusConflict, again.status)
	kind, _ := again.problem(t)
	assert.Equal(t, "urn:campushub:refusal:token.taken", kind)
}

func TestATokenIsBoundedByWhoMakesItAndByTheTableOfRights(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	good := func() m {
		return m{"name": "x", "role": "officer", "schools": own, "scopes": []string{"incidents:read"}, "reason": "x"}
	}
	for name, c := range map[string]struct {
		key    string
		value  any
		status int
		code   string
	}{
		"a foreign school":        {"schools", []string{apitest.School, apitest.Other}, 422, "token.school"},
		"no such school":          {"schools", []string{"nowhere"}, 422, "token.school"},
		"the police":              {"role", "liaison", 403, "token.police"},
		"a role without rights":   {"role", "parent", 422, ""},
		"a scope of another role": {"role", "admin", 422, "token.scope"},
		"no such scope":           {"scopes", []string{"incidents:close"}, 422, "token.scope"},
		"what people promise":     {"scopes", []string{"acknowledge"}, 422, "token.scope"},
		"too long":                {"days", 367, 422, ""},
		"a name that is none":     {"name", "Gate", 422, "token.name"},
		"no reason":               {"reason", " ", 422, "account.why"},
	} {
		body := good()
		body[c.key] = c.value
		a := admin.post("/api/v1/tokens", body)
		assert.Equal(t, c.status, a.status, "%s: %s", name, a.body)
		if kind, _ := a.problem(t); c.code != "" {
			assert.Equal(t, "urn:campushub:refusal:"+c.code, kind, name)
		}
	}
	for _, who := range []string{"liaison-1", "officer-1", "guard-1", "parent-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(who).post("/api/v1/tokens", good()).status, who)
		assert.Equal(t, http.StatusForbidden, h.as(who).get("/api/v1/tokens").status, who)
	}
	all, err := h.store.Tokens(t.Context())
	require.NoError(t, err)
	assert.Empty(t, all)
	for _, s := range api.Scopes() {
		known := false
		for _, r := range api.Rights() {
			known = known || r.ID == s.Right
		}
		assert.True(t, known, "%s is of no right of the table", s.ID)
		assert.NotEmpty(t, s.ID)
	}
	assert.Equal(t, []alerting.Role{alerting.RoleLiaison, alerting.RoleOfficer, alerting.RoleGuard, alerting.RoleAdmin}, api.ProgramRoles())
	assert.Equal(t, []string{"devices:read"}, api.ScopesFor(alerting.RoleAdmin))
	assert.NotContains(t, api.ScopesFor(alerting.RoleLiaison), "incidents:raise", "the police raise nothing by hand")
}

func TestAnAdministratorSeesTheTokensOfItsSchools(t *testing.T) {
	h := start(t)
	h.program("theirs", alerting.RoleOfficer, time.Hour, []string{apitest.Other}, "incidents:read")
	h.program("both", alerting.RoleOfficer, time.Hour, []string{apitest.School, apitest.Other}, "incidents:read")
	admin := h.as("admin-1")
	list := admin.get("/api/v1/tokens")
	assert.NotContains(t, string(list.body), "theirs")
	assert.NotContains(t, string(list.body), apitest.Other)
	assert.Equal(t, true, list.json(t)["tokens"].([]any)[0].(m)["elsewhere"])
	assert.NotContains(t, string(admin.get("/api/v1/accounts/changes").body), "program:theirs")
	assert.Contains(t, string(admin.get("/api/v1/accounts/changes").body), "program:both")
	assert.Equal(t, http.StatusNotFound, admin.post("/api/v1/tokens/theirs/revoke", m{"reason": "x"}).status)
	assert.Equal(t, http.StatusForbidden, admin.post("/api/v1/tokens/both/revoke", m{"reason": "x"}).status)
	h.people.Store(withAccount(h.people.Load(), "admin-1", func(a *people.Account) { a.Schools = nil }))
	assert.Equal(t, http.StatusOK, admin.post("/api/v1/tokens/both/revoke", m{"reason": "x"}).status, "whoever administers the whole hub")
	a := admin.post("/api/v1/tokens", m{"name": "police", "role": "liaison", "schools": []string{apitest.School, apitest.Other}, "scopes": []string{"incidents:read"}, "days": 366, "reason": "平台对接"})
	assert.Equal(t, http.StatusCreated, a.status, "%s", a.body)
}

// Whatever is wrong with a token is said in a way that a client reads, and
// counted.
func TestATokenThatIsNotGoodIsRefused(t *testing.T) {
	h := start(t)
	expired := h.program("expired", alerting.RoleOfficer, -time.Second, own, "incidents:read")
	revoked := h.program("revoked", alerting.RoleOfficer, time.Hour, own, "incidents:read")
	require.NoError(t, h.store.RevokeToken(t.Context(), "revoked", people.AccountChange{At: time.Now(), Account: "program:revoked", Did: people.TokenWasRevoked, By: "x", Why: "x"}))
	homeless := h.program("homeless", alerting.RoleAdmin, time.Hour, own, "devices:read")
	d := h.people.Load()
	h.people.Store(people.New(people.Lists{Accounts: d.Everyone()}))
	a := homeless.get("/api/v1/token")
	assert.Equal(t, http.StatusUnauthorized, a.status, "without schools it would be of the whole hub")
	kind, _ := a.problem(t)
	assert.Equal(t, "urn:campushub:refusal:token.schools", kind)
	h.people.Store(d)

	unknown, _ := people.DrawToken()
	officer := h.as("officer-1")
	for reason, p := range map[string]program{
		"expired": expired, "revoked": revoked, "unknown": {officer, unknown},
	} {
		before := h.refused("token_" + reason)
		for range 2 {
			a := p.get("/api/v1/incidents")
			assert.Equal(t, http.StatusUnauthorized, a.status, reason)
			kind, _ := a.problem(t)
			assert.Equal(t, "urn:campushub:refusal:token."+reason, kind)
			assert.Contains(t, a.header.Get("WWW-Authenticate"), `Bearer error="invalid_token"`)
		}
		assert.InDelta(t, before+2, h.refused("token_"+reason), 0)
	}
	broken := program{officer, "chub_x"}
	assert.Equal(t, http.StatusUnauthorized, broken.get("/api/v1/incidents").status, "the header wins over the officer's cookie")
	assert.Equal(t, http.StatusOK, officer.get("/api/v1/incidents").status)

	var got []string
	changes, err := h.store.AccountChanges(t.Context(), "", 0, 100)
	require.NoError(t, err)
	for _, c := range changes {
		if c.Did == people.TokenUsedExpired || c.Did == people.TokenUsedRevoked {
			got = append(got, c.Account+" "+string(c.Did)+" "+c.Why)
		}
	}
	assert.ElementsMatch(t, []string{"program:expired token-used-expired 127.0.0.1", "program:revoked token-used-revoked 127.0.0.1"}, got, "once a day, however often")
}

// Whoever tries tokens is slowed down by network; a token that is good never
// waits for it, also on its first use.
func TestTriesAreBoundedAndKeepNobodyOut(t *testing.T) {
	h := start(t)
	good := h.program("good", alerting.RoleOfficer, time.Hour, own, "incidents:read")
	follow(t, h)
	bad, _ := people.DrawToken()
	tries := program{h.browser(), bad}
	var last answer
	for range 12 {
		last = tries.get("/api/v1/incidents")
	}
	assert.Equal(t, http.StatusTooManyRequests, last.status)
	assert.NotEmpty(t, last.header.Get("Retry-After"))
	last.problem(t)
	assert.Positive(t, h.refused("token_waits"))
	assert.InDelta(t, 10, h.refused("token_unknown"), 1)
	assert.Equal(t, http.StatusOK, good.get("/api/v1/incidents").status)
	assert.Equal(t, http.StatusOK, h.as("officer-1").get("/api/v1/incidents").status)
}

// follow runs the server's own goroutine, and waits until it has looked.
func follow(t *testing.T, h *hub) {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = h.server.Run(ctx) })
	t.Cleanup(func() { end(); running.Wait() })
	require.Eventually(t, func() bool { return h.server.KnowsTokens() > 0 }, 5*time.Second, time.Millisecond)
}

func TestAProgramIsHeldToHowOftenItMayAsk(t *testing.T) {
	h := start(t)
	p := h.program("busy", alerting.RoleOfficer, time.Hour, own, "incidents:read")
	status := map[int]int{}
	for range 160 {
		status[p.get("/api/v1/token").status]++
	}
	assert.Positive(t, status[http.StatusTooManyRequests])
	assert.GreaterOrEqual(t, status[http.StatusOK], 120)
	assert.Positive(t, h.refused("token_often"))
}

// A program stands in the journal by its own name, and does what its scopes say
// and no more.
func TestAProgramActsByItsOwnName(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	hidden := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Bullying))
	p := h.program("platform", alerting.RoleLiaison, time.Hour, own, "incidents:read", "incidents:note")
	require.Equal(t, http.StatusOK, p.post("/api/v1/incidents/"+i.ID+"/note", `{"text":"接处警单号 2026-0042"}`).status)
	got := p.get("/api/v1/incidents/" + i.ID).json(t)
	timeline := got["timeline"].([]any)
	last := timeline[len(timeline)-1].(m)
	assert.Equal(t, "program:platform", last["actor"])
	assert.Equal(t, http.StatusNotFound, p.get("/api/v1/incidents/"+hidden.ID).status, "nothing confidential")
	assert.Len(t, p.get("/api/v1/incidents").json(t)["incidents"], 1)
	for _, verb := range alerting.Verbs() {
		if verb == alerting.VerbNote {
			continue
		}
		a := p.post("/api/v1/incidents/"+i.ID+"/"+string(verb), `{"reason":"x"}`)
		assert.Equal(t, http.StatusForbidden, a.status, verb)
		kind, _ := a.problem(t)
		assert.Equal(t, "urn:campushub:refusal:token.people", kind, verb)
	}
	for _, d := range got["deliveries"].([]any) {
		assert.NotContains(t, d.(m)["recipient"], "program:", "a program is nobody who is told")
	}

	raiser := h.program("tester", alerting.RoleOfficer, time.Hour, own, "incidents:test")
	raise := func(mode string) answer {
		return raiser.post("/api/v1/incidents", `{"id":"`+uuid.NewString()+`","school":"`+apitest.School+`","place":"north-gate","mode":"`+mode+`"}`)
	}
	assert.Equal(t, http.StatusCreated, raise("test").status)
	live := raise("live")
	assert.Equal(t, http.StatusForbidden, live.status)
	_, detail := live.problem(t)
	assert.Contains(t, detail, "incidents:raise")
	assert.Contains(t, live.header.Get("WWW-Authenticate"), `scope="incidents:raise"`)
	assert.Len(t, p.get("/api/v1/incidents?state=open").json(t)["incidents"], 2, "no live one came of it")
}

// No other site can forge a request with a token, so that none is refused for
// where it comes from; cookies beside it count for nothing.
func TestATokenNeedsNoOriginAndReadsNoCookie(t *testing.T) {
	h := start(t)
	i := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	p := h.program("platform", alerting.RoleLiaison, time.Hour, own, "incidents:note")
	p.browser = h.as("officer-1")
	note := "/api/v1/incidents/" + i.ID + "/note"
	a := p.post(note, `{"text":"x"}`, "Sec-Fetch-Site", "cross-site", "Origin", "https://platform.example")
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	timeline := a.json(t)["timeline"].([]any)
	assert.Equal(t, "program:platform", timeline[len(timeline)-1].(m)["actor"], "and not the officer of the cookie")
	assert.Equal(t, http.StatusForbidden, p.post("/api/v1/incidents/"+i.ID+"/acknowledge", `{}`).status, "what the officer could do")
	assert.Equal(t, http.StatusForbidden, p.post("/api/v1/session", `{"name":"officer-1","password":"`+apitest.Password+`"}`).status, "nobody signs in by it")
	assert.Equal(t, http.StatusForbidden, p.do(http.MethodDelete, "/api/v1/session", "", nil, "Authorization", "Bearer "+p.token).status)
	assert.Equal(t, http.StatusOK, p.browser.get("/api/v1/incidents").status, "the officer is signed in still")
	for path, want := range map[string]int{"/metrics": 403, "/": 403, "/livez": 200, "/readyz": 200, "/openapi.json": 200} {
		assert.Equal(t, want, p.get(path).status, path)
	}
}

// A stream ends with its token: at once where an administrator revokes it, within
// a second where the command line does or its time comes.
func TestAStreamEndsWithItsToken(t *testing.T) {
	h := start(t)
	looks := sync.OnceFunc(func() { follow(t, h) })
	ends := map[string]func(){
		"page": func() {
			require.Equal(t, http.StatusOK, h.as("admin-1").post("/api/v1/tokens/page/revoke", m{"reason": "泄露"}).status)
		},
		"line": func() {
			require.NoError(t, h.store.RevokeToken(t.Context(), "line", people.AccountChange{At: time.Now(), Account: "program:line", Did: people.TokenWasRevoked, By: "x", Why: "x"}))
		},
		"time": func() {},
	}
	h.program("stays", alerting.RoleOfficer, time.Hour, own, "incidents:read")
	for _, name := range []string{"page", "line", "time"} {
		until := time.Hour
		if name == "time" {
			until = 1200 * time.Millisecond
		}
		p := h.program(name, alerting.RoleOfficer, until, own, "incidents:read")
		if name != "page" { // that is said, and need not be looked for
			looks()
		}
		ctx, end := context.WithTimeout(t.Context(), 10*time.Second) // where it never ends
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.http.URL+"/api/v1/stream", nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+p.token)
		res, err := p.client.Do(req)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, res.StatusCode, name)
		in := bufio.NewReader(res.Body)
		line, err := in.ReadString('\n')
		require.NoError(t, err, "%s: it is open", name)
		require.NotEmpty(t, line)
		ends[name]()
		began := time.Now()
		_, err = io.Copy(io.Discard, in)
		_ = err // however it ends
		assert.Less(t, time.Since(began), 3*time.Second, name)
		_ = res.Body.Close()
		end()
		assert.Equal(t, http.StatusUnauthorized, p.get("/api/v1/stream").status, name)
	}
}

// The stream tells a program of what it may read, and of nothing else.
func TestAProgramFollowsIncidents(t *testing.T) {
	h := start(t)
	p := h.program("screen", alerting.RoleOfficer, time.Hour, own, "incidents:read")
	ctx, end := context.WithCancel(t.Context())
	defer end()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.http.URL+"/api/v1/stream", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+p.token)
	res, err := p.client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	in := bufio.NewScanner(res.Body)
	until := func(words string) (seen string) {
		for in.Scan() {
			seen += in.Text() + "\n"
			if strings.Contains(in.Text(), words) {
				return seen
			}
		}
		t.Fatalf("the stream ended before %q: %s", words, seen)
		return ""
	}
	until("event: ready")
	foreign := h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Emergency))
	hidden := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Bullying))
	mine := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	seen := until(mine.ID)
	assert.NotContains(t, seen, foreign.ID)
	assert.NotContains(t, seen, hidden.ID)
	none := h.program("blind", alerting.RoleOfficer, time.Hour, own, "devices:read").get("/api/v1/stream")
	assert.Equal(t, http.StatusForbidden, none.status)
	_, detail := none.problem(t)
	assert.Contains(t, detail, "incidents:read")
}
