package hub_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A key outlasts the hub that it came to.
func TestACommandWithAKeyIsDoneOnceAcrossARestart(t *testing.T) {
	r := start(t, unchanged)
	admin := r.callAs(t, "admin")
	send := func(base string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/v1/accounts/liaison/sign-out", strings.NewReader(`{"reason":"交接"}`))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+admin.token)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", "0197a0c4-3d8e-7c00-8000-000000000001")
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(body)
	}
	status, first := send(r.Console())
	require.Equal(t, http.StatusOK, status, "%s", first)
	require.NoError(t, r.stop())

	admin.base = serve(t, r.campus).Console()
	status, second := send(admin.base)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, first, second)
	var chain struct{ Changes []struct{ Did string } }
	require.Equal(t, http.StatusOK, admin.call("GET", "/api/v1/accounts/changes?account=liaison", nil, &chain))
	require.NotEmpty(t, chain.Changes)
	n := 0
	for _, c := range chain.Changes {
		if c.Did == "signed-out" {
			n++
		}
	}
	assert.Equal(t, 1, n)
}
