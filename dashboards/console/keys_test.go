package console_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keyless are the operations that change something and take no Idempotency-Key, and
// why.
var keyless = map[string]string{
	"POST /api/v1/session":              "nobody is signed in yet whose key it could be; a browser has one session",
	"DELETE /api/v1/session":            "done twice is done once (RFC 9110, 9.2.2)",
	"DELETE /api/v1/push/subscriptions": "done twice is done once",
	"PUT /api/v1/password":              "the second time the present one is another, and nothing is done",
	"PUT /api/v1/hazards/{id}/photo":    "the same file again is the same photo",
}

// Every operation that changes something takes a key, or stands in the table. That
// it does is seen before the operation itself: a key that is none is refused.
func TestEveryCommandOfTheAPITakesAKey(t *testing.T) {
	b := startBusy(t)
	officer, part, seen := b.as("officer-1", "en"), regexp.MustCompile(`\{[^}]+\}`), 0
	for _, r := range b.routes() {
		method, path, _ := strings.Cut(r.at, " ")
		if method == http.MethodGet {
			assert.NotContains(t, r.parameters, "Idempotency-Key", r.at)
			continue
		}
		if why := keyless[r.at]; why != "" {
			assert.NotContains(t, r.parameters, "Idempotency-Key", r.at)
			continue
		}
		seen++
		assert.Contains(t, r.parameters, "Idempotency-Key", "%s in the document", r.at)
		req, err := http.NewRequestWithContext(t.Context(), method, b.http.URL+part.ReplaceAllString(path, "x"), nil)
		require.NoError(t, err)
		req.Header.Set("Idempotency-Key", "a b")
		res, err := officer.client.Do(req)
		require.NoError(t, err)
		said, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, r.at)
		assert.Contains(t, string(said), "urn:campushub:refusal:key.form", r.at)
	}
	assert.Greater(t, seen, 40)
}
