package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api/apitest"
)

// What the police heard of only when it was closed waits for their call, until
// somebody of the school has answered it.
func TestSchoolsThatWaitForACallAreListed(t *testing.T) {
	h := start(t)
	b := h.as("liaison-1")
	h.pressedAndClosed(b, "b-1", time.Hour, alerting.OutcomeReal)
	h.pressedAndClosed(b, "b-2", time.Hour, alerting.OutcomeAccidental)
	var late string
	for _, i := range b.get("/api/v1/incidents").json(t)["incidents"].([]any) {
		if i := i.(map[string]any); i["device"] == "b-2" {
			late = i["id"].(string)
		}
	}
	list := func() []any {
		a := b.get("/api/v1/call-backs")
		require.Equal(t, http.StatusOK, a.status, "%s", a.body)
		assert.Equal(t, true, a.json(t)["whole"])
		return a.json(t)["call_backs"].([]any)
	}
	assert.Empty(t, list())
	h.engine.Notice(late, alerting.Notice{Type: alerting.EventCallBack, Audience: alerting.Police})
	require.Len(t, list(), 1)
	due := list()[0].(map[string]any)
	assert.Equal(t, []any{late, apitest.School, "accidental"}, []any{due["incident"], due["school"], due["outcome"]})

	call := func(reached bool) {
		a := b.post("/api/v1/incidents/"+late+"/call", m{"to": "school", "reached": reached})
		require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	}
	call(false)
	require.Len(t, list(), 1, "nobody answered")
	for _, who := range []string{"officer-1", "guard-1", "parent-1", "staff-1", "district-1", "admin-1"} {
		assert.Equal(t, http.StatusForbidden, h.as(who).get("/api/v1/call-backs").status, who)
	}
	assert.Empty(t, h.as("other-1").get("/api/v1/call-backs").json(t)["call_backs"], "another school's")
	call(true)
	assert.Empty(t, list())
}
