package hub_test

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chainFound is a chain as the latest check found it.
type chainFound struct {
	School   string
	Entries  int64
	Holds    bool
	BrokenAt int64 `json:"broken_at"`
	Break    string
}

// checked has the chains checked, and waits for what is found.
func (c caller) checked() []chainFound {
	c.t.Helper()
	var got struct {
		Running *string `json:"running_since"`
		Failed  string
		Chains  []chainFound
	}
	require.Equal(c.t, http.StatusAccepted, c.call("POST", "/api/v1/audit/check", nil, nil))
	require.Eventually(c.t, func() bool {
		require.Equal(c.t, http.StatusOK, c.call("GET", "/api/v1/audit", nil, &got))
		return got.Running == nil
	}, patience, 5*time.Millisecond)
	assert.Empty(c.t, got.Failed)
	return got.Chains
}

// What was done is read from the audit chain; a hand that reaches into the
// journal's file shows in it.
func TestTheAuditChainIsReadAndCheckedWhileTheHubRuns(t *testing.T) {
	r := start(t, unchanged)
	officer := r.callAs(t, "officer")
	var raised struct{ ID string }
	require.Equal(t, http.StatusCreated, officer.call("POST", "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": school, "place": "north-gate", "kind": "hazard",
	}, &raised))
	require.Equal(t, http.StatusOK, officer.call("POST", "/api/v1/incidents/"+raised.ID+"/note", map[string]any{"text": "看过，已围起来"}, nil))

	var page struct {
		Entries []struct {
			Seq      int64
			Actor    string
			Incident string
			Text     struct{ ZH string }
		}
		Next int64
	}
	require.Equal(t, http.StatusOK, officer.call("GET", "/api/v1/audit/"+school, nil, &page))
	require.GreaterOrEqual(t, len(page.Entries), 2)
	assert.Equal(t, "看过，已围起来", page.Entries[0].Text.ZH, "the latest first")
	assert.Equal(t, "officer", page.Entries[0].Actor)
	assert.Equal(t, raised.ID, page.Entries[0].Incident)
	assert.Positive(t, page.Entries[len(page.Entries)-1].Seq)

	found := officer.checked()
	require.Len(t, found, 1)
	assert.True(t, found[0].Holds)
	assert.GreaterOrEqual(t, found[0].Entries, int64(len(page.Entries)))

	db, err := sql.Open("sqlite", filepath.Join(filepath.Dir(r.campus.Config), "journal.db")+"?_pragma=busy_timeout(10000)")
	require.NoError(t, err)
	_, err = db.Exec(`UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), '看过', '没看') AS BLOB) WHERE seq = ?`, page.Entries[0].Seq)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	found = officer.checked()
	require.Len(t, found, 1)
	assert.Equal(t, "changed", found[0].Break)
	assert.Equal(t, page.Entries[0].Seq, found[0].BrokenAt)
	assert.Contains(t, r.logged(), "an audit chain is broken")
}
