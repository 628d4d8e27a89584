package hub_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The day before a drill, and without any press, one holder tells the parents
// that it comes; that it is over is told when it is.
func TestParentsAreToldOfADrillBeforeItBegins(t *testing.T) {
	r := start(t, func(yaml string) string { return yaml })
	officer, parent, desk := r.client(t, "officer"), r.client(t, "parent"), r.client(t, "liaison")
	defer http.DefaultClient.CloseIdleConnections()
	id := officer.do(http.MethodPost, "/api/v1/drills", map[string]any{
		"kind": "fire", "at": time.Now().Add(24 * time.Hour).UTC(), "schools": []any{map[string]any{"id": school, "storeys": 3}},
	}, http.StatusCreated)["id"].(string)
	path := "/api/v1/drills/" + id + "/release"
	assert.Equal(t, []any{"PAR-08"}, desk.do(http.MethodGet, path, nil, http.StatusOK)["texts"])
	parent.do(http.MethodGet, path, nil, http.StatusNotFound)
	officer.do(http.MethodPost, path, map[string]any{"step": "draft", "text": "PAR-09"}, http.StatusConflict)
	preview := officer.do(http.MethodPost, path, map[string]any{"step": "preview", "text": "PAR-08", "drill": "fire"}, http.StatusOK)
	assert.NotNil(t, preview["preview"])
	assert.Nil(t, preview["draft"])
	draft := officer.do(http.MethodPost, path, map[string]any{"step": "draft", "text": "PAR-08", "drill": "fire"}, http.StatusOK)["draft"].(map[string]any)
	assert.Empty(t, parent.do(http.MethodGet, "/api/v1/notices", nil, http.StatusOK)["notices"])
	officer.do(http.MethodPost, path, map[string]any{"step": "release", "hash": draft["hash"]}, http.StatusOK)
	read := parent.do(http.MethodGet, "/api/v1/notices", nil, http.StatusOK)["notices"].([]any)
	require.Len(t, read, 1)
	assert.Equal(t, "drill", read[0].(map[string]any)["mode"])
	assert.Len(t, officer.do(http.MethodGet, path, nil, http.StatusOK)["sent"], 1)

	officer.do(http.MethodPost, "/api/v1/drills/"+id+"/cancel", map[string]any{"reason": "rain"}, http.StatusOK)
	assert.Empty(t, officer.do(http.MethodGet, path, nil, http.StatusOK)["texts"], "of one that is called off there is nothing to tell")
}
