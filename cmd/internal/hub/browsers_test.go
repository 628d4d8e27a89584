package hub

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// A page gives its subscription anew whenever it is opened: that is no other
// browser.
func TestABrowserIsNewOnce(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	s, err := office.Open(t.Context(), filepath.Join(t.TempDir(), "office.db"), log)
	require.NoError(t, err)
	defer s.Close()
	b, err := openBrowsers(t.Context(), s, func() *people.Directory { return people.New(people.Lists{}) }, nil, log)
	require.NoError(t, err)
	var added []string
	b.added = func(account, endpoint string, _ time.Time) { added = append(added, account+" "+endpoint) }
	for _, endpoint := range []string{"one", "one", "two", "one"} {
		require.NoError(t, b.Subscribe(t.Context(), "parent", api.Subscription{Endpoint: endpoint, Auth: "a", P256dh: "p"}, time.Now()))
	}
	require.NoError(t, b.Unsubscribe(t.Context(), "parent", "one"))
	require.NoError(t, b.Subscribe(t.Context(), "parent", api.Subscription{Endpoint: "one", Auth: "a", P256dh: "p"}, time.Now()))
	assert.Equal(t, []string{"parent one", "parent two", "parent one"}, added)
}
