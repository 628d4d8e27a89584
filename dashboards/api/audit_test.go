package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestWhoReadsAndChecksTheAuditChains(t *testing.T) {
	h := start(t)
	for account, want := range map[string][3]int{ // the trail, the check, to begin one
		"":            {401, 401, 401},
		"liaison-1":   {200, 200, 202},
		"officer-1":   {200, 200, 202},
		"guard-1":     {403, 403, 403},
		"volunteer-1": {403, 403, 403},
		"staff-1":     {403, 403, 403},
		"district-1":  {403, 403, 403},
		"parent-1":    {403, 403, 403},
		"admin-1":     {403, 200, 202},
		"other-1":     {404, 200, 202},
		"named-1":     {200, 200, 202},
	} {
		b := h.browser()
		if account != "" {
			b = h.as(account)
		}
		assert.Equal(t, want[0], b.get("/api/v1/audit/"+apitest.School).status, account)
		assert.Equal(t, want[1], b.get("/api/v1/audit").status, account)
		assert.Equal(t, want[2], b.post("/api/v1/audit/check", nil).status, account)
	}
}

// entries are the sentences of a page of the trail, and where the next one begins.
func entries(t *testing.T, a answer) (said []string, next float64) {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	page := a.json(t)
	for _, e := range page["entries"].([]any) {
		e := e.(map[string]any)
		said = append(said, fmt.Sprint(e["seq"], " ", e["actor"], " ", e["text"].(map[string]any)["en"]))
	}
	return said, page["next"].(float64)
}

func TestTheTrailIsWhatTheReaderMayReadAndTheLatestFirst(t *testing.T) {
	h := start(t)
	open := h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency))
	hidden := h.engine.Press(apitest.APress(apitest.School, "b-2", devices.Bullying))
	h.engine.Press(apitest.APress(apitest.Other, "b-1", devices.Fire))
	named, officer := h.as("named-1"), h.as("officer-1")
	require.Equal(t, http.StatusOK, named.post("/api/v1/incidents/"+hidden.ID+"/note", m{"text": "talked to both"}).status)
	require.Equal(t, http.StatusOK, officer.post("/api/v1/incidents/"+open.ID+"/note", m{"text": "looked"}).status)
	path := "/api/v1/audit/" + apitest.School

	said, next := entries(t, officer.get(path))
	assert.Equal(t, []string{"5 officer-1 looked", "1 b-1 Alarm pressed"}, said, "nothing confidential, and nothing of another school")
	assert.Zero(t, next)

	said, _ = entries(t, named.get(path))
	require.Len(t, said, 4)
	assert.Equal(t, "4 named-1 talked to both", said[1])

	said, next = entries(t, officer.get(path+"?limit=1"))
	require.Equal(t, []string{"5 officer-1 looked"}, said)
	said, next = entries(t, officer.get(path+fmt.Sprintf("?limit=3&before=%d", int(next))))
	assert.Equal(t, []string{"1 b-1 Alarm pressed"}, said)
	assert.Zero(t, next)
	assert.Equal(t, http.StatusUnprocessableEntity, officer.get(path+"?before=-1").status)
}

func TestACheckIsSaidToThoseWhomItConcerns(t *testing.T) {
	h := start(t)
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	h.engine.Audited(api.AuditCheck{At: at, Chains: []api.AuditChain{
		{School: apitest.Other, Entries: 7, Holds: true}, {School: apitest.School, Entries: 3, BrokenAt: 9, Break: "changed"},
	}})
	officer := h.as("officer-1")
	body := officer.get("/api/v1/audit").json(t)
	assert.Nil(t, body["running_since"])
	assert.Equal(t, "2026-11-23T08:00:00.000Z", body["checked_at"])
	require.Len(t, body["chains"], 1)
	assert.Equal(t, m{"school": apitest.School, "entries": 3.0, "erased": 0.0, "holds": false, "broken_at": 9.0, "break": "changed"}, body["chains"].([]any)[0])

	require.Equal(t, http.StatusAccepted, officer.post("/api/v1/audit/check", nil).status)
	assert.NotNil(t, officer.get("/api/v1/audit").json(t)["running_since"])
	require.Equal(t, http.StatusAccepted, officer.post("/api/v1/audit/check", nil).status, "the one that runs is the one")
}

// Whoever asks has the chains of the own schools recomputed, and no other.
func TestACheckIsOfTheOwnSchoolsChains(t *testing.T) {
	h := start(t)
	var want []api.AuditScope
	for _, c := range []struct {
		account string
		of      api.AuditScope
	}{
		{"officer-1", api.AuditScope{Schools: []string{apitest.School}}},
		{"other-1", api.AuditScope{Schools: []string{apitest.Other}}},
		{"admin-1", api.AuditScope{Schools: []string{"", apitest.School}}},
	} {
		require.Equal(t, http.StatusAccepted, h.as(c.account).post("/api/v1/audit/check", nil).status, c.account)
		want = append(want, c.of)
	}
	require.NoError(t, h.server.Service().CheckAudit(people.Account{Name: "root", Role: alerting.RoleAdmin}))
	assert.Equal(t, append(want, api.AuditScope{All: true}), h.engine.Checks(), "all for whoever administers the whole hub")
}

func TestTheTrailIsNotAskedForTooOften(t *testing.T) {
	h := start(t)
	officer := h.as("officer-1")
	for range 100 {
		if a := officer.get("/api/v1/audit/" + apitest.School); a.status != http.StatusOK {
			require.Equal(t, http.StatusTooManyRequests, a.status)
			assert.NotEmpty(t, a.header.Get("Retry-After"))
			return
		}
	}
	assert.Fail(t, "nobody was asked to wait")
}

var _ api.Audit = (*apitest.Engine)(nil)
