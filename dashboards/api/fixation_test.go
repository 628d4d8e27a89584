package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
)

const (
	sessionCookie = "campushub_session"
	browserCookie = "campushub_browser"
)

// cookies are those that an answer sets, by name.
func (a answer) cookies() map[string]*http.Cookie {
	out := map[string]*http.Cookie{}
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		out[c.Name] = c
	}
	return out
}

// opens reports whether a session's token lets a stranger's browser read.
func (h *hub) opens(token string) bool {
	h.t.Helper()
	status := h.browser().do(http.MethodGet, "/api/v1/rights", "", nil, "Cookie", sessionCookie+"="+token).status
	if status != http.StatusOK {
		assert.Equal(h.t, http.StatusUnauthorized, status)
	}
	return status == http.StatusOK
}

// Whoever put a session into a browser before its owner signs in has nothing of
// what follows: the session after signing in is another one, and the planted one
// opens nothing, were it good before.
func TestAPlantedSessionIsNotTakenUp(t *testing.T) {
	h := start(t)
	for name, token := range map[string]string{
		"made up":            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
		"of another account": h.browser().signIn("guard-1", apitest.Password).json(t)["token"].(string),
		"of one's own":       h.browser().signIn("officer-1", apitest.Password).json(t)["token"].(string),
	} {
		assert.Equal(t, name != "made up", h.opens(token), name)
		planted := []string{"Cookie", sessionCookie + "=" + token}
		b := h.browser()
		wrong := b.do(http.MethodPost, "/api/v1/session", "application/json", []byte(`{"name":"officer-1","password":"wrong"}`), planted...)
		require.Equal(t, http.StatusUnauthorized, wrong.status)
		assert.Empty(t, wrong.cookies(), "a wrong password begins nothing: %s", name)

		done := b.do(http.MethodPost, "/api/v1/session", "application/json", []byte(`{"name":"officer-1","password":"`+apitest.Password+`"}`), planted...)
		require.Equal(t, http.StatusOK, done.status, name)
		session := done.cookies()[sessionCookie]
		require.NotNil(t, session, name)
		assert.NotEqual(t, token, session.Value, name)
		assert.Equal(t, session.Value, done.json(t)["token"], name)
		assert.True(t, h.opens(session.Value), name)
		assert.False(t, h.opens(token), "the planted session, %s, opens something", name)
	}
}

// The cookie that spares a browser the wait is one's own too.
func TestAPlantedBrowserIsNotTakenUp(t *testing.T) {
	h := start(t)
	others := h.browser().signIn("guard-1", apitest.Password).cookies()[browserCookie].Value
	for name, token := range map[string]string{"made up": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "of another account": others} {
		done := h.browser().do(http.MethodPost, "/api/v1/session", "application/json", []byte(`{"name":"officer-1","password":"`+apitest.Password+`"}`),
			"Cookie", browserCookie+"="+token)
		require.Equal(t, http.StatusOK, done.status, name)
		own := done.cookies()[browserCookie]
		require.NotNil(t, own, "%s is taken for the officer's own", name)
		assert.NotEqual(t, token, own.Value, name)
		assert.False(t, h.opens(token), name)
	}
}

// Signing out ends the request's session and no other; what was ended stays so,
// whoever plants it again.
func TestAnEndedSessionIsNotRevived(t *testing.T) {
	h := start(t)
	first := h.browser().signIn("officer-1", apitest.Password).json(t)["token"].(string)
	second := h.browser().signIn("officer-1", apitest.Password).json(t)["token"].(string)
	out := h.browser().do(http.MethodDelete, "/api/v1/session", "", nil, "Cookie", sessionCookie+"=made-up")
	assert.Equal(t, http.StatusUnauthorized, out.status)
	assert.True(t, h.opens(first) && h.opens(second), "a made-up session ends nobody's")

	out = h.browser().do(http.MethodDelete, "/api/v1/session", "", nil, "Cookie", sessionCookie+"="+first)
	require.Equal(t, http.StatusNoContent, out.status)
	gone := out.cookies()[sessionCookie]
	require.NotNil(t, gone)
	assert.Empty(t, gone.Value)
	assert.Negative(t, gone.MaxAge, "the browser forgets it")
	assert.False(t, h.opens(first))
	assert.True(t, h.opens(second), "the other browser stays signed in")

	again := h.browser().do(http.MethodPost, "/api/v1/session", "application/json", []byte(`{"name":"officer-1","password":"`+apitest.Password+`"}`),
		"Cookie", sessionCookie+"="+first)
	require.Equal(t, http.StatusOK, again.status)
	assert.NotEqual(t, first, again.cookies()[sessionCookie].Value)
	assert.False(t, h.opens(first), "it was brought back to life")
}
