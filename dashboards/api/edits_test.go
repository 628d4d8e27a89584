package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
)

// Two have the same thing before them: whoever edits it second is told, and
// changes nothing. Without a version the edit is of whatever there is.
func TestAnEditOfWhatHasChangedIsRefused(t *testing.T) {
	h := start(t)
	admin, officer := h.as("admin-1"), h.as("officer-1")
	hazard := found(apitest.School, "north-gate")
	require.Equal(t, http.StatusOK, officer.post("/api/v1/hazards", hazard).status)
	require.Equal(t, http.StatusCreated, admin.post("/api/v1/tokens", m{"name": "gate", "role": "officer", "schools": own, "scopes": []string{"duty:read"}, "reason": "x"}).status)
	for _, c := range []struct {
		b                *browser
		at, edit, body   string
		again, againBody string // what makes it another
	}{
		{admin, "/api/v1/accounts/clerk-1", "/sign-out", `{"reason":"x"}`, "/suspend", `{"reason":"x"}`},
		{admin, "/api/v1/accounts/clerk-1", "/restore", `{"reason":"x"}`, "/restore", `{"reason":"x"}`},
		{officer, "/api/v1/hazards/" + hazard["id"].(string), "/state", `{"state":"done","reason":"x","known":1}`, "/state", `{"state":"in-hand","reason":"x","known":0}`},
		{admin, "/api/v1/tokens/gate", "/revoke", `{"reason":"x"}`, "/revoke", `{"reason":"x"}`},
	} {
		edit := func(to, body, match string) answer {
			return c.b.do(http.MethodPost, c.at+to, "application/json", []byte(body), "If-Match", match)
		}
		seen := c.b.get(c.at).header.Get("ETag")
		require.Regexp(t, `^"[0-9a-f]{16}"$`, seen, c.at)
		assert.Equal(t, seen, c.b.get(c.at).header.Get("ETag"), "reading changes nothing")
		changed := edit(c.again, c.againBody, `"other", `+seen)
		require.Equal(t, http.StatusOK, changed.status, "%s%s: %s", c.at, c.again, changed.body)
		before := c.b.get(c.at)
		assert.NotEqual(t, seen, before.header.Get("ETag"), c.at)
		refused := edit(c.edit, c.body, seen)
		assert.Equal(t, http.StatusPreconditionFailed, refused.status, "%s: %s", c.at, refused.body)
		kind, _ := refused.problem(t)
		assert.Equal(t, "urn:campushub:refusal:changed", kind)
		assert.Equal(t, http.StatusPreconditionFailed, edit(c.edit, c.body, `W/"x"`).status, "a weak tag is nobody's")
		assert.Equal(t, string(before.body), string(c.b.get(c.at).body), "nothing was changed")
	}
	assert.Equal(t, http.StatusOK, admin.do(http.MethodPost, "/api/v1/accounts/clerk-1/sign-out", "application/json", []byte(`{"reason":"x"}`), "If-Match", "*").status)
	assert.Equal(t, http.StatusOK, admin.post("/api/v1/accounts/clerk-1/sign-out", m{"reason": "x"}).status)
	stranger := h.as("other-1").do(http.MethodPost, "/api/v1/accounts/clerk-1/sign-out", "application/json", []byte(`{"reason":"x"}`), "If-Match", `"x"`)
	assert.Equal(t, http.StatusForbidden, stranger.status, "a version says nothing to whoever may not read it")
}
