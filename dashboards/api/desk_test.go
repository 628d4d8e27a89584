package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
)

// A desk of several people has one address, and here one browser as well: it is
// known by each who signed in there, and strangers who guess from the same address
// keep none of them out.
func TestADeskBehindOneAddressIsKeptOutByNobodysGuesses(t *testing.T) {
	h := start(t)
	desk := h.browser()
	for _, who := range []string{"liaison-1", "named-1", "liaison-1", "other-1"} {
		require.Equal(t, http.StatusOK, desk.signIn(who, apitest.Password).status, who)
	}
	stranger := h.browser()
	for _, who := range []string{"liaison-1", "named-1", "other-1"} {
		for range 4 {
			require.Equal(t, http.StatusUnauthorized, stranger.signIn(who, "wrong").status)
		}
		require.Equal(t, http.StatusTooManyRequests, stranger.signIn(who, apitest.Password).status, "from that address %s has to wait", who)
		assert.Equal(t, http.StatusOK, desk.signIn(who, apitest.Password).status, "but not in the desk's browser")
	}
}

// A colleague who types wrong passwords in the desk's own browser costs its owner
// moments: the right password is held for them, and comes in.
func TestWrongPasswordsInAKnownBrowserHoldTheRightOneForMoments(t *testing.T) {
	h := start(t)
	desk := h.as("liaison-1")
	for range 4 {
		require.Equal(t, http.StatusUnauthorized, desk.signIn("liaison-1", "wrong").status)
	}
	began := time.Now()
	require.Equal(t, http.StatusOK, desk.signIn("liaison-1", apitest.Password).status)
	assert.Greater(t, time.Since(began), 500*time.Millisecond, "a guess costs something")
	require.Equal(t, http.StatusOK, desk.signIn("liaison-1", apitest.Password).status, "and what went before is forgotten")
}

// What names a browser signs nobody in: as a session it is nobody's, and not a
// fault of the hub. It is not ended by signing out with it either.
func TestABrowsersTokenIsNoSession(t *testing.T) {
	h := start(t)
	cookies := h.browser().signIn("officer-1", apitest.Password).cookies()
	browser := cookies[browserCookie].Value
	for _, token := range []string{"browser:" + browser, browser, "browser:", "gone"} {
		for _, path := range []string{"/api/v1/incidents", "/api/v1/stream", "/api/v1/rights"} {
			got := h.browser().do(http.MethodGet, path, "", nil, "Cookie", sessionCookie+"="+token)
			assert.Equal(t, http.StatusUnauthorized, got.status, "%s with %s", path, token)
		}
		out := h.browser().do(http.MethodDelete, "/api/v1/session", "", nil, "Cookie", sessionCookie+"="+token)
		assert.Equal(t, http.StatusUnauthorized, out.status)
	}
	known := h.browser().do(http.MethodPost, "/api/v1/session", "application/json", []byte(`{"name":"officer-1","password":"`+apitest.Password+`"}`),
		"Cookie", browserCookie+"="+browser)
	require.Equal(t, http.StatusOK, known.status)
	assert.Nil(t, known.cookies()[browserCookie], "it is known still")
	require.NoError(t, h.store.CommitCtx(t.Context(), "torn", []byte("no session at all"), time.Now().Add(time.Hour)))
	torn := h.browser().do(http.MethodGet, "/api/v1/incidents", "", nil, "Cookie", sessionCookie+"=torn")
	assert.Equal(t, http.StatusUnauthorized, torn.status)
}

// A browser is known by so many accounts and no more, and by none that somebody
// made up.
func TestABrowserIsKnownByWhomeverSignedInThere(t *testing.T) {
	h := start(t)
	planted := strings.Repeat("made-up.", 40)
	in := h.browser().do(http.MethodPost, "/api/v1/session", "application/json", []byte(`{"name":"officer-1","password":"`+apitest.Password+`"}`),
		"Cookie", browserCookie+"="+planted)
	require.Equal(t, http.StatusOK, in.status)
	assert.NotContains(t, in.cookies()[browserCookie].Value, ".", "what was made up is gone")
	both := h.browser().do(http.MethodPost, "/api/v1/session", "application/json", []byte(`{"name":"guard-1","password":"`+apitest.Password+`"}`),
		"Cookie", browserCookie+"="+in.cookies()[browserCookie].Value)
	assert.Len(t, strings.Split(both.cookies()[browserCookie].Value, "."), 2)
}

func TestCookiesAreSecureWhereABrowserCameByTLS(t *testing.T) {
	h := startWith(t, api.Config{})
	for proto, secure := range map[string]bool{"https": true, "HTTPS, http": true, "http": false, "": false, "http, https": false} {
		a := h.browser().do(http.MethodPost, "/api/v1/session", "application/json", []byte(`{"name":"officer-1","password":"`+apitest.Password+`"}`),
			"X-Forwarded-Proto", proto)
		require.Equal(t, http.StatusOK, a.status)
		require.Len(t, a.cookies(), 2)
		for _, c := range a.cookies() {
			assert.Equal(t, secure, c.Secure, "%s, %q", c.Name, proto)
		}
	}
}
