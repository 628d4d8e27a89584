package api_test

import (
	"bufio"
	"cmp"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
)

// managed is an account as the administrator reads it.
func (b *browser) managed(name string) m {
	b.t.Helper()
	for _, a := range b.get("/api/v1/accounts").json(b.t)["accounts"].([]any) {
		if a := a.(m); a["name"] == name {
			return a
		}
	}
	b.t.Fatalf("no account %s", name)
	return nil
}

func TestAnAdministratorSeesWhoSignsInAndWhoWaits(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	never := admin.managed("clerk-1")
	assert.Nil(t, never["last_sign_in"])
	assert.InDelta(t, 0, never["sessions"], 0)
	assert.Equal(t, "active", never["state"])

	h.as("liaison-1")
	second := h.as("liaison-1")
	stranger := h.browser()
	for range 4 {
		stranger.signIn("liaison-1", "wrong")
	}
	got := admin.managed("liaison-1")
	assert.NotNil(t, got["last_sign_in"])
	assert.InDelta(t, 2, got["sessions"], 0)
	assert.InDelta(t, 1, got["places"], 0)
	assert.NotNil(t, got["waits_until"])
	assert.Equal(t, http.StatusOK, second.signIn("liaison-1", apitest.Password).status, "who waits keeps nobody else out")
	assert.Nil(t, admin.managed("officer-1")["waits_until"])

	shared := admin.managed("named-1")
	assert.Equal(t, []any{apitest.School}, shared["schools"], "the other school is not the administrator's")
	assert.Equal(t, true, shared["elsewhere"])
	for _, body := range []answer{admin.get("/api/v1/accounts"), admin.get("/api/v1/accounts/changes")} {
		assert.NotContains(t, string(body.body), "other-1")
		assert.NotContains(t, string(body.body), "argon2id")
	}
}

func TestASuspensionIsInForceAtOnceAndEndsEverySession(t *testing.T) {
	h := start(t)
	admin, guard, officer := h.as("admin-1"), h.as("guard-1"), h.as("officer-1")
	stream, err := guard.client.Get(h.http.URL + "/api/v1/stream")
	require.NoError(t, err)
	defer stream.Body.Close()
	line, err := bufio.NewReader(stream.Body).ReadString('\n')
	require.NoError(t, err, "it is open")
	require.NotEmpty(t, line)

	a := admin.post("/api/v1/accounts/guard-1/suspend", m{"reason": "手机丢失"})
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	assert.Equal(t, "suspended", a.json(t)["state"])
	_, err = bufio.NewReader(stream.Body).ReadString(0)
	assert.Error(t, err, "its stream has ended")
	assert.Equal(t, http.StatusUnauthorized, guard.get("/api/v1/incidents").status)
	assert.Equal(t, http.StatusUnauthorized, guard.signIn("guard-1", apitest.Password).status, "nor can anybody sign in again")
	assert.Equal(t, http.StatusOK, officer.get("/api/v1/incidents").status, "nobody else's has")
	assert.Equal(t, http.StatusConflict, admin.post("/api/v1/accounts/guard-1/suspend", m{"reason": "x"}).status, "it is so already")

	require.Equal(t, http.StatusOK, admin.post("/api/v1/accounts/guard-1/restore", m{"reason": "找到了"}).status)
	assert.Equal(t, http.StatusUnauthorized, guard.get("/api/v1/incidents").status, "old sessions stay ended")
	assert.Equal(t, http.StatusOK, guard.signIn("guard-1", apitest.Password).status)
	require.Equal(t, http.StatusOK, admin.post("/api/v1/accounts/guard-1/sign-out", m{"reason": "交班"}).status)
	assert.Equal(t, http.StatusUnauthorized, guard.get("/api/v1/incidents").status)

	changes := admin.get("/api/v1/accounts/changes?account=guard-1").json(t)["changes"].([]any)
	var got []string
	for _, c := range changes {
		c := c.(m)
		got = append(got, c["did"].(string)+" "+c["by"].(string)+" "+c["why"].(string))
	}
	assert.Equal(t, []string{"signed-out admin-1 交班", "restored admin-1 找到了", "suspended admin-1 手机丢失"}, got)
	report, err := h.store.VerifyAccounts(t.Context())
	require.NoError(t, err)
	assert.Equal(t, int64(3), report.Entries)
	assert.Empty(t, report.Break)
}

