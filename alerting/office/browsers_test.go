package office_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
)

func endpoints(t *testing.T, s *office.Store) []string {
	t.Helper()
	all, err := s.Browsers(t.Context())
	require.NoError(t, err)
	var out []string
	for _, b := range all {
		out = append(out, b.Account+" "+b.Endpoint)
	}
	return out
}

func TestBrowsersAreKeptOverARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s, ctx, noon := open(t, path), t.Context(), time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	first := office.Browser{Account: "wang", Endpoint: "https://push.example.org/1", Auth: "a", P256dh: "p", AddedAt: noon}
	second := office.Browser{Account: "li", Endpoint: "https://push.example.org/2", Auth: "b", P256dh: "q", AddedAt: noon.Add(time.Second)}
	require.NoError(t, s.SaveBrowser(ctx, first, 8))
	require.NoError(t, s.SaveBrowser(ctx, second, 8))
	require.NoError(t, s.Close())

	s = open(t, path)
	all, err := s.Browsers(ctx)
	require.NoError(t, err)
	assert.Equal(t, []office.Browser{second, first}, all, "the latest first")

	first.Account, first.AddedAt = "li", noon.Add(2*time.Second)
	require.NoError(t, s.SaveBrowser(ctx, first, 8))
	assert.Equal(t, []string{"li https://push.example.org/1", "li https://push.example.org/2"}, endpoints(t, s), "a browser is one account's")

	require.NoError(t, s.DeleteBrowser(ctx, "wang", first.Endpoint))
	assert.Len(t, endpoints(t, s), 2, "what is another account's stays")
	require.NoError(t, s.DeleteBrowser(ctx, "li", first.Endpoint))
	require.NoError(t, s.DeleteBrowser(ctx, "li", first.Endpoint))
	assert.Equal(t, []string{"li https://push.example.org/2"}, endpoints(t, s))
}

func TestAnAccountsBrowsersAreBounded(t *testing.T) {
	s, ctx, noon := open(t, filepath.Join(t.TempDir(), "office.db")), t.Context(), time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for n := range 5 {
		for _, account := range []string{"wang", "li"} {
			require.NoError(t, s.SaveBrowser(ctx, office.Browser{
				Account: account, Endpoint: fmt.Sprintf("%s-%d", account, n), AddedAt: noon.Add(time.Duration(n) * time.Minute),
			}, 2))
		}
	}
	assert.Equal(t, []string{"li li-4", "wang wang-4", "li li-3", "wang wang-3"}, endpoints(t, s))
}
