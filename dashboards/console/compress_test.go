package console_test

import (
	"io"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// raw gets a path as it comes over the wire.
func (b *browser) raw(path, takes string) (h http.Header, body []byte) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.h.http.URL+path, nil)
	require.NoError(b.t, err)
	r.Header.Set("Accept-Encoding", takes)
	answer, err := b.client.Do(r)
	require.NoError(b.t, err)
	defer answer.Body.Close()
	require.Equal(b.t, http.StatusOK, answer.StatusCode, path)
	if answer.Header.Get("Content-Type") == "text/event-stream" {
		return answer.Header, nil
	}
	body, err = io.ReadAll(answer.Body)
	require.NoError(b.t, err)
	return answer.Header, body
}

func TestPagesAndAssetsAreSentCompressedAndTheRestAsItIs(t *testing.T) {
	b := start(t).as("liaison-1", "zh")
	_, page := b.raw("/", "identity")
	sheet := string(regexp.MustCompile(`/assets/[^"]+/console\.css`).Find(page))
	for path, smaller := range map[string]bool{"/": true, sheet: true, "/api/v1/incidents": false, "/api/v1/stream": false} {
		h, plain := b.raw(path, "identity")
		assert.Empty(t, h.Get("Content-Encoding"), path)
		h, packed := b.raw(path, "gzip, zstd")
		if !smaller {
			assert.Empty(t, h.Get("Content-Encoding"), path)
			continue
		}
		assert.Equal(t, "gzip", h.Get("Content-Encoding"), path)
		assert.Contains(t, h.Values("Vary"), "Accept-Encoding", path)
		assert.Less(t, 2*len(packed), len(plain), path)
	}
}