func TestNobodyIsShutOutByMistake(t *testing.T) {
	h := start(t)
	admin := h.as("admin-1")
	type refusal struct {
		name   string
		reason string
		status int
		code   string
	}
	for _, c := range []refusal{
		{"admin-1", "x", http.StatusConflict, "account.own"},
		{"named-1", "x", http.StatusForbidden, "account.elsewhere"},
		{"guard-1", "", http.StatusUnprocessableEntity, ""},
		{"guard-1", "  ", http.StatusUnprocessableEntity, "account.why"},
		{"nobody", "x", http.StatusNotFound, ""},
	} {
		a := admin.post("/api/v1/accounts/"+c.name+"/suspend", m{"reason": c.reason})
		assert.Equal(t, c.status, a.status, "%s: %s", c.name, a.body)
		if c.code != "" {
			assert.Equal(t, "urn:campushub:refusal:"+c.code, a.json(t)["type"], c.name)
		}
	}
	require.Equal(t, http.StatusOK, admin.post("/api/v1/accounts/liaison-1/suspend", m{"reason": "调离"}).status, "the school has another")
	require.Equal(t, http.StatusOK, admin.post("/api/v1/accounts/liaison-1/restore", m{"reason": "未调离"}).status)
	h.people.Store(withoutAccount(h.people.Load(), "named-1"))
	a := admin.post("/api/v1/accounts/liaison-1/suspend", m{"reason": "调离"})
	assert.Equal(t, http.StatusConflict, a.status)
	assert.Equal(t, "urn:campushub:refusal:account.last-liaison", a.json(t)["type"])
	assert.Equal(t, http.StatusOK, h.as("liaison-1").get("/api/v1/incidents").status)
}

// Of two administrators who suspend each other at once one is refused, and is told
// what to do.
func TestTheLastAdministratorIsNotShutOut(t *testing.T) {
	h := start(t)
	first, ok := h.people.Load().Account("admin-1")
	require.True(t, ok)
	second := first
	second.Name = "admin-2"
	h.people.Store(with(h.people.Load(), second))
	for range 10 {
		done := make(chan error, 2)
		for _, pair := range [][2]people.Account{{first, second}, {second, first}} {
			go func() {
				_, err := h.server.ChangeAccount(t.Context(), pair[0], pair[1].Name, people.AccountSuspended, "调离", time.Now())
				done <- err
			}()
		}
		one, two := <-done, <-done
		require.NotEqual(t, one == nil, two == nil, "%v, %v", one, two)
		var refused *alerting.Refusal
		require.ErrorAs(t, cmp.Or(one, two), &refused)
		require.Equal(t, "account.last-admin", refused.Code)
		left, off := first, second
		if _, ok := h.people.Load().Account("admin-1"); !ok {
			left, off = second, first
		}
		_, err := h.server.ChangeAccount(t.Context(), left, off.Name, people.AccountRestored, "返岗", time.Now())
		require.NoError(t, err)
	}
}

// with is a directory with one account more.
func with(d *people.Directory, a people.Account) *people.Directory {
	return people.New(people.Lists{Schools: d.Schools(), Devices: d.Devices(), Accounts: append(d.Everyone(), a)})
}

// An administrator of no school looks after the whole hub.
func TestWhoAdministersTheHubSeesEverybody(t *testing.T) {
	h := start(t)
	h.people.Store(withAccount(h.people.Load(), "admin-1", func(a *people.Account) { a.Schools = nil }))
	root := people.Account{Name: "admin-1", Role: alerting.RoleAdmin}
	all, err := h.server.Managed(t.Context(), root, time.Now())
	require.NoError(t, err)
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
		assert.False(t, a.Elsewhere, a.Name)
		assert.True(t, a.Holds(root), a.Name)
	}
	assert.Contains(t, names, "other-1")
	assert.Contains(t, names, "named-1")
}

func TestTheTableOfRightsIsWhatTheRulesDecide(t *testing.T) {
	h := start(t)
	got := map[string]m{}
	for _, r := range h.as("parent-1").get("/api/v1/rights").json(t)["roles"].([]any) {
		r := r.(m)
		got[r["role"].(string)] = r["may"].(m)
	}
	require.Len(t, got, len(alerting.Roles()))
	// Columns: liaison, officer, guard, volunteer, staff, district, parent, admin.
	for right, want := range map[string]string{
		"incidents":      "all all all none none none none none",
		"confidential":   "named named named none none none none none",
		"raise":          "none all all none none none none none",
		"acknowledge":    "all all all none none none none none",
		"dispatch":       "all none none none none none none none",
		"resolve-police": "all none none none none none none none",
		"resolve-school": "none all none none none none none none",
		"report":         "none all none none none none none none",
		"release":        "none release none none none none none none",
		"evidence":       "all all none none none none none none",
		"roster":         "none all none none none none none none",
		"drills":         "all all none none none none none none",
		"check-audit":    "all all none none none none none all",
		"note":           "all all all none none none none none",
		"devices":        "all all all none none none none all",
		"accounts":       "none none none none none none none all",
	} {
		var row []string
		for _, role := range alerting.Roles() {
			row = append(row, got[string(role)][right].(string))
		}
		assert.Equal(t, want, strings.Join(row, " "), right)
	}
	assert.Len(t, got["guard"], len(api.Rights()))
}
