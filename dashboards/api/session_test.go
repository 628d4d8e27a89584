package api_test

import (
	"net/http"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
)

func TestSigningInGivesACookieAndAToken(t *testing.T) {
	h := start(t)
	b := h.browser()
	a := b.signIn("liaison-1", apitest.Password)
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	body := a.json(t)
	assert.Equal(t, "liaison", body["role"])
	assert.Equal(t, []any{apitest.School}, body["schools"])

	var session *http.Cookie
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		assert.True(t, c.HttpOnly, c.Name)
		assert.Equal(t, http.SameSiteLaxMode, c.SameSite, c.Name)
		assert.False(t, c.Secure, "no TLS here")
		if c.Name == "campushub_session" {
			session = c
		}
	}
	require.NotNil(t, session)
	assert.Equal(t, http.StatusOK, b.get("/api/v1/incidents").status, "by cookie")

	token, _ := body["token"].(string)
	stranger := h.browser()
	assert.Equal(t, http.StatusUnauthorized, stranger.get("/api/v1/incidents").status)
	byToken := stranger.do(http.MethodGet, "/api/v1/incidents", "", nil, "Authorization", "Bearer "+token)
	assert.Equal(t, http.StatusOK, byToken.status)
	bad := b.do(http.MethodGet, "/api/v1/incidents", "", nil, "Authorization", "Bearer wrong")
	assert.Equal(t, http.StatusUnauthorized, bad.status, "a wrong token is not saved by a good cookie")
}

func TestCookiesAreSecureWhereAProxyHasTLS(t *testing.T) {
	h := startWith(t, api.Config{SecureCookies: true})
	a := h.browser().signIn("liaison-1", apitest.Password)
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		assert.True(t, c.Secure, c.Name)
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	h := start(t)
	b := h.as("officer-1")
	token := b.signIn("officer-1", apitest.Password).json(t)["token"].(string)
	assert.Equal(t, http.StatusNoContent, b.do(http.MethodDelete, "/api/v1/session", "", nil).status)
	assert.Equal(t, http.StatusUnauthorized, b.get("/api/v1/incidents").status)
	again := b.do(http.MethodGet, "/api/v1/incidents", "", nil, "Authorization", "Bearer "+token)
	assert.Equal(t, http.StatusUnauthorized, again.status)
	assert.Equal(t, http.StatusUnauthorized, b.do(http.MethodDelete, "/api/v1/session", "", nil).status)
}

func TestASessionOutlivesTheHub(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	first := startAt(t, api.Config{}, path)
	token := first.browser().signIn("liaison-1", apitest.Password).json(t)["token"].(string)
	first.stop()

	second := startAt(t, api.Config{}, path)
	a := second.browser().do(http.MethodGet, "/api/v1/incidents", "", nil, "Authorization", "Bearer "+token)
	assert.Equal(t, http.StatusOK, a.status)
}

func TestADisabledAccountAndANewPasswordEndASession(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1")
	before := h.people.Load()

	h.people.Store(withAccount(before, "liaison-1", func(a *people.Account) { a.PasswordHash += "x" }))
	assert.Equal(t, http.StatusUnauthorized, b.get("/api/v1/incidents").status, "another password")
	h.people.Store(before)
	assert.Equal(t, http.StatusOK, b.get("/api/v1/incidents").status)
	h.people.Store(withoutAccount(before, "liaison-1"))
	assert.Equal(t, http.StatusUnauthorized, b.get("/api/v1/incidents").status, "disabled")
}

func withAccount(d *people.Directory, name string, change func(*people.Account)) *people.Directory {
	return rebuild(d, func(a people.Account) (people.Account, bool) {
		if a.Name == name {
			change(&a)
		}
		return a, true
	})
}

func withoutAccount(d *people.Directory, name string) *people.Directory {
	return rebuild(d, func(a people.Account) (people.Account, bool) { return a, a.Name != name })
}

func rebuild(d *people.Directory, keep func(people.Account) (people.Account, bool)) *people.Directory {
	accounts := map[string]people.Account{}
	for _, s := range d.Schools() {
		for _, a := range d.AccountsOf(s.ID) {
			if b, ok := keep(a); ok {
				accounts[b.Name] = b
			}
		}
	}
	var list []people.Account
	for _, a := range accounts {
		list = append(list, a)
	}
	return people.New(people.Lists{Schools: d.Schools(), Devices: d.Devices(), Accounts: list})
}

func TestWrongPasswordsAreSlowedDownButLockNobodyOut(t *testing.T) {
	h := start(t)
	own := h.as("liaison-1") // this browser has signed in before
	stranger := h.browser()
	for range 3 {
		a := stranger.signIn("liaison-1", "wrong")
		require.Equal(t, http.StatusUnauthorized, a.status)
	}
	assert.Equal(t, http.StatusUnauthorized, stranger.signIn("liaison-1", "wrong").status, "the fourth is checked, and costs a wait")
	a := stranger.signIn("liaison-1", apitest.Password)
	assert.Equal(t, http.StatusTooManyRequests, a.status)
	assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
	wait, err := strconv.Atoi(a.header.Get("Retry-After"))
	require.NoError(t, err)
	assert.Positive(t, wait)

	assert.Equal(t, http.StatusOK, own.signIn("liaison-1", apitest.Password).status, "the liaison's own browser never waits")
	assert.Equal(t, http.StatusOK, h.browser().signIn("officer-1", apitest.Password).status, "nor does another account")
	assert.Equal(t, 4.0, h.refused("wrong_password"))
	assert.Equal(t, 1.0, h.refused("backed_off"))
}

func TestAnUnknownAccountAndAWrongPasswordLookAlike(t *testing.T) {
	h := start(t)
	unknown := h.browser().signIn("nobody", "x")
	wrong := h.browser().signIn("liaison-1", "x")
	assert.Equal(t, wrong.status, unknown.status)
	assert.Equal(t, string(wrong.body), string(unknown.body))
}
