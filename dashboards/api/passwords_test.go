package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api/apitest"
)

const better = "frühe Vögel 7 singen"

// Whoever changes the own password says the present one. Every session of the
// account ends but the one that follows, also those of stolen tokens; and what
// stands in the audit chain has nothing of it.
func TestEverybodyChangesTheOwnPasswordAndNobodyElses(t *testing.T) {
	h := start(t)
	own, other := h.as("guard-1"), h.as("guard-1")
	put := func(b *browser, old, chosen string) answer {
		return b.do(http.MethodPut, "/api/v1/password", "application/json", jsonOf(m{"old": old, "new": chosen}))
	}
	assert.Equal(t, http.StatusUnauthorized, put(h.browser(), apitest.Password, better).status)
	for name, c := range map[string]struct{ old, chosen, code string }{
		"wrong": {"wrong", better, "password.old"}, "same": {apitest.Password, apitest.Password, "password.same"},
		"easy": {apitest.Password, "guard-1guard-1", "password.weak"}, "the school": {apitest.Password, "紫薇小学紫薇小学紫薇小学", "password.weak"},
	} {
		a := put(own, c.old, c.chosen)
		assert.Equal(t, http.StatusUnprocessableEntity, a.status, name)
		assert.Equal(t, "urn:campushub:refusal:"+c.code, a.json(t)["type"], name)
	}
	require.Equal(t, http.StatusOK, other.get("/api/v1/incidents").status, "a refusal ends nothing")
	done := put(own, apitest.Password, better)
	require.Equal(t, http.StatusOK, done.status, "%s", done.body)
	assert.False(t, done.json(t)["must_change"].(bool))
	assert.Equal(t, http.StatusOK, own.get("/api/v1/incidents").status, "this browser stays")
	assert.Equal(t, http.StatusUnauthorized, other.get("/api/v1/incidents").status, "the others do not")
	assert.Equal(t, http.StatusUnauthorized, h.browser().signIn("guard-1", apitest.Password).status)
	assert.Equal(t, http.StatusOK, h.browser().signIn("guard-1", better).status)
	assert.Equal(t, http.StatusOK, h.browser().signIn("officer-1", apitest.Password).status, "nobody else's is another one")

	changes := string(h.as("admin-1").get("/api/v1/accounts/changes?account=guard-1").body)
	assert.Contains(t, changes, `"did":"password","by":"guard-1"`)
	assert.NotContains(t, changes, "argon2id")
	report, err := h.store.VerifyAccounts(t.Context())
	require.NoError(t, err)
	assert.Empty(t, report.Break)
}

// To guess the present password here costs what it costs at signing in.
func TestGuessingThePresentPasswordIsSlowedDown(t *testing.T) {
	h := start(t)
	token := h.browser().signIn("guard-1", apitest.Password).json(t)["token"].(string)
	stolen := h.browser() // it has the session, and not the browser's own cookie
	var last answer
	for range 5 {
		last = stolen.do(http.MethodPut, "/api/v1/password", "application/json", jsonOf(m{"old": "guess", "new": better}), "Authorization", "Bearer "+token)
	}
	assert.Equal(t, http.StatusTooManyRequests, last.status)
	assert.NotEmpty(t, last.header.Get("Retry-After"))
}

// A password that an administrator has drawn opens nothing but the choice of
// another one.
func TestAGivenPasswordIsGoodForChoosingAnotherOneAlone(t *testing.T) {
	h := start(t)
	admin, was := h.as("admin-1"), h.as("guard-1")
	at := "/api/v1/accounts/guard-1/password"
	assert.Equal(t, http.StatusUnprocessableEntity, admin.post(at, m{"reason": " "}).status)
	for _, who := range []string{"officer-1", "liaison-1", "guard-1", "parent-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(who).post(at, m{"reason": "x"}).status, who)
	}
	given := admin.post(at, m{"reason": "忘记密码"})
	require.Equal(t, http.StatusOK, given.status, "%s", given.body)
	drawn := given.json(t)["password"].(string)
	assert.GreaterOrEqual(t, len(drawn), 12)
	assert.Equal(t, http.StatusUnauthorized, was.get("/api/v1/incidents").status, "its sessions ended")

	guard := h.browser()
	in := guard.signIn("guard-1", drawn)
	require.Equal(t, http.StatusOK, in.status)
	assert.True(t, in.json(t)["must_change"].(bool))
	for _, path := range []string{"/api/v1/incidents", "/api/v1/stream", "/api/v1/rights", "/api/v1/notices?school=" + apitest.School} {
		a := guard.get(path)
		assert.Equal(t, http.StatusForbidden, a.status, path)
		assert.Equal(t, "urn:campushub:refusal:password.initial", a.json(t)["type"], path)
	}
	chosen := guard.do(http.MethodPut, "/api/v1/password", "application/json", jsonOf(m{"old": drawn, "new": better}))
	require.Equal(t, http.StatusOK, chosen.status, "%s", chosen.body)
	assert.Equal(t, http.StatusOK, guard.get("/api/v1/incidents").status)
	assert.Equal(t, http.StatusUnauthorized, h.browser().signIn("guard-1", drawn).status, "it was good once")
}

// Who administers a school gives no password to those who read what it may not:
// the police, and people who are named.
func TestASchoolsAdministratorGivesNoPasswordToPoliceOrNamed(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	for name, want := range map[string]int{"liaison-1": 403, "deputy-1": 403, "named-1": 403, "other-1": 404, "nobody": 404, "admin-1": 409, "officer-1": 200} {
		assert.Equal(t, want, admin.post("/api/v1/accounts/"+name+"/password", m{"reason": "x"}).status, name)
	}
	whole := people.Account{Name: "root", Role: alerting.RoleAdmin}
	for _, name := range []string{"liaison-1", "deputy-1"} {
		_, drawn, err := h.server.GivePassword(t.Context(), whole, name, "x", time.Now())
		require.NoError(t, err, name)
		assert.Equal(t, http.StatusOK, h.browser().signIn(name, drawn).status)
	}
}

func jsonOf(body any) []byte {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return raw
}
