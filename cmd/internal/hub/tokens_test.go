package hub_test

import (
	"bufio"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
)

// A program is made on the page, acts under its own name in the journal, and
// outlasts a restart; the command line ends it and its stream beside the hub that
// runs.
func TestAProgramActsUntilTheCommandLineEndsIt(t *testing.T) {
	r := start(t, unchanged)
	var made struct{ Token string }
	require.Equal(t, http.StatusCreated, r.callAs(t, "admin").call("POST", "/api/v1/tokens", map[string]any{
		"name": "gate-system", "role": "officer", "schools": []string{school}, "scopes": []string{"incidents:read", "incidents:raise", "audit:read"}, "reason": "门禁对接",
	}, &made))
	program := caller{t: t, base: r.Console(), token: made.Token}
	var raised struct{ ID string }
	require.Equal(t, http.StatusCreated, program.call("POST", "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": school, "place": "north-gate", "kind": "hazard",
	}, &raised))
	var page struct {
		Entries []struct{ Actor, Incident string }
	}
	require.Equal(t, http.StatusOK, program.call("GET", "/api/v1/audit/"+school, nil, &page))
	assert.Contains(t, page.Entries, struct{ Actor, Incident string }{"program:gate-system", raised.ID})
	require.NoError(t, r.stop())

	again := serve(t, r.campus)
	program.base = again.Console()
	require.Equal(t, http.StatusOK, program.call("GET", "/api/v1/incidents/"+raised.ID, nil, nil))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, program.base+"/api/v1/stream", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+made.Token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	in := bufio.NewReader(res.Body)
	_, err = in.ReadString('\n')
	require.NoError(t, err)

	beside, err := office.Open(t.Context(), filepath.Join(r.cfg.Hub.Dir, "office.db"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer beside.Close()
	require.NoError(t, beside.RevokeToken(t.Context(), "gate-system", people.AccountChange{
		At: time.Now(), Account: "program:gate-system", Did: people.TokenWasRevoked, By: "root@hub", Why: "泄露",
	}))
	assert.Equal(t, http.StatusUnauthorized, program.call("GET", "/api/v1/incidents", nil, nil), "at once")
	began := time.Now()
	_, _ = io.Copy(io.Discard, in) // until it ends
	assert.Less(t, time.Since(began), patience)
}
