package console_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
)

const sessionCookie = "campushub_session"

// session is the browser's session; "" where it has none.
func (b *browser) session() string {
	at, err := url.Parse(b.h.http.URL)
	require.NoError(b.t, err)
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == sessionCookie {
			return c.Value
		}
	}
	return ""
}

// plants puts a session into the browser.
func (b *browser) plants(token string) *browser {
	at, err := url.Parse(b.h.http.URL)
	require.NoError(b.t, err)
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: sessionCookie, Value: token, Path: "/"}})
	return b
}

// opens reports whether a session's token shows somebody's pages.
func (h *hub) opens(token string) bool {
	return h.browser("zh").plants(token).get("/alarms").path == "/alarms"
}

// The form for signing in begins a session of its own, whatever session was put
// into the browser before; the button for signing out ends that one alone.
func TestThePagesTakeUpNoPlantedSession(t *testing.T) {
	h := start(t)
	for name, token := range map[string]string{
		"made up":            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
		"of another account": h.as("guard-1", "zh").session(),
		"of one's own":       h.as("officer-1", "zh").session(),
	} {
		require.Equal(t, name != "made up", h.opens(token), name)
		b := h.browser("zh").plants(token)
		require.Equal(t, http.StatusOK, b.post("/sign-in", "name", "officer-1", "password", apitest.Password).status)
		own := b.session()
		assert.NotEqual(t, token, own, name)
		assert.True(t, h.opens(own), name)
		assert.False(t, h.opens(token), "the planted session, %s, opens something", name)

		other := h.as("officer-1", "zh").session()
		assert.Equal(t, "/sign-in", b.post("/sign-out").path)
		assert.Empty(t, b.session(), name)
		assert.False(t, h.opens(own), name)
		assert.True(t, h.opens(other), "another browser was signed out: %s", name)
		b.plants(own)
		require.Equal(t, http.StatusOK, b.post("/sign-in", "name", "officer-1", "password", apitest.Password).status)
		assert.NotEqual(t, own, b.session(), name)
		assert.False(t, h.opens(own), "it was brought back to life: %s", name)
	}
}
