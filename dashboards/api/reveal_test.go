package api_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/api/apitest"
	"example.org/campushub/devices"
)

func TestWhoUndoesAConcealment(t *testing.T) {
	h := start(t)
	path := "/api/v1/incidents/" + h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Emergency)).ID
	require.Equal(t, http.StatusOK, h.as("liaison-1").post(path+"/classify", m{"kind": "bullying"}).status)
	named := h.as("deputy-1")
	assert.NotEmpty(t, named.get(path).json(t)["concealed_at"])
	for _, who := range []string{"liaison-1", "officer-1", "guard-1"} {
		assert.Equal(t, http.StatusNotFound, h.as(who).post(path+"/reveal", m{"reason": "a mistake"}).status, who)
	}
	assert.Equal(t, http.StatusUnprocessableEntity, named.post(path+"/reveal", m{}).status, "without a reason")
	assert.Equal(t, http.StatusUnprocessableEntity, named.post(path+"/reveal", m{"reason": "a mistake", "kind": "welfare"}).status)
	require.Equal(t, http.StatusOK, named.post(path+"/note", m{"text": "in confidence"}).status)
	id := uuid.NewString()
	a := named.post(path+"/reveal", m{"id": id, "reason": "a mistake", "kind": "attack", "facts": []string{"armed"}})
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	i := a.json(t)
	assert.Equal(t, []any{"attack", false, nil}, []any{i["kind"], i["confidential"], i["concealed_at"]})
	assert.Equal(t, http.StatusOK, named.post(path+"/reveal", m{"id": id, "reason": "a mistake"}).status, "the same command twice")
	assert.Equal(t, http.StatusConflict, named.post(path+"/reveal", m{"reason": "a mistake"}).status)
	seen := h.as("officer-1").get(path)
	require.Equal(t, http.StatusOK, seen.status)
	assert.Equal(t, []any{"armed"}, seen.json(t)["facts"])
	assert.NotContains(t, string(seen.body), "in confidence")
	assert.Contains(t, string(named.get(path).body), "in confidence")
}

func TestReportsAreStampedAndOwed(t *testing.T) {
	h := start(t)
	path := "/api/v1/incidents/" + h.engine.Press(apitest.APress(apitest.School, "b-1", devices.Fire)).ID
	b := h.as("officer-1")
	owed := func(who string) (out []any) {
		for _, o := range h.as(who).get(path).json(t)["reports_due"].([]any) {
			out = append(out, o.(m)["report"], o.(m)["overdue"])
		}
		return out
	}
	assert.Equal(t, []any{"first", false, "written", false}, owed("officer-1"))
	assert.Empty(t, owed("guard-1"))
	a := b.post(path+"/report", m{"report": "first", "way": "document", "text": "No. 7"})
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	s := a.json(t)["reports"].([]any)[0].(m)
	assert.NotEmpty(t, s["at"])
	delete(s, "at")
	assert.Equal(t, m{"report": "first", "way": "document", "by": "officer-1", "role": "officer", "reference": "No. 7"}, s)
	assert.Equal(t, []any{"follow-up", false}, owed("liaison-1"))
	assert.Equal(t, http.StatusConflict, b.post(path+"/report", m{"report": "final", "way": "document"}).status)
	assert.Equal(t, http.StatusUnprocessableEntity, b.post(path+"/report", m{"report": "written", "way": "document"}).status)
	assert.Equal(t, http.StatusForbidden, h.as("liaison-1").post(path+"/report", m{"report": "first", "way": "document"}).status)
}
